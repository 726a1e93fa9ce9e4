"""Changes to budgets. Each is one transaction with its audit row, and none touches a frozen version."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction

from tieout.budgets import queries
from tieout.budgets.content import Line, digest
from tieout.budgets.models import Budget, BudgetCell, BudgetImport, BudgetRow
from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.core.typed import LARGEST, to_minor_rounded
from tieout.departments import queries as departments
from tieout.expenses import services as expenses

MOST_MONTHS = 120
_BATCH = 500


class Refused(Exception):
    """The change is not possible; ``str()`` is fit for the page."""


class NameRefused(Refused):
    """The name is why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """What a version to be is called, covers, and comes from."""

    name: str
    first: Month
    last: Month
    currency: str
    digits: int
    source: str = ""
    note: str = ""


@transaction.atomic
def create(company: Company, new: New, lines: Iterable[Line], *, person: User) -> Budget:
    """Return a new version with these lines; months outside its own are left out.

    Refuse a name that is taken, whatever its case, and months that are in no order or too many.
    """
    name = _checked_name(company, new.name)
    length = new.first.months_to(new.last) + 1
    if length < 1:
        raise Refused("The last month is before the first. Choose a last month that is the first or comes after it.")
    if length > MOST_MONTHS:
        raise Refused(f"A budget has 1 to {MOST_MONTHS} months, and these are {length}. Choose a nearer last month.")
    made = Budget.objects.create(
        company=company, name=name, folded=_folded(name), note=new.note.strip(), source=new.source[:200],
        currency=new.currency, digits=new.digits, first=new.first.key, last=new.last.key, created_by=person,
    )  # fmt: skip
    _write(made, lines)
    after: dict[str, audit.Value] = {
        "name": name, "from": new.source, "months": f"{new.first} to {new.last}", **_totals(made),
    }  # fmt: skip
    audit.record(company, person, "made a budget", made, after=after)
    return made


def copy(budget: Budget, *, name: str, person: User) -> Budget:
    """Return a new version that says the same under another name, and can change."""
    new = New(
        name=name,
        first=Month.from_key(budget.first),
        last=Month.from_key(budget.last),
        currency=budget.currency,
        digits=budget.digits,
        source=f"Copy of {budget.name}",
        note=budget.note,
    )
    return create(budget.company, new, queries.lines(budget).values(), person=person)


def shifted(lines: Iterable[Line], *, years: int, percent: Decimal, digits: int) -> list[Line]:
    """Return lines some years later and some percent higher, each month rounded half away from zero."""
    factor = 1 + percent / 100
    return [
        Line(
            expense=line.expense, number=line.number, name=line.name, department=line.department,
            category=line.category, kind=line.kind,
            amounts={
                month + 12 * years: to_minor_rounded((Decimal(amount) * factor).scaleb(-digits), digits)
                for month, amount in line.amounts.items()
            },
        )
        for line in lines
    ]  # fmt: skip


@transaction.atomic
def rename(budget: Budget, *, name: str, note: str, person: User) -> None:
    """Give an unfrozen version another name and note."""
    budget = _open(budget)
    name = _checked_name(budget.company, name, but=budget)
    note = note.strip()
    if (name, note) == (budget.name, budget.note):
        return
    before: dict[str, audit.Value] = {"name": budget.name, "note": budget.note}
    budget.name, budget.folded, budget.note = name, _folded(name), note
    budget.save(update_fields=["name", "folded", "note"])
    audit.record(budget.company, person, "renamed a budget", budget, before=before, after={"name": name, "note": note})


@transaction.atomic
def freeze(budget: Budget, *, person: User, now: datetime) -> Budget:
    """Freeze a version for good, with the digest of what it says; return it. Refuse one that is frozen already."""
    budget = _open(budget)
    budget.digest = digest(queries.content(budget))
    budget.frozen_at, budget.frozen_by = now, person
    budget.save(update_fields=["digest", "frozen_at", "frozen_by"])
    after: dict[str, audit.Value] = {"name": budget.name, "digest": budget.digest}
    audit.record(budget.company, person, "froze a budget", budget, before={"name": budget.name}, after=after)
    return budget


