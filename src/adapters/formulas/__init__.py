"""Formulas in the Common Expression Language; the only room for its library."""
