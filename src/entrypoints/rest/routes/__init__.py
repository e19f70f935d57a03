"""The REST API, one file for each business area."""
