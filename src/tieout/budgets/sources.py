"""Where a budget's figures may come from, and what may take them. The parts above say it here, when they start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from tieout.budgets.content import Line
from tieout.companies.models import Company
from tieout.core.month import Month


class NotTaken(Exception):
    """A taker wrote nothing; ``str()`` says why and what to do, and is fit for the page."""


Teller = Callable[[Company], Sequence[Line]]
Months = Mapping[int, Mapping[Month, int]]
Taker = Callable[[Company, User, Months, str], str]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that a budget can be copied from and compared with. ``label`` as in "Copy of the forecast"."""

    key: str
    label: str
    tell: Teller
    doubt: Callable[[Company], str]  # why a copy would be incomplete, in a sentence; "" where it is whole


_sources: dict[str, Source] = {}
_takers: list[Taker] = []


def register(key: str, label: str, teller: Teller, doubt: Callable[[Company], str] = lambda _: "") -> None:
    """Offer figures to be copied. The teller returns lines; labels left blank are filled from the line's expense.

    ``doubt`` is asked before a copy is made: what cannot be computed must not be left out without a word.
    """
    _sources[key] = Source(key, label, teller, doubt)


def sources() -> tuple[Source, ...]:
    """Return what was registered, in that order."""
    return tuple(_sources.values())


def source(key: str) -> Source | None:
    """Return the source of a key, or None."""
    return _sources.get(key)


def register_taker(taker: Taker) -> None:
    """Have a function called for "use as the forecast", with the company, the person, months by expense and a name.

    It writes what it can and returns a sentence that says what it did, or raises NotTaken. The one registered last is
    called.
    """
    _takers[:] = [taker]


def taker() -> Taker | None:
    """Return what takes a budget as the forecast, or None while nobody does."""
    return _takers[0] if _takers else None
