"""Computed reports of the JSON API: stock, profit, turnover, money, counterparties (JSON API docs, "reports")."""
