"""What one company has paid, the other has been paid."""

from domain.automations.recipes.recipe import Recipe

RECIPE = Recipe(
    source="paymentout",
    target="paymentin",
    stores=False,
    positions=False,
    carried=(
        ("sum", "sum"),
        ("paymentPurpose", "paymentPurpose"),
        ("name", "incomingNumber"),
        ("moment", "incomingDate"),
    ),
)
