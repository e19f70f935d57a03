"""Tests at the edges: servers, vendors, processes."""
