"""Commands of dealers."""
