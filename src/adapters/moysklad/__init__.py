"""MoySklad: its JSON API 1.2 as a source of rows, and its Vendor API 1.0 as the door through which people come in."""
