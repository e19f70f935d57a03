"""Exports: what is read from MoySklad, how it is laid out, where it is written, and how a run goes."""
