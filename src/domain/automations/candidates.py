"""Candidates: what of the target's account may be what is looked for, and when one of them is it for certain."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from domain.automations.matching import Doubt, MatchBy, MatchKind, Open, Target, Wanted

SUGGESTIONS = 5
"""So many suggestions are shown of what may be meant."""

_FOR: dict[MatchKind, tuple[MatchBy, ...]] = {
    MatchKind.GOODS: (MatchBy.EXTERNAL_CODE, MatchBy.CODE, MatchBy.ARTICLE, MatchBy.BARCODE, MatchBy.NAME),
    MatchKind.COUNTERPARTY: (MatchBy.EXTERNAL_CODE, MatchBy.CODE, MatchBy.INN, MatchBy.NAME),
}
SERVICE = "service"
_TELLING = (MatchBy.ARTICLE, MatchBy.BARCODE)
"""What is wrong of a good that was found by its code, where both sides have it and have nothing of it in common."""

_NAME_COMPARED = 100
"""Characters of names that are compared for likeness."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A counterparty or a good of the target's account."""

    type: str
    id: str
    name: str = ""
    external_code: str = ""
    code: str = ""
    article: str = ""
    barcodes: tuple[str, ...] = ()
    inn: str = ""
    archived: bool = False

    @property
    def target(self) -> Target:
        """What others are told of it."""
        return Target(self.type, self.id, self.name)


def chosen(kind: MatchKind, order: Sequence[MatchBy]) -> tuple[MatchBy, ...]:
    """By what that kind of thing is looked for: those of the order that it has, or all of them where none is named."""
    known = _FOR[kind]
    return tuple(dict.fromkeys(by for by in order if by in known)) or known


def values(thing: Wanted | Candidate, by: MatchBy) -> tuple[str, ...]:
    """What a thing has to be found by, without the spaces around it. Nothing is no value."""
    if by is MatchBy.BARCODE:
        found: Iterable[str] = thing.barcodes
    else:
        found = (str(getattr(thing, by.value)),)
    return tuple(dict.fromkeys(text for one in found if (text := one.strip())))


def may_be(wanted: Wanted, candidate: Candidate) -> bool:
    """A service is no thing that lies in a store, whatever they have in common."""
    return (wanted.type == SERVICE) == (candidate.type == SERVICE)


def doubt_of(wanted: Wanted, candidate: Candidate) -> Doubt | None:
    """Why the same code is no proof. MoySklad numbers goods by itself ("00001"), so that codes of two accounts are the
    same by chance; an article or a barcode that both have, and that differs in more than case, says that this is one.
    """
    if wanted.kind is not MatchKind.GOODS:
        return None
    for by in _TELLING:
        own, theirs = values(wanted, by), values(candidate, by)
        if own and theirs and {one.casefold() for one in own}.isdisjoint(one.casefold() for one in theirs):
            return Doubt(candidate.target, by, own, theirs)
    return None


