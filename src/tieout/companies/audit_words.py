"""The audit log as people read it: what it was about, and what changed from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tieout.companies.audit import Value
from tieout.companies.models import AuditEvent

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Change:
    """A value before and after; one of them is a dash where there was none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event: ``about`` are the values that stayed as they were, so they say what it was about."""

    event: AuditEvent
    about: tuple[str, ...]
    changes: tuple[Change, ...]


def told(events: Iterable[AuditEvent]) -> Iterator[Told]:
    """Yield each event in words."""
    for event in events:
        before, after = event.before, event.after
        names = list(dict.fromkeys((*before, *after)))
        kept = [name for name in names if name in before and name in after and before[name] == after[name]]
        changed = [name for name in names if name not in kept]
        yield Told(
            event,
            tuple(str(before[name]) for name in kept if isinstance(before[name], str)),
            tuple(Change(name.replace("_", " "), word(before.get(name)), word(after.get(name))) for name in changed),
        )


def word(value: Value) -> str:
    """Return a value as a person says it: "yes", "no", a dash for none."""
    match value:
        case True:
            return "yes"
        case False:
            return "no"
        case None | "":
            return NOTHING
        case _:
            return str(value)
