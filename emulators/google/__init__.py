"""Google on this machine: OAuth2, Sheets v4 and the little of Drive v3 that a spreadsheet program needs."""