@transaction.atomic
def delete(budget: Budget, *, person: User) -> None:
    """Delete an unfrozen version with all its months."""
    budget = _open(budget)
    before: dict[str, audit.Value] = {"name": budget.name, **_totals(budget)}
    audit.record(budget.company, person, "deleted a budget", budget, before=before)
    budget.delete()


@transaction.atomic
def set_cells(budget: Budget, cells: Mapping[tuple[int, Month], int], *, person: User) -> int:
    """Set months of rows (ids) of an unfrozen version; return how many changed.

    Refuse rows of another version, months outside of it and amounts beyond measure; then nothing is written.
    """
    budget = _open(budget)
    lines = queries.lines(budget)
    for (row_id, month), amount in cells.items():
        if row_id not in lines or not budget.first <= month.key <= budget.last:
            raise Refused(f"{month} of row {row_id} is not part of {budget.name}. Open the page again.")
        if abs(amount) > LARGEST:
            raise Refused(f"The amount of {month} is larger than any amount kept here. Check the number.")
    changed = {cell: amount for cell, amount in cells.items() if amount != lines[cell[0]].amounts.get(cell[1], 0)}
    if changed:
        _replace_cells(budget, changed)
        _record_cells(budget, lines, changed, person)
    return len(changed)


@transaction.atomic
def keep_upload(company: Company, *, person: User, now: datetime, **read: object) -> BudgetImport:
    """Return a file's rows, kept until they are confirmed. Files that waited for over a day go."""
    BudgetImport.objects.filter(company=company, created_at__lte=now - queries.KEPT).delete()
    return BudgetImport.objects.create(company=company, person=person, created_at=now, **read)


@transaction.atomic
def keep_choices(upload: BudgetImport, choices: Mapping[int, int]) -> None:
    """Keep where a person wants rows of a file (by their numbers) to go: an expense id, 0 to leave them out."""
    upload.choices = {str(number): expense for number, expense in sorted(choices.items())}
    upload.save(update_fields=["choices"])


@transaction.atomic
def confirm(upload: BudgetImport, new: New, lines: Iterable[Line], *, person: User) -> Budget:
    """Return the version that an uploaded file becomes, and forget the file. Refuse a file that is gone already.

    Lines whose expense is below zero get an expense of their own, in the department that they name.
    """
    kept = BudgetImport.objects.select_for_update().filter(pk=upload.pk)
    if not kept.exists():
        raise Refused("This file was imported or discarded already. Upload it again if you want it twice.")
    made = create(upload.company, new, _with_new_expenses(upload.company, lines, person), person=person)
    kept.delete()
    return made


def discard(upload: BudgetImport) -> None:
    """Forget an uploaded file."""
    upload.delete()


def _with_new_expenses(company: Company, lines: Iterable[Line], person: User) -> list[Line]:
    known = {each.name: each.pk for each in departments.departments(company)}
    made = []
    for line in lines:
        if (line.expense or 0) >= 0:
            made.append(line)
            continue
        try:
            expense = expenses.add_expense(
                company=company, person=person, name=line.name, income=line.income,
                department=None if line.income else known.get(line.department),
            )  # fmt: skip
        except expenses.Refused as refusal:
            raise Refused(f"{line.name[:80]}: {refusal}") from refusal
        made.append(replace(line, expense=expense.pk, name=expense.own_name))
    return made


def _open(budget: Budget) -> Budget:
    """Return the version, locked, if it can change. What a page read before may be out of date."""
    found = Budget.objects.select_for_update().select_related("company").filter(pk=budget.pk).first()
    if found is None:
        raise Refused(f"{budget.name} was deleted.")
    if found.is_frozen:
        raise Refused(f"{found.name} is frozen: nothing in it can change. Copy it and change the copy.")
    return found


