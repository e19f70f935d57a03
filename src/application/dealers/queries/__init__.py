"""Queries of dealers."""
