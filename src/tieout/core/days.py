"""Days as people type them or paste them from a spreadsheet: taken only where they can mean one day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import Enum

from tieout.core.typed import NotTyped

_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_BY_NAME = {name[:length]: at for at, name in enumerate(_NAMES, 1) for length in (3, len(name))} | {"sept": 9}
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ t][0-9:.]+)?")
_NUMBERS = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_DAY_NAME = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ \-/.]+([a-z]+)\.?[ ,\-/]+([0-9]{4})")
_NAME_DAY = re.compile(r"([a-z]+)\.?[ \-/]+([0-9]{1,2})(?:st|nd|rd|th)?[ ,\-/]+([0-9]{4})")
_LONGEST = 40


class Order(Enum):
    """Which of the first two numbers of 03/04/2026 is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def order_of(texts: Iterable[str]) -> Order | None:
    """Return the order that a column's days show, where one of them shows it and none contradicts; else None."""
    shown = set()
    for text in texts:
        if found := _NUMBERS.fullmatch(_folded(text)):
            first, second = int(found[1]), int(found[3])
            if first > 12 or found[2] == ".":
                shown.add(Order.DAY_FIRST)
            elif second > 12:
                shown.add(Order.MONTH_FIRST)
    return shown.pop() if len(shown) == 1 else None


def parse_day(text: str, order: Order | None = None) -> date:
    """Return a typed day: ``2026-01-31``, ``31 Jan 2026``, ``Jan 31, 2026``, ``31.1.2026``, ``1/31/2026``.

    ``order`` decides what 03/04/2026 is; without it such a day is refused. Raise NotTyped with a sentence.
    """
    clean = _folded(text)
    if not clean:
        raise NotTyped("A date is missing. Write it as 2026-01-31.")
    found = _parts(clean, text, order) if len(clean) <= _LONGEST else None
    try:
        day = date(*found) if found else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year < 2200:
        raise NotTyped(f"“{_shown(text)}” is not a date. Write it as 2026-01-31.")
    return day


def _parts(clean: str, text: str, order: Order | None) -> tuple[int, int, int] | None:
    if found := _ISO.fullmatch(clean):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DAY_NAME.fullmatch(clean):
        return int(found[3]), _number(found[2]), int(found[1])
    if found := _NAME_DAY.fullmatch(clean):
        return int(found[3]), _number(found[1]), int(found[2])
    if found := _NUMBERS.fullmatch(clean):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        shown = order_of([clean]) or order
        if first != second and shown is None:
            one, other = f"{year:04d}-{first:02d}-{second:02d}", f"{year:04d}-{second:02d}-{first:02d}"
            raise NotTyped(f"“{_shown(text)}” could be {one} or {other}. Write the one that is meant.")
        return (year, second, first) if shown is Order.DAY_FIRST else (year, first, second)
    return None


def _number(name: str) -> int:
    return _BY_NAME.get(name, 0)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _shown(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _LONGEST else f"{short[:_LONGEST]}…"
