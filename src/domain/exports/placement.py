"""Where a table's columns stand now: people move, insert and rename columns, and the table follows them.

Each column of ours bears a hidden anchor (developer metadata), which goes wherever the column goes. Where anchors are
missing, as in a tab that was copied, a column is recognised by its title.
"""

from collections.abc import Mapping, Sequence

from domain.shared.errors import RuleViolated


class HeaderDoubled(RuleViolated):
    """Two columns bear the title by which a column of ours has to be recognised."""

    code = "exports.header_doubled"


class KeyColumnDeleted(RuleViolated):
    """The column that tells which row is whose was deleted from the sheet."""

    code = "exports.key_column_deleted"


def find_columns(
    names: Sequence[str], titles: Sequence[str], anchors: Mapping[str, int], header: Sequence[str]
) -> tuple[int | None, ...]:
    """For each of our columns, named `names` and last titled `titles`, the column of the grid, counted from 0.

    None where it is gone. An anchor is believed whatever the header says. Raises HeaderDoubled.
    """
    taken = set(anchors.values())
    return tuple(
        anchors[name] if name in anchors else _titled(title, header, taken)
        for name, title in zip(names, titles, strict=True)
    )


def _titled(title: str, header: Sequence[str], taken: set[int]) -> int | None:
    found = [place for place, text in enumerate(header) if text == title and place not in taken]
    if len(found) > 1:
        raise HeaderDoubled(title=title, count=len(found))
    return found[0] if found else None


def find_header(title: str, key_column: Sequence[str]) -> int:
    """The row of the header, counted from 1: people insert rows above it, and sort it in among the others.

    `key_column` is the column of keys from row 1 down, `title` what stands above the keys. A header whose title was
    changed is looked for where it belongs, in row 1.
    """
    if not key_column or key_column[0] == title:
        return 1
    found = [number for number, text in enumerate(key_column, start=1) if text == title]
    return found[0] if len(found) == 1 else 1
