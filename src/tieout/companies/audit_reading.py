"""Reads the audit log: what a question selects, its newest first, and like changes of one moment as one entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from tieout.companies.models import AuditEvent, Company

ENTRIES = 50  # of one page
MOST_EVENTS = 2_000  # of one page, however few entries they make
MOMENT = timedelta(seconds=2)  # one save writes its rows within it


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a log. Days are the company's own, both included; "" and None ask for all."""

    person: int | None = None
    kind: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""


@dataclass(slots=True)
class Entry:
    """What stands in one row of the page: one event, or like ones that one person made in one moment."""

    events: list[AuditEvent] = field(default_factory=list)

    @property
    def newest(self) -> AuditEvent:
        """The event that the row's time and person are of."""
        return self.events[0]

    def takes(self, event: AuditEvent) -> bool:
        """Return whether an older event belongs to the same moment of the same person."""
        mine = self.events[-1]
        alike = (event.person_id, event.what) == (mine.person_id, mine.what)
        return alike and mine.at - event.at <= MOMENT


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, the newest first; ``older`` is the event before which the next page begins, None at the end."""

    entries: Sequence[Entry]
    older: int | None


def events(company: Company, asked: Question) -> QuerySet[AuditEvent]:
    """Return what a question selects, the newest first."""
    found = AuditEvent.objects.filter(company=company).select_related("person").order_by("-pk")
    if asked.person is not None:
        found = found.filter(person=asked.person or None)
    if asked.kind:
        found = found.filter(object_kind=asked.kind)
    if asked.first is not None:
        found = found.filter(at__gte=_midnight(company, asked.first))
    if asked.last is not None:
        found = found.filter(at__lt=_midnight(company, asked.last + timedelta(days=1)))
    if asked.text:
        values = found.annotate(old=Cast("before", TextField()), new=Cast("after", TextField()))
        found = values.filter(
            Q(what__icontains=asked.text) | Q(old__icontains=asked.text) | Q(new__icontains=asked.text)
        )
    return found


def page(company: Company, asked: Question, *, before: int | None = None) -> Page:
    """Return the page that begins below an event. The log only grows at its head, so that pages stay what they are."""
    found = events(company, asked)
    rest = list((found if before is None else found.filter(pk__lt=before))[: MOST_EVENTS + 1])
    entries = list(islice(_grouped(rest[:MOST_EVENTS]), ENTRIES))
    shown = sum(len(entry.events) for entry in entries)
    return Page(entries, rest[shown - 1].pk if shown < len(rest) else None)


def people(company: Company) -> Sequence[User]:
    """Return everybody who is in a company's log, by e-mail: also who has left."""
    ids = AuditEvent.objects.filter(company=company).exclude(person=None).values("person")
    return list(User.objects.filter(pk__in=ids).order_by("email"))


def kinds(company: Company) -> Sequence[str]:
    """Return the kinds of things that a company's log is about."""
    found = AuditEvent.objects.filter(company=company).order_by("object_kind")
    return list(found.values_list("object_kind", flat=True).distinct())


def _grouped(found: Iterable[AuditEvent]) -> Iterator[Entry]:
    entry = Entry()
    for event in found:
        if entry.events and not entry.takes(event):
            yield entry
            entry = Entry()
        entry.events.append(event)
    if entry.events:
        yield entry


def _midnight(company: Company, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=company.zone)
