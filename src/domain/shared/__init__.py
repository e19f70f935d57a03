"""Words that every business area speaks: errors, identities, moments, cells."""
