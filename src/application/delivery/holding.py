"""For how long a request holds its idempotency key."""

from datetime import timedelta

HOLD = timedelta(seconds=15)
"""So long after whoever works on a request was last heard of, its process is taken for dead."""
