"""Dramatiq over Redis: how stored commands reach the workers."""
