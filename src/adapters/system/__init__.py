"""What the machine itself gives: time, identities, calendars."""
