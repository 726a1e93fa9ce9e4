"""Typed actuals as they are kept: read at once, and written as steps that can be undone.

Amounts are minor units, debit positive. What single people cost is kept by payroll, which has one place for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from django.contrib.auth.models import User
from django.db.models import Q

from tieout.companies.models import Company
from tieout.core.actuals import TypedOver
from tieout.core.month import Month
from tieout.expenses.sections import OTHER_INCOME, PAYROLL, REVENUE
from tieout.payroll import typed_pay
from tieout.payroll.models import Employee, TypedPay
from tieout.planning.models import Layer, TypedActual

EMPLOYEE, BANK = "employee:", "bank:"
CASH = "cash"  # the section of typed balances
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A typed amount: of which row and month, by whom, when (aware), and over what."""

    row: str
    month: Month
    amount: int
    over: int | None
    section: str
    label: str
    person: int | None
    at: datetime
    pk: int = 0

    @property
    def typed(self) -> TypedOver:
        """The amount with the imported one that it stands over."""
        return TypedOver(self.amount, self.over)

    @property
    def content(self) -> tuple[int, int | None, int | None, datetime]:
        """What makes two records of a cell the same."""
        return self.amount, self.over, self.person, self.at


def records(company: Company, first: Month, last: Month) -> Iterator[Record]:
    """Yield what is typed in months, both included. One query."""
    rows = TypedActual.objects.filter(company=company, month__range=(first.key, last.key)).order_by("pk")
    return _records(rows.iterator())


def is_typed(company: Company, first: Month | None = None, last: Month | None = None) -> bool:
    """Return whether anything is typed of sections or their lines, in some months or in any. One query."""
    typed = TypedActual.objects.filter(company=company).exclude(row__startswith=BANK)
    if first and last:
        typed = typed.filter(month__range=(first.key, last.key))
    return typed.exists()


def typed_count(company: Company, first: Month, last: Month, *, income: bool) -> int:
    """Return how many months of one side's sections and lines are typed, both ends included. One query."""
    typed = TypedActual.objects.filter(company=company, month__range=(first.key, last.key)).exclude(section=CASH)
    of_income = Q(section__in=(REVENUE, OTHER_INCOME))
    return typed.filter(of_income if income else ~of_income).count()


def all_records(company: Company) -> list[Record]:
    """Return what is typed in any month, oldest month first. One query."""
    return list(_records(TypedActual.objects.filter(company=company).order_by("month", "pk").iterator()))


def names_of(people: Collection[int | None]) -> Mapping[int, str]:
    """Return what those who typed are called. One query."""
    found = User.objects.filter(pk__in={pk for pk in people if pk})
    rows = found.values_list("pk", "first_name", "last_name", "email")
    return {pk: f"{first} {last}".strip() or email for pk, first, last, email in rows}


def keep_pay(instance: Employee, **_: object) -> None:
    """Keep what somebody typed of a person who is about to be removed: the payroll's adjustment takes it."""
    kept = (replace(record_of_pay(row), label=instance.name) for row in typed_pay.typed_of(instance))
    TypedActual.objects.bulk_create([_row(instance.company, it) for it in kept], batch_size=_BATCH)


