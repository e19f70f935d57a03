"""Use cases: what SkladSheets can be told (commands) and asked (queries), one file each."""
