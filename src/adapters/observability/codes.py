"""The codes of errors as labels: those that classes of ours bear, and `other` for any that might come to exist."""

from domain.shared.errors import SkladSheetsError

NONE = "none"
OTHER = "other"

_known: set[str] = set()


def known_code(code: str | None) -> str:
    """The code, if an error of ours has it."""
    if code is None:
        return NONE
    if code not in _known:
        _known.update(_codes(SkladSheetsError))  # modules are imported as they are needed
    return code if code in _known else OTHER


def _codes(kind: type[SkladSheetsError]) -> set[str]:
    found = {kind.code}
    for child in kind.__subclasses__():
        found |= _codes(child)
    return found
