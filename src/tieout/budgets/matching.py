"""Which expense a row of a file means: by number, then by name; what fits several fits none. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tieout.budgets.content import PEOPLE, Line
from tieout.budgets.layout import FileRow, folded

HIRING = -(10**9)  # what the hiring plan is called among ids of expenses: below any number of a row
_SUGGESTED = 3
_LIKE = 0.3  # of the letter triples of two names, the share that both have


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An expense that a row may mean: its line without amounts, and what else it is called."""

    line: Line
    also: tuple[str, ...] = ()  # the name in the books, where the user gave an own one

    @property
    def id(self) -> int:
        """The expense's id."""
        return self.line.expense or 0

    @property
    def names(self) -> set[str]:
        """All that it may be called, folded; with its number too."""
        names = {folded(name) for name in (self.line.name, *self.also) if name}
        return names | {folded(f"{self.line.number} {name}") for name in names if self.line.number}


@dataclass(frozen=True, slots=True)
class Match:
    """What a row means: a target, or the candidates that it could mean, and a note for the reader."""

    target: Target | None
    candidates: tuple[Target, ...] = ()
    note: str = ""


class Matcher:
    """Finds expenses. Built once for a file."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self._by_number: defaultdict[str, list[Target]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Target]] = defaultdict(list)
        self._triples = [(target, _triples(folded(target.line.name))) for target in targets]
        self._hiring = next((target for target in targets if target.id == HIRING), None)
        for target in targets:
            if target.line.number:
                self._by_number[folded(target.line.number)].append(target)
            for name in target.names:
                self._by_name[name].append(target)

    def match(self, row: FileRow) -> Match:
        """Return what a row means. The hiring plan's mark or a known number decides; else the name does."""
        if folded(row.id) == PEOPLE and self._hiring:
            return Match(self._hiring)
        for text in (row.number, row.account):
            if found := _of_its_side(row, self._found(self._by_number, text)):
                return self._decided(row, found)
        for text in (row.name, row.account, f"{row.number} {row.name}"):
            if found := _of_its_side(row, self._found(self._by_name, text)):
                note = f"No account has the number {row.number}: found by its name." if row.number else ""
                return self._decided(row, found, note)
        return Match(None, tuple(self.like(row)))

    def like(self, row: FileRow) -> Iterable[Target]:
        """Return the expenses whose names are most like a row's."""
        wanted = _triples(folded(row.name or row.account or row.number))
        scores = [
            (len(wanted & triples) / len(wanted | triples), -place)
            for place, (_, triples) in enumerate(self._triples)
            if wanted and triples
        ]
        best = sorted((score for score in scores if score[0] >= _LIKE), reverse=True)[:_SUGGESTED]
        return [self._triples[-place][0] for _, place in best]

    @staticmethod
    def _found(index: dict[str, list[Target]], text: str) -> list[Target]:
        """Return who is called so. A spreadsheet's mark before a text that begins like a formula is no part of it."""
        name = folded(text)
        return index.get(name, []) or (index.get(folded(name[1:]), []) if name.startswith("'") else [])

    def _decided(self, row: FileRow, found: list[Target], note: str = "") -> Match:
        """Return the one that was found; of several, the one that also has the row's name, department or id."""
        if len(found) == 1:
            return Match(found[0], note=note or _called_otherwise(row, found[0]))
        named = {target.id for text in (row.name, row.account) for target in self._found(self._by_name, text)}
        for narrower in (
            [it for it in found if it.id in named],
            [it for it in found if row.department and folded(it.line.department) == folded(row.department)],
            [it for it in found if row.id == str(it.id)],
        ):
            if len(narrower) == 1:
                return Match(narrower[0], note=note)
            found = narrower or found
        return Match(None, tuple(found), f"{len(found)} expenses are called that. Choose the one that is meant.")


def _of_its_side(row: FileRow, found: list[Target]) -> list[Target]:
    """Return those that a row may mean which says that it is income, or that it is not."""
    return [it for it in found if row.income is None or it.line.income is row.income]


def _called_otherwise(row: FileRow, target: Target) -> str:
    """Say where number and name of a row disagree: the number was right, or it was not."""
    name = folded(row.name.removeprefix("'"))
    if name and name not in target.names:
        return f"The file calls it {row.name}."
    return ""


def _triples(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)} if text else set()
