"""What needs doing in a company: each part tells its own, and the dashboard lists it.

A part's ``AppConfig.ready`` calls ``register``; this part knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from django.http import HttpRequest


class Urgency(IntEnum):
    """What comes first: what stops figures, what makes them doubtful, what waits for somebody, what would be good."""

    STOPPED = 1
    DOUBTFUL = 2
    WAITING = 3
    USEFUL = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """A thing to do: ``text`` says what it is, ``note`` why or what then, ``url`` is where it is done."""

    urgency: Urgency
    icon: str
    text: str
    url: str
    note: str = ""

    @property
    def css(self) -> str:
        """The class of its icon, whose shape says the same."""
        return {Urgency.STOPPED: "bad", Urgency.DOUBTFUL: "differ"}.get(self.urgency, "quiet")


Teller = Callable[[HttpRequest], Iterable[Todo]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Have a function asked for what there is to do in a request's company. The same one twice is asked once."""
    if teller not in _tellers:
        _tellers.append(teller)


def todos(request: HttpRequest) -> list[Todo]:
    """Return what all parts tell, the most urgent first; among equals in the order of registration."""
    return sorted((it for teller in _tellers for it in teller(request)), key=lambda it: it.urgency)
