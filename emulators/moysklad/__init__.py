"""A stand-in for MoySklad: JSON API 1.2, Vendor API 1.0 in both directions, and a control surface for tests."""
