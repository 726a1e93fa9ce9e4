"""How a connection stands, in words: the state, what it means for the figures, and what to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tieout.connections.log_words import sentence
from tieout.connections.models import Connection, ConnectionState, RunKind, RunState, SyncRun
from tieout.connections.schedule import Due
from tieout.ui import figures


class Standing(StrEnum):
    """The states that people see: those of the connection, and what its runs add to them."""

    CONNECTED = "connected"
    SYNCING = "syncing"
    RECONNECT = "needs re-authorisation"
    ERROR = "error"
    PAUSED = "paused"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The card's sign, and the banner below it; without a title there is none."""

    standing: Standing
    title: str = ""
    text: str = ""
    remedy: str = ""


_OF_STATE = {
    ConnectionState.RECONNECT: Standing.RECONNECT,
    ConnectionState.ERROR: Standing.ERROR,
    ConnectionState.PAUSED: Standing.PAUSED,
    ConnectionState.DISCONNECTED: Standing.DISCONNECTED,
}


def words(connection: Connection, last: SyncRun | None, *, as_of: str, coming: str, now: datetime) -> Words:
    """Return how a connection stands at ``now`` (aware).

    ``as_of`` says when the figures are from, "" before the first; ``coming`` when the next run starts by itself.
    """
    stay = f"The figures stay {as_of}." if as_of else "No figure is shown yet."
    standing = _OF_STATE.get(ConnectionState(connection.state))
    if standing is None:
        return _connected(connection, last, stay=stay, coming=coming, now=now)
    match standing:
        case Standing.DISCONNECTED:
            return Words(
                standing=standing, title="Disconnected",
                text=f"The access is destroyed here. {_imported(as_of)}",
                remedy="Connect the same organisation again to go on where you were.",
            )  # fmt: skip
        case Standing.PAUSED:
            under_way = "The sync under way comes to its end. After it, nobody" if last and last.alive else "Nobody"
            kept = "" if last and last.alive else f" {stay}"
            return Words(
                standing=standing, title="Paused", text=f"{under_way} reads the books until somebody resumes.{kept}",
                remedy="Resume to read them at once, and each day from then on.",
            )  # fmt: skip
        case _:
            title = connection.trouble or "The books cannot be read"
            again = f" Tieout tries again {coming}." if coming else ""
            return Words(standing=standing, title=title, text=f"{stay}{again}", remedy=connection.remedy)


def _connected(connection: Connection, last: SyncRun | None, *, stay: str, coming: str, now: datetime) -> Words:
    if last is not None and last.alive:
        kind = RunKind(last.kind).label
        if last.waiting_until is not None and last.waiting_until > now:
            until = figures.stamp(last.waiting_until, now=now, zone=connection.company.zone)
            return Words(
                standing=Standing.SYNCING, title=f"{kind}: waiting",
                text=f"{sentence(last.reason)} {stay} It goes on by itself {until}.".strip(), remedy=last.remedy,
            )  # fmt: skip
        return Words(
            standing=Standing.SYNCING,
            title=f"{kind}: under way",
            text="The figures stay as they are until it is whole.",
        )
    if connection.failing_since is not None:
        again = f" Tieout tries again {coming}." if coming else ""
        return Words(
            standing=Standing.ERROR,
            title=f"Not read for {figures.span(now - (connection.verified_at or connection.failing_since))}",
            text=f"{sentence(last.reason) if last and last.state == RunState.FAILED else ''} {stay}{again}".strip(),
            remedy=last.remedy if last and last.state == RunState.FAILED else "",
        )
    return Words(standing=Standing.CONNECTED)


def _imported(as_of: str) -> str:
    if not as_of:
        return "Nothing imported is here; your departments and plans stay."
    return f"What was imported stays, {as_of}; your departments and plans stay too."


def coming_in_words(due: Due | None, *, now: datetime, connection: Connection) -> str:
    """Return when the next run starts by itself: "tomorrow 03:17"; "" where none will."""
    return figures.stamp(due.at, now=now, zone=connection.company.zone) if due else ""
