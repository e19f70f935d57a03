"""Automations: an event at one company makes a document at another."""