class Search:
    """What is still looked for among things of one kind, and what was found so far.

    A key is tried after the other. One candidate that has the same value, to the letter, is what was meant. Of several
    the later keys may single one out, and nothing else is looked for any more. A value that several of the wanted
    things have tells nothing about any of them. What is archived is never found.

    What is found by its code and contradicted by its article or barcode is never taken: keys that are more than a name
    may still find another thing, else people are asked, with the reason.
    """

    def __init__(self, wanted: Sequence[Wanted], order: Sequence[MatchBy]) -> None:
        self._order = tuple(order)
        self._wanted = {one.source_id: one for one in wanted}
        self._among: dict[str, tuple[Candidate, ...]] = {}
        self._alike: dict[str, tuple[Candidate, ...]] = {}
        self._doubted: dict[str, tuple[Candidate, Doubt]] = {}
        self.found: dict[str, tuple[Candidate, MatchBy]] = {}

    def asked(self, by: MatchBy) -> list[str]:
        """The values to look for by this key, in order."""
        return list(self._telling(by))

    def seeking(self) -> list[Wanted]:
        """What there is nothing for yet, neither one candidate nor several."""
        return [one for one in self._unsettled() if one.source_id not in self._doubted]

    def _unsettled(self) -> list[Wanted]:
        """What the next key may find."""
        return [one for key, one in self._wanted.items() if key not in self.found and key not in self._among]

    def learn(self, by: MatchBy, candidates: Iterable[Candidate]) -> None:
        """Takes in everything of the account that has one of the values that were asked for."""
        telling = self._telling(by)
        met: dict[str, dict[str, Candidate]] = {}
        for candidate in candidates:
            if candidate.archived:
                continue
            for value in values(candidate, by):
                if value in telling and may_be(self._wanted[telling[value]], candidate):
                    met.setdefault(telling[value], {})[candidate.id] = candidate
        for source_id, several in met.items():
            self._settle(source_id, by, tuple(several.values()))

    def hint(self, wanted: Wanted, candidates: Iterable[Candidate]) -> None:
        """What may be meant by something that was not found."""
        self._alike[wanted.source_id] = tuple(one for one in candidates if not one.archived)

    def open(self) -> tuple[Open, ...]:
        """What was not found, each with what it may be."""
        left = (one for key, one in self._wanted.items() if key not in self.found)
        return tuple(self._question(one) for one in left)

    def _question(self, wanted: Wanted) -> Open:
        several = self._among.get(wanted.source_id) or self._alike.get(wanted.source_id, ())
        if wanted.source_id not in self._doubted:
            return Open(wanted, likeliest(wanted, several))
        doubted, doubt = self._doubted[wanted.source_id]
        suggestions = likeliest(wanted, {one.id: one for one in (doubted, *several)}.values())
        if doubt.target not in suggestions:
            suggestions = (*suggestions[:-1], doubt.target)
        return Open(wanted, suggestions, doubt)

    def _telling(self, by: MatchBy) -> dict[str, str]:
        """Values that belong to one of the things that are sought, with its id."""
        shared = Counter(value for one in self._wanted.values() for value in values(one, by))
        return {value: one.source_id for one in self._unsettled() for value in values(one, by) if shared[value] == 1}

    def _settle(self, source_id: str, by: MatchBy, several: tuple[Candidate, ...]) -> None:
        wanted, used = self._wanted[source_id], by
        for later in self._order[self._order.index(by) + 1 :]:
            if len(several) == 1:
                break
            own = set(values(wanted, later))
            fewer = tuple(one for one in several if own.intersection(values(one, later)))
            if fewer:
                several, used = fewer, later
        if source_id in self._doubted:
            self._reconsider(source_id, used, several)
        elif len(several) == 1 and used is MatchBy.CODE and (doubt := doubt_of(wanted, several[0])) is not None:
            self._doubted[source_id] = (several[0], doubt)
        elif len(several) == 1:
            self.found[source_id] = (several[0], used)
        else:
            self._among[source_id] = several

    def _reconsider(self, source_id: str, used: MatchBy, several: tuple[Candidate, ...]) -> None:
        """Something else may be what was meant, unless nothing but its name says so."""
        doubted, _ = self._doubted[source_id]
        if len(several) == 1 and several[0].id != doubted.id and used is not MatchBy.NAME:
            self.found[source_id] = (several[0], used)
        elif any(one.id != doubted.id for one in several):
            self._among[source_id] = several


def likeliest(wanted: Wanted, candidates: Iterable[Candidate]) -> tuple[Target, ...]:
    """The likeliest few, the best first: those that share values, then those whose names are alike."""
    ranked = sorted(candidates, key=lambda one: (-likeness(wanted, one), one.name, one.id))
    return tuple(one.target for one in ranked[:SUGGESTIONS])


def likeness(wanted: Wanted, candidate: Candidate) -> float:
    """How likely they are the same: a point for each key with the same value, half of one if only case differs, up to
    one for how alike the names are, and a little for the type.
    """
    points = 0.1 if candidate.type == wanted.type else 0.0
    for by in MatchBy:
        own, theirs = set(values(wanted, by)), set(values(candidate, by))
        if own & theirs:
            points += 1.0
        elif {one.casefold() for one in own} & {one.casefold() for one in theirs}:
            points += 0.5
    one, other = (text[:_NAME_COMPARED].casefold() for text in (wanted.name, candidate.name))
    return points + SequenceMatcher(None, one, other).ratio()


class Catalogue:
    """All goods or counterparties of an account, to be searched without asking the account again."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates
        self._words: Mapping[str, list[Candidate]] | None = None

    def having(self, by: MatchBy, wanted: Iterable[str]) -> list[Candidate]:
        """Those that have one of the values."""
        sought = set(wanted)
        return [one for one in self._candidates if not sought.isdisjoint(values(one, by))]

    def alike(self, name: str) -> list[Candidate]:
        """Those whose names share the rarest words with this one; few."""
        if self._words is None:
            self._words = _by_word(self._candidates)
        known = sorted((found for word in set(_words(name)) if (found := self._words.get(word))), key=len)
        return list({one.id: one for found in known[:2] for one in found[: 4 * SUGGESTIONS]}.values())


def _by_word(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = {}
    for one in candidates:
        for word in set(_words(one.name)):
            found.setdefault(word, []).append(one)
    return found


def _words(name: str) -> list[str]:
    return [word for word in name.casefold().replace(",", " ").split() if len(word) > 1]
