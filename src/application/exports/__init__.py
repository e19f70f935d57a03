"""Exports: describing, starting, running, watching."""
