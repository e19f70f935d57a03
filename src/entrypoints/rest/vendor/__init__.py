"""MoySklad's Vendor API 1.0, our side of it."""