class ActualCells:
    """Typed actual months as they are kept: those of people with payroll, the others here."""

    layer = Layer.ACTUAL
    row = "row"
    typed, undid = "typed actual months", "undid typed actual months"

    def now(self, company: Company, places: Mapping[tuple[str, Month], object]) -> dict[tuple[str, Month], Record]:
        """Return what is typed in these cells. Two queries."""
        if not places:
            return {}
        months = [month.key for _, month in places]
        span = (min(months), max(months))
        kept = TypedActual.objects.select_for_update().filter(company=company, month__range=span)
        found = list(_records(iter(kept.order_by("pk"))))
        if any(row.startswith(EMPLOYEE) for row, _ in places):
            first, last = min(month for _, month in places), max(month for _, month in places)
            found += map(record_of_pay, typed_pay.typed_between(company, first, last, lock=True))
        return {(it.row, it.month): it for it in found if (it.row, it.month) in places}

    def there(self, company: Company, rows: set[str]) -> set[str]:
        """Return which rows can be written: all. What is typed of a row that is gone is the adjustment's."""
        del company
        return rows

    def write(self, company: Company, changes: Mapping[tuple[str, Month], Record | None]) -> None:
        """Write cells, a batch at a time."""
        here = _employed(company, {row for row, _ in changes})
        people = {at: it for at, it in changes.items() if at[0] in here}
        others = {at: it for at, it in changes.items() if at not in people}
        typed_pay.write(
            company,
            (
                (_employee(row), month, (it.amount, it.person, it.at) if it else None)
                for (row, month), it in people.items()
            ),
        )
        TypedActual.objects.bulk_create(
            (_row(company, it) for it in others.values() if it is not None),
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["company", "row", "month"],
            update_fields=["amount", "over", "section", "label", "person", "at"],
        )
        for some in _emptied(others):
            TypedActual.objects.filter(some, company=company).delete()

    def to_json(self, value: Record) -> object:
        """Return a record as a step keeps it."""
        return {
            "row": value.row, "month": value.month.key, "amount": value.amount, "over": value.over,
            "section": value.section, "label": value.label, "person": value.person, "at": value.at.isoformat(),
        }  # fmt: skip

    def from_json(self, kept: object) -> Record:
        """Return the record that a step keeps."""
        found = cast("dict[str, object]", kept)
        return Record(
            row=cast("str", found["row"]),
            month=Month.from_key(cast("int", found["month"])),
            amount=cast("int", found["amount"]),
            over=cast("int | None", found["over"]),
            section=cast("str", found["section"]),
            label=cast("str", found["label"]),
            person=cast("int | None", found["person"]),
            at=datetime.fromisoformat(cast("str", found["at"])),
        )

    def same(self, one: Record | None, other: Record | None) -> bool:
        """Return whether a cell holds what it held: row ids of the table aside."""
        return (one and one.content) == (other and other.content)


def _records(rows: Iterator[TypedActual]) -> Iterator[Record]:
    for row in rows:
        yield Record(
            pk=row.pk,
            row=row.row,
            month=Month.from_key(row.month),
            amount=row.amount,
            over=row.over,
            section=row.section,
            label=row.label,
            person=row.person_id,
            at=row.at,
        )


def record_of_pay(row: TypedPay) -> Record:
    """Return what somebody typed of a person as a cell holds it."""
    return Record(
        row=f"{EMPLOYEE}{row.employee_id}", month=Month.from_key(row.month), amount=row.amount, over=None,
        section=PAYROLL, label="", person=row.person_id, at=row.at,
    )  # fmt: skip


def _row(company: Company, record: Record) -> TypedActual:
    return TypedActual(
        company=company,
        row=record.row,
        month=record.month.key,
        amount=record.amount,
        over=record.over,
        section=record.section,
        label=record.label[:255],
        person_id=record.person,
        at=record.at,
    )


def _emptied(changes: Mapping[tuple[str, Month], Record | None]) -> Iterator[Q]:
    """Yield conditions that hold for the cells to be emptied, a month at a time."""
    by_month: dict[int, list[str]] = {}
    for (row, month), record in changes.items():
        if record is None:
            by_month.setdefault(month.key, []).append(row)
    for key, rows in by_month.items():
        for start in range(0, len(rows), _BATCH):
            yield Q(month=key, row__in=rows[start : start + _BATCH])


def _employed(company: Company, rows: Collection[str]) -> set[str]:
    """Return which rows are of people on the list."""
    people = {_employee(row) for row in rows if row.startswith(EMPLOYEE)}
    return {f"{EMPLOYEE}{pk}" for pk in typed_pay.employed(company, people)}


def _employee(row: str) -> int:
    return int(row.removeprefix(EMPLOYEE))
