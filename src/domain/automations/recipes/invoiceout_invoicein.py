"""An invoice that one company has written is one that the other has received."""

from domain.automations.recipes.recipe import Recipe

RECIPE = Recipe(
    source="invoiceout",
    target="invoicein",
    carried=(
        ("name", "incomingNumber"),
        ("moment", "incomingDate"),
        ("paymentPlannedMoment", "paymentPlannedMoment"),
    ),
)
"""Whether a received invoice may contain bundles is unverified; their components are right either way."""
