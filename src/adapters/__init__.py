"""One folder for each outside thing. Each hides its library, its wire format and its exceptions."""
