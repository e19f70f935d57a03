"""What a recipe says. A recipe is a file of facts, without code."""

from dataclasses import dataclass

from domain.shared.errors import RuleViolated


class RecipeUnknown(RuleViolated):
    """There is no such recipe."""

    code = "automations.recipe_unknown"


@dataclass(frozen=True, slots=True)
class Recipe:
    """From a document of one type at the source a document of another (or the same) type at the target.

    `store` says that the target document cannot be without one, `stores` that it may have one. `positions` says that
    both have positions, `bundles` that those of the target may be bundles. `carried` are fields that are taken over as
    they are, each with its name there. Required fields: JSON API 1.2, documents, each type's table.
    """

    source: str
    target: str
    store: bool = False
    stores: bool = True
    positions: bool = True
    bundles: bool = False
    carried: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """`demand_supply`."""
        return f"{self.source}_{self.target}"
