"""A formula's text between the form that people read and the form that is kept, where a rename changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from tieout.core.formulas.errors import FormulaError
from tieout.core.formulas.parser import Names, parse, parse_stored
from tieout.core.formulas.tree import Name, Tree, names

Place = tuple[int, int]


def to_stored(text: str, known: Names) -> str:
    """Return the text with each name as its key in braces. Raise FormulaError for what is no formula."""
    result, at = [], 0
    for name in sorted(names(parse(text, known)), key=lambda it: it.start):
        result += [text[at : name.start], "{", name.key, "}"]
        at = name.end
    return "".join([*result, text[at:]]).strip()


def to_shown(stored: str, name_of: Callable[[str], str]) -> str:
    """Return kept text with each key as the name that it has today."""
    return _replaced(stored, name_of)[0]


def shown_place(stored: str, name_of: Callable[[str], str], place: Place) -> Place:
    """Return where a place of the kept text is in the shown one."""
    shifts = _replaced(stored, name_of)[1]
    start = place[0] + sum(longer for end, longer in shifts if end <= place[0])
    return start, place[1] + sum(longer for end, longer in shifts if end <= place[1])


@lru_cache(maxsize=20_000)
def tree_of(stored: str) -> Tree:
    """Return the tree of kept text; the same text is read once.

    Text that is no formula, which only a fault elsewhere can have kept, is a name that nothing has: it fails alone.
    """
    try:
        return parse_stored(stored)
    except FormulaError:
        return Name("", end=len(stored))


@lru_cache(maxsize=20_000)
def keys_of(stored: str) -> frozenset[str]:
    """Return the keys that kept text names."""
    return frozenset(name.key for name in names(tree_of(stored)) if name.key)


def _replaced(stored: str, name_of: Callable[[str], str]) -> tuple[str, list[tuple[int, int]]]:
    """Return the shown text, and for each name where its key ended and how much longer the name is."""
    result, shifts, at = [], [], 0
    for name in sorted(names(tree_of(stored)), key=lambda it: it.start):
        if name.key:
            shown = name_of(name.key)
            result += [stored[at : name.start], shown]
            at = name.end
            shifts.append((name.end, len(shown) - (name.end - name.start)))
    return "".join([*result, stored[at:]]), shifts
