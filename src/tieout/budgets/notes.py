"""Notes on variances: written by editors, read by all, and never lost: each writing is a row of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from tieout.budgets.models import Budget, VarianceNote
from tieout.budgets.services import Refused
from tieout.companies import audit
from tieout.core.month import Month
from tieout.ui.figures import short_month

LONGEST = 2_000  # letters


@dataclass(frozen=True, slots=True)
class Place:
    """A figure: a row of the report (its key) in months, both included."""

    row: str
    first: Month
    last: Month

    @property
    def months(self) -> str:
        """The months as people write them."""
        first, last = short_month(self.first), short_month(self.last)
        return first if first == last else f"{first} – {last}"


@dataclass(frozen=True, slots=True)
class Note:
    """What stands at a figure. ``text`` is "" where a note was taken away. ``at`` is aware."""

    text: str
    person: str
    at: datetime


def notes(of: Budget) -> Mapping[Place, Note]:
    """Return the notes that stand, by figure, in the order in which they were first written. One query."""
    latest = dict(_all(of))  # the last of each
    return {place: note for place, note in latest.items() if note.text}


def history(of: Budget, place: Place) -> Sequence[Note]:
    """Return all that was ever written at a figure, the latest first."""
    return [note for at, note in _all(of, row=place.row) if at == place][::-1]


@transaction.atomic
def write(of: Budget, place: Place, text: str, *, label: str, person: User) -> bool:
    """Set the note of a figure, "" takes it away; return whether anything changed. A frozen budget stays what it is.

    ``label`` is what people call the row. Refuse a text that is longer than ``LONGEST``.
    """
    Budget.objects.select_for_update().get(pk=of.pk)  # two who write at once write one after the other
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Refused(f"The note has {len(text):,} letters. Shorten it to {LONGEST:,}.")
    before = next((it.text for it in history(of, place)), "")
    if text == before:
        return False
    made = VarianceNote.objects.create(
        company=of.company, budget=of, row=place.row[:240], first=place.first.key, last=place.last.key, text=text,
        person=person,
    )  # fmt: skip
    about: dict[str, audit.Value] = {"budget": of.name, "row": label, "months": place.months}
    audit.record(
        of.company, person, "wrote a note on a variance" if text else "took away a note on a variance", made,
        before={**about, "note": before}, after={**about, "note": text},
    )  # fmt: skip
    return True


def _all(of: Budget, **only: str) -> Sequence[tuple[Place, Note]]:
    found = VarianceNote.objects.filter(budget=of, **only).order_by("pk")
    return [
        (Place(row, Month.from_key(first), Month.from_key(last)), Note(text, person, at))
        for row, first, last, text, person, at in found.values_list(
            "row", "first", "last", "text", "person__email", "at"
        )
    ]
