"""What one company orders from the other as from its supplier is there a customer's order."""

from domain.automations.recipes.recipe import Recipe

RECIPE = Recipe(
    source="purchaseorder",
    target="customerorder",
    bundles=True,
    carried=(("deliveryPlannedMoment", "deliveryPlannedMoment"),),
)
