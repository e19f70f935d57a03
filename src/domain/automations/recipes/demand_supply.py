"""What one company ships, the other receives."""

from domain.automations.recipes.recipe import Recipe

RECIPE = Recipe(
    source="demand",
    target="supply",
    store=True,
    carried=(("name", "incomingNumber"), ("moment", "incomingDate")),
)
"""A supply cannot contain bundles (JSON API 1.2, errors 17016 and 17022)."""
