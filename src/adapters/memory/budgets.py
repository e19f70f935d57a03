"""MoySklad's budgets within the process."""

from application.connections.turns import InProcessBudgets


class MemoryBudgets(InProcessBudgets):
    """See application.connections.ports.VendorBudgets. Nobody outside the process spends."""
