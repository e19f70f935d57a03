"""Dealers: who sells for a company, where, and what they are told."""
