"""What stands around every page of a company: the switcher, the badge counts and the seal.

The parts above tell it; this part knows none of them. A part's ``AppConfig.ready`` calls ``register``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from django.http import HttpRequest

from tieout.kit.remember import remembering


class SealState(StrEnum):
    """How the figures stand against the books."""

    TIED = "tied"
    DIFFERS = "differs"
    BUSY = "busy"
    PAUSED = "paused"
    RECONNECT = "reconnect"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The sign at the foot of the navigation. ``short`` replaces the title where there is little room."""

    state: SealState
    title: str
    note: str = ""
    url: str = ""
    short: str = ""

    @property
    def icon(self) -> str:
        """The icon's name: the state has a shape, not only a colour."""
        return _ICONS[self.state]


_ICONS = {
    SealState.TIED: "tie",
    SealState.DIFFERS: "differ",
    SealState.BUSY: "refresh",
    SealState.PAUSED: "clock",
    SealState.RECONNECT: "plug",
    SealState.NONE: "plug",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyLink:
    """A company in the switcher."""

    name: str
    url: str
    current: bool = False

    @property
    def initials(self) -> str:
        """One or two letters for the tile."""
        words = [word for word in self.name.split() if word[0].isalnum()]
        return "".join(word[0] for word in words[:2]).upper() or self.name[:1].upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellFacts:
    """What one part knows of a request. Unset fields are left to other parts.

    ``badges`` holds a count for a navigation entry by its URL name; ``home`` is where the company's first page is.
    """

    seal: Seal | None = None
    companies: tuple[CompanyLink, ...] = ()
    badges: dict[str, int] = field(default_factory=dict)
    home: str = ""


Teller = Callable[[HttpRequest], ShellFacts]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Have a function asked at every page of a company. Registering the same one twice asks it once."""
    if teller not in _tellers:
        _tellers.append(teller)


def facts(request: HttpRequest) -> ShellFacts:
    """Return what all parts tell of a request; where two tell the same field, the one registered later wins."""
    seal: Seal | None = None
    companies: tuple[CompanyLink, ...] = ()
    badges: dict[str, int] = {}
    home = ""
    with remembering():  # several tellers ask alike
        for teller in _tellers:
            told = teller(request)
            seal, companies, home = told.seal or seal, told.companies or companies, told.home or home
            badges |= told.badges
    return ShellFacts(seal=seal, companies=companies, badges=badges, home=home)
