"""Recipes: which document follows from which. A file each; whoever adds one names it here."""

from domain.automations.recipes import (
    customerorder_customerorder,
    customerorder_purchaseorder,
    demand_supply,
    invoiceout_invoicein,
    paymentout_paymentin,
    purchaseorder_customerorder,
    salesreturn_purchasereturn,
)
from domain.automations.recipes.recipe import Recipe, RecipeUnknown

RECIPES: dict[str, Recipe] = {
    module.RECIPE.key: module.RECIPE
    for module in (
        demand_supply,
        customerorder_customerorder,
        purchaseorder_customerorder,
        customerorder_purchaseorder,
        invoiceout_invoicein,
        paymentout_paymentin,
        salesreturn_purchasereturn,
    )
}
"""By their keys. Stored rules name them, so that a key stays."""


def recipe_named(key: str) -> Recipe:
    """Raises RecipeUnknown."""
    if key not in RECIPES:
        raise RecipeUnknown(recipe=key[:50], known=", ".join(RECIPES))
    return RECIPES[key]
