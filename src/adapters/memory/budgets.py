"""Vendors' budgets within the process."""

from application.connections.google_turns import InProcessGoogleBudgets
from application.connections.turns import InProcessBudgets


class MemoryBudgets(InProcessBudgets):
    """See application.connections.ports.VendorBudgets. Nobody outside the process spends."""


class MemoryGoogleBudgets(InProcessGoogleBudgets):
    """See application.connections.google_ports.GoogleBudgets. Nobody outside the process spends."""
