"""What a provider's folder gives to be proved with: its module ``proving``, found by ``registry.proving``.

The claims of ``tieout.proofs`` know a platform by this alone, and by the control address that each sandbox has:
``/control/books``, ``/control/lines``, ``/control/calls``, ``/control/faults``, ``/control/advance``,
``/control/revoke``. What ``/control/lines`` answers is the platform's own: `Proving.posted` reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

import httpx2

from tieout.providerkit import bookkeeping
from tieout.providerkit.interface import Provider
from tieout.providerkit.posted import Line, Listed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class SandboxClock(Protocol):
    """The sandbox's time."""

    def now(self) -> datetime:
        """Return the present moment there, aware."""
        ...

    def skip(self, delta: timedelta) -> None:
        """Put it forward."""
        ...


class Stand(Protocol):
    """A sandbox in this process."""

    @property
    def clock(self) -> SandboxClock: ...

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        ...


class Damage(Protocol):
    """One way to spoil a page."""

    @property
    def name(self) -> str: ...
    @property
    def ending(self) -> str:
        """``refused``, ``same`` (taken, nothing changes), ``either`` or ``text`` (taken: nothing covers it)."""
        ...

    @property
    def body(self) -> bytes: ...


class Spoiling(Protocol):
    """A transport that spoils the answers of ``page`` by ``spoil``, counts that, and remembers sound answers."""

    sound: dict[Any, bytes]
    page: Any
    spoil: Callable[[bytes], bytes] | None
    hits: int


class Proving(Protocol):
    """What a provider's ``proving`` module has."""

    GRACE: timedelta  # how long the platform still takes a refresh token that was used, from the first use on
    GRANT_LASTS: timedelta  # how long a grant lives that nobody uses
    Bookkeeper: type[bookkeeping.Bookkeeper]  # who works in the books
    STRETCH: int  # about how many lines are staged at once; 0: a month's
    UNTOLD: frozenset[str]  # the fields of `posted.Line` that the sandbox's lines do not tell

    def sandbox(self, books: str, *, today: date | None = None, limits: bool = False, companies: int = 1) -> Stand:
        """Return a sandbox with books (``demo``, ``large:N`` or a books file's path), in so many companies.

        Its clock stands on ``today``, else it runs from now. With ``limits`` it refuses what the platform would.
        """
        ...

    def provider(
        self,
        address: str,
        transport: httpx2.BaseTransport | None = None,
        *,
        clock: Callable[[], datetime] | None = None,
        feed_most: int = 0,
        **settings: str,
    ) -> Provider:
        """Return the provider set to a sandbox's address, but without a pace: its calls go at once.

        ``feed_most`` is how many changes it expects the change feed to return at most; 0 is the platform's own.
        ``settings`` are its own, besides the client's id and secret and the address.
        """
        ...

    def reads_beside(self, call: str) -> bool:
        """Whether a call ("path?query") is one that each worker makes for itself: what it brings is kept nowhere."""
        ...

    def posted(
        self, lines: Sequence[Mapping[str, Any]], accounts: Mapping[str, Listed], digits: int, *, itemised: bool
    ) -> Iterable[Line]:
        """Yield what ``/control/lines`` answers as lines, by the chart, with amounts in minor units of ``digits``.

        Where the provider does not read all postings (``itemised`` is False), ``entry`` names the document that a line
        belongs to, what has none is of no ``entry``, and lines that undo each other may both be there.
        """
        ...

    def spoiling(self, inner: httpx2.BaseTransport) -> Spoiling:
        """Return a transport between the provider and its sandbox that can spoil answers."""
        ...

    def damages(self, page: Any, sound: bytes, dice: Random) -> Sequence[Damage]:  # noqa: ANN401 - the provider's own
        """Return the ways in which a page of the small company can be spoilt."""
        ...

    def narrow_feed(self, stand: Stand, most: int) -> None:
        """Let a sandbox's change feed return so many changes at most, and not say that there are more."""
        ...

    def quirks(self, stand: Stand, dice: Random) -> None:
        """Let a sandbox answer in one of the ways in which the platform may."""
        ...

    def consent(self, transport: httpx2.BaseTransport, page: str, place: int = 0) -> Mapping[str, str]:
        """Say yes on the consent page for the sandbox's n-th company; return the parameters of the way back."""
        ...
