"""Workers: commands that take their time."""
