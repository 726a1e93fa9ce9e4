"""The audit log as people read it: what it was about, and what changed from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tieout.companies.audit import Value
from tieout.companies.audit_reading import Entry
from tieout.companies.models import AuditEvent

NOTHING = "–"
BY_ITSELF = "Tieout"  # who did what nobody did

# The kinds of things by the name of their model, as the filter offers them.
KINDS = {
    "admission": "Admitted months",
    "budget": "Budgets",
    "closedmonth": "Closed months",
    "company": "The company",
    "connection": "Connections",
    "department": "Departments",
    "edit": "Typed months",
    "employee": "People on payroll",
    "expense": "Expenses and revenue streams",
    "hiringdriver": "Hiring plan",
    "invitation": "Invitations",
    "link": "Links of expenses and streams",
    "membership": "People",
    "options": "Forecasts",
    "paymentterm": "Payment terms",
    "payrun": "Pay runs",
    "syncrun": "Syncs",
    "variable": "Variables",
    "variancenote": "Notes on variances",
}
# What many of a kind in one moment are called: {n} is their number.
_MANY = {
    "organised an expense": "organised {n} expenses",
    "planned an expense": "planned {n} expenses",
    "added an expense": "added {n} expenses",
    "removed an expense": "removed {n} expenses",
    "added a revenue stream": "added {n} revenue streams",
    "planned a revenue stream": "planned {n} revenue streams",
    "removed a revenue stream": "removed {n} revenue streams",
}


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


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the page: what was done, and each event of it."""

    who: str
    what: str
    told: Sequence[Told]

    @property
    def many(self) -> bool:
        """Whether the row unfolds."""
        return len(self.told) > 1


def rows(entries: Iterable[Entry]) -> Iterator[Row]:
    """Yield each entry in words."""
    for entry in entries:
        yield Row(who(entry.newest), _what(entry), list(told(entry.events)))


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


def who(event: AuditEvent) -> str:
    """Return who did it."""
    return event.person.email if event.person else BY_ITSELF


def kind(name: str) -> str:
    """Return what a kind of thing is called."""
    return KINDS.get(name, name)


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


def _what(entry: Entry) -> str:
    what, many = entry.newest.what, len(entry.events)
    if many == 1:
        return what
    return _MANY.get(what, what + ", {n} times").format(n=many)
