"""Sets of lines: what a document has, against what it is to have.

Lines have no identity of their own across accounts (reference 7.2), and that a list of them comes in the order in which
they were added is not documented. So lines are told apart by what they are about, and then by their numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

Line = dict[str, Any]
_NUMBERS = ("quantity", "price", "discount", "vat", "vatEnabled")


def good_of(line: Line) -> str:
    """The id of what the line is about."""
    link = line.get("assortment")
    meta = link.get("meta") if isinstance(link, dict) else None
    href = str(meta.get("href") or "") if isinstance(meta, dict) else ""
    return href.partition("?")[0].rstrip("/").rsplit("/", 1)[-1].lower()


def arranged(wanted: Sequence[Line], there: Sequence[Line]) -> tuple[list[Line | None], list[Line]]:
    """For each wanted line the one that stands for it, if there is one, and the lines that nobody wants.

    Among lines about the same good those with the same numbers find each other first; the rest in order, for a person
    may have changed them, and MoySklad rounds.
    """
    found: list[Line | None] = [None] * len(wanted)
    free = list(there)
    for same in (_exactly, good_of):
        places: defaultdict[Any, list[Line]] = defaultdict(list)
        for line in reversed(free):
            places[same(line)].append(line)
        for number, line in enumerate(wanted):
            if found[number] is None and places[same(line)]:
                found[number] = places[same(line)].pop()
        used = {id(line) for line in found if line is not None}
        free = [line for line in free if id(line) not in used]
    return found, free


def lacking(wanted: Sequence[Line], there: Sequence[Line]) -> list[Line]:
    """The wanted lines for which none is there, in order."""
    found, _ = arranged(wanted, there)
    return [line for line, known in zip(wanted, found, strict=True) if known is None]


def surplus(wanted: Sequence[Line], there: Sequence[Line]) -> list[Line]:
    """Lines to take away where the same were added twice: as many as there are too many about a good, the ones of which
    there are the most, the latest ids first. Whoever asks gets the same answer, so that two who clean up at once take
    away the same lines.
    """
    goods = Counter(good_of(line) for line in there)
    goods.subtract(good_of(line) for line in wanted)
    groups: defaultdict[str, dict[Any, list[Line]]] = defaultdict(dict)
    for line in sorted(there, key=lambda one: str(one.get("id"))):
        groups[good_of(line)].setdefault(_exactly(line), []).append(line)
    over: list[Line] = []
    for good, number in sorted(goods.items()):
        for _ in range(number if good in groups and any(good_of(line) == good for line in wanted) else 0):
            _, largest = max(groups[good].items(), key=lambda group: (len(group[1]), str(group[0])))
            over.append(largest.pop())
    return over


def _exactly(line: Line) -> tuple[Any, ...]:
    return good_of(line), *(_number(line.get(name)) for name in _NUMBERS)


def _number(value: Any) -> float:
    return round(float(value or 0), 4) if isinstance(value, int | float | None) else 0.0
