"""Sealed secrets and signed access tokens."""
