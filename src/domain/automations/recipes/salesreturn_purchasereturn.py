"""What a customer has returned to one company, the other has returned to its supplier."""

from domain.automations.recipes.recipe import Recipe

RECIPE = Recipe(source="salesreturn", target="purchasereturn", store=True)
"""Whether a return to a supplier may contain bundles is unverified; their components are right either way."""
