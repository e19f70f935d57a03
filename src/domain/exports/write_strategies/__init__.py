"""Ways of writing: pure functions from what the sheet shows and a batch of rows to operations on the sheet."""