def _totals(budget: Budget) -> dict[str, audit.Value]:
    """Return what a version comes to, for the audit log: what is spent, and apart from it what is earned."""
    found = queries.totals_of(queries.lines(budget).values())
    spent: dict[str, audit.Value] = {"total": to_text(found.expenses, budget.digits)}
    return {**spent, "income": to_text(found.income, budget.digits)} if found.income else spent


def _write(budget: Budget, lines: Iterable[Line]) -> None:
    """Write the lines as rows and cells."""
    wanted = list(lines)
    _check_size(budget, wanted)
    rows = BudgetRow.objects.bulk_create(
        (
            BudgetRow(
                budget=budget, position=place, expense=line.expense or 0, number=line.number[:80],
                name=line.name[:400] or "(no name)", department=line.department[:120],
                category=line.category[:80], kind=line.kind[:10],
            )
            for place, line in enumerate(wanted, 1)
        ),
        batch_size=_BATCH,
    )  # fmt: skip
    cells = [
        BudgetCell(row=row, month=month.key, amount=amount)
        for row, line in zip(rows, wanted, strict=True)
        for month, amount in sorted(line.amounts.items())
        if amount and budget.first <= month.key <= budget.last
    ]
    BudgetCell.objects.bulk_create(cells, batch_size=_BATCH)


def _replace_cells(budget: Budget, changed: Mapping[tuple[int, Month], int]) -> None:
    """Write cells of rows, in a handful of queries however many they are."""
    places = {(row_id, month.key): amount for (row_id, month), amount in changed.items()}
    there = BudgetCell.objects.filter(row__budget=budget).values_list("pk", "row_id", "month")
    stale = [pk for pk, row_id, month in there if (row_id, month) in places]
    BudgetCell.objects.filter(pk__in=stale).delete()
    BudgetCell.objects.bulk_create(
        (BudgetCell(row_id=row, month=month, amount=amount) for (row, month), amount in places.items() if amount),
        batch_size=_BATCH,
    )


def _check_size(budget: Budget, lines: Iterable[Line]) -> None:
    """Refuse amounts that no column holds: those that are typed are bounded before, sums and percentages are not."""
    for line in lines:
        for month, amount in sorted(line.amounts.items()):
            if abs(amount) > LARGEST and budget.first <= month.key <= budget.last:
                raise Refused(
                    f"{line.label[:80]}: the amount of {month} is larger than any kept here. Check the number."
                )


def _record_cells(
    budget: Budget, lines: Mapping[int, Line], changed: Mapping[tuple[int, Month], int], person: User
) -> None:
    """Tell the audit log of changed months: each by its name while they are few, then their sums."""
    before: dict[str, audit.Value] = {"budget": budget.name}
    after: dict[str, audit.Value] = {"budget": budget.name}
    few = 24
    for (row_id, month), amount in list(changed.items())[:few]:
        cell = f"{lines[row_id].label}, {month}"
        before[cell] = to_text(lines[row_id].amounts.get(month, 0) * lines[row_id].sign, budget.digits)
        after[cell] = to_text(amount * lines[row_id].sign, budget.digits)
    for sign, of in ((1, ""), (-1, " of income")):
        some = {place: amount for place, amount in changed.items() if lines[place[0]].sign == sign}
        if some and len(changed) > few:
            was = sum(lines[row_id].amounts.get(month, 0) for row_id, month in some)
            name = f"sum of all {len(some)} months{of}"
            before[name] = to_text(was * sign, budget.digits)
            after[name] = to_text(sum(some.values()) * sign, budget.digits)
    audit.record(budget.company, person, "changed months of a budget", budget, before=before, after=after)


def _checked_name(company: Company, name: str, *, but: Budget | None = None) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise NameRefused("Give the budget a name.")
    if len(name) > 80:
        raise NameRefused("The name has over 80 letters. Shorten it; the note has room for more.")
    taken = Budget.objects.filter(company=company, folded=_folded(name))
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    if found := taken.first():
        raise NameRefused(f"There is a budget {found.name} already. Choose another name.")
    return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()[:160]
