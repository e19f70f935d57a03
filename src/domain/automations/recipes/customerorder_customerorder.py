"""What customers order from one company, that company orders from the other: its order is there a customer's."""

from domain.automations.recipes.recipe import Recipe

RECIPE = Recipe(
    source="customerorder",
    target="customerorder",
    bundles=True,
    carried=(("deliveryPlannedMoment", "deliveryPlannedMoment"),),
)
