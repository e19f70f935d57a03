"""HTTP: the REST API, MoySklad's Vendor API endpoints, Google's way back, and health."""
