"""Aggregates at rest. The mapping is written by hand, so that the domain's classes stay plain."""
