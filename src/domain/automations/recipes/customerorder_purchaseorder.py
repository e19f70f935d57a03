"""What is ordered from one company, the other has ordered from it as from a supplier."""

from domain.automations.recipes.recipe import Recipe

RECIPE = Recipe(
    source="customerorder",
    target="purchaseorder",
    carried=(("deliveryPlannedMoment", "deliveryPlannedMoment"),),
)
"""A purchase order cannot contain bundles (JSON API 1.2, errors 17016 and 17022)."""
