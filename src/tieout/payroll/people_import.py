"""A sheet of people: what it would change, row by row, before anything is written; then exactly that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.days import order_of
from tieout.core.spreadsheet import as_typed
from tieout.departments import queries as departments
from tieout.kit.tables import Table, UnreadableTable
from tieout.payroll.matching import rematch
from tieout.payroll.models import Employee
from tieout.payroll.money import digits_of
from tieout.payroll.people_services import change_person, make_person
from tieout.payroll.person_fields import LABELS, Context, Value, column_of, folded, read_person

REQUIRED = ("name", "start")


class Outcome(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(slots=True, kw_only=True)
class Row:
    """One row of the sheet: ``number`` is its place in the file, ``errors`` are sentences, each with its column."""

    number: int
    name: str
    values: Mapping[str, Value]
    errors: list[str] = field(default_factory=list)
    existing: Employee | None = None
    changes: list[str] = field(default_factory=list)  # the columns in which a person on the list would change

    @property
    def outcome(self) -> Outcome:
        """What it would do."""
        if self.errors:
            return Outcome.WRONG
        if self.existing is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.changes else Outcome.SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All rows, and the heads of columns that are not used."""

    rows: tuple[Row, ...]
    unused: tuple[str, ...] = ()

    def of(self, outcome: Outcome) -> list[Row]:
        """Return the rows of an outcome."""
        return [row for row in self.rows if row.outcome is outcome]

    @property
    def ordered(self) -> list[Row]:
        """The rows as a page shows them: what is wrong first, what changes nothing last."""
        order = (Outcome.WRONG, Outcome.CHANGED, Outcome.NEW, Outcome.SAME)
        return [row for outcome in order for row in self.of(outcome)]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each outcome."""
        return {outcome.value: len(self.of(outcome)) for outcome in Outcome}

    @property
    def good(self) -> int:
        """How many rows would write something."""
        return len(self.of(Outcome.NEW)) + len(self.of(Outcome.CHANGED))


class RowsAreWrong(Exception):
    """Some rows are wrong and nobody said to leave them out: nothing was written. ``str()`` is fit for the page."""


def preview(company: Company, table: Table) -> Preview:
    """Return what a sheet of people would do. Raise UnreadableTable where it is no such sheet."""
    at, heads = _heads(table)
    columns = [column_of(head) for head in heads]
    body = [
        (number, row) for number, row in enumerate(table.rows[at + 1 :], at + 2) if any(cell.strip() for cell in row)
    ]
    if not body:
        raise UnreadableTable("The sheet has a head and no people below it. Fill in a row for each person.")
    days = (
        row[place]
        for _, row in body
        for place, key in enumerate(columns)
        if key in ("start", "end") and place < len(row)
    )
    context = Context(
        departments=departments.departments(company), digits=digits_of(company), currency=company.currency,
        order=order_of(days),
    )  # fmt: skip
    rows = [_row(number, _cells(columns, row), context) for number, row in body]
    _match(rows, list(Employee.objects.filter(company=company)))
    unused = tuple(head for head, key in zip(heads, columns, strict=True) if not key and head.strip())
    return Preview(rows=tuple(rows), unused=unused)


@transaction.atomic
def write(*, company: Company, person: User, table: Table, only_good: bool = False) -> Preview:
    """Write what the preview says, and return it. Raise RowsAreWrong, and write nothing, if a row is wrong.

    ``only_good`` leaves wrong rows out instead. The same sheet again writes nothing.
    """
    found = preview(company, table)
    wrong = len(found.of(Outcome.WRONG))
    if wrong and not only_good:
        raise RowsAreWrong(f"{wrong} of {len(found.rows)} rows are wrong, so nothing was imported.")
    for row in found.of(Outcome.NEW):
        make_person(company, row.values, person=person, match=False)
    for row in found.of(Outcome.CHANGED):
        assert row.existing is not None
        change_person(row.existing, row.values, person=person, match=False)
    if found.good:
        rematch(company)
        after: dict[str, audit.Value] = dict(found.counts)
        audit.record(company, person, "imported people", company, after=after)
    return found


def _heads(table: Table) -> tuple[int, tuple[str, ...]]:
    """Return where the head is, and the head: the first row that names the columns that a person needs."""
    for at, row in enumerate(table.rows[:20]):
        keys = [key for key in map(column_of, row) if key]
        if all(key in keys for key in REQUIRED):
            twice = sorted({LABELS[key] for key in keys if keys.count(key) > 1})
            if twice:
                raise UnreadableTable(f"Two columns are taken for {' and '.join(twice)}. Rename or remove one of them.")
            return at, row
    wanted = " and ".join(LABELS[key] for key in REQUIRED)
    raise UnreadableTable(f"No row names the columns {wanted}. Download the template to see how the head is written.")


def _cells(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {key: as_typed(row[at]) if at < len(row) else "" for at, key in enumerate(columns) if key}


def _row(number: int, cells: Mapping[str, str], context: Context) -> Row:
    read = read_person(cells, context)
    if not cells.get("ref", "").strip():
        read.values.pop("ref", None)  # an empty id takes none away
    errors = [f"{LABELS[key]}: {sentence}" for key, sentence in read.errors.items()]
    return Row(number=number, name=cells.get("name", "").strip(), values=read.values, errors=errors)


def _match(rows: Iterable[Row], people: Sequence[Employee]) -> None:
    """Find each row's person: by id, else by name and start; and refuse what names one person twice."""
    by_ref = {one.ref: one for one in people if one.ref}
    by_name: dict[tuple[str, Value], list[Employee]] = {}
    for one in people:
        by_name.setdefault((folded(one.name), one.start), []).append(one)
    earlier: dict[tuple[str, Value], list[Row]] = {}
    for row in rows:
        ref, name = row.values.get("ref"), (folded(row.name), row.values.get("start"))
        same = [one for one in by_name.get(name, []) if not ref or one.ref in ("", ref)]
        row.existing = by_ref.get(str(ref)) if ref else None
        if row.existing is None and len(same) == 1:
            row.existing = same[0]
        elif row.existing is None and len(same) > 1:
            row.errors.append(f"ID: several people are called {row.name} and started on {name[1]}. Give the ID.")
        if twin := next((it for it in _relatives(row, name, earlier) if _one_person(it, row)), None):
            row.errors.append(f"Row {twin.number} is the same person. Keep one of the two rows.")
        if row.existing is not None:
            changed = [key for key, value in row.values.items() if getattr(row.existing, key) != value]
            row.changes = [LABELS[key.removesuffix("_id")] for key in changed]


def _relatives(row: Row, name: tuple[str, Value], earlier: dict[tuple[str, Value], list[Row]]) -> list[Row]:
    """Return the earlier rows that share id, person, or name and start with a row, which joins them."""
    keys = [("ref", row.values.get("ref")), ("row", row.existing.pk if row.existing else None), name]
    found = [it for key in keys if key[1] is not None for it in earlier.get(key, [])]
    for key in keys:
        earlier.setdefault(key, []).append(row)
    return found


def _one_person(one: Row, other: Row) -> bool:
    """Return whether two rows of one file speak of one person: unless both have an id, and different ones."""
    refs = one.values.get("ref"), other.values.get("ref")
    if one.existing is not None and one.existing is other.existing:
        return True
    return refs[0] == refs[1] or not all(refs)
