"""What an account keeps of a saved filter."""

from dataclasses import dataclass

from emulators.moysklad.records import Ref


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter's name and conditions, which the API applies but never shows, in the words of the `filter` parameter."""

    id: str
    kind: str
    name: str
    conditions: str
    owner: Ref
