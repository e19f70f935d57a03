"""Google: consent by OAuth 2.0 and the Sheets API, through aiogoogle."""
