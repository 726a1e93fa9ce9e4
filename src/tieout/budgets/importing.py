"""What a file would become: each row with the expense that it goes to, what is wrong, and both sums of each month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tieout.budgets import services
from tieout.budgets.content import REVENUE, Line, by_month
from tieout.budgets.layout import File, FileRow, Wrong, folded
from tieout.budgets.matching import HIRING, Match, Matcher, Target
from tieout.budgets.outline import UNASSIGNED
from tieout.core.month import Month
from tieout.core.spreadsheet import as_meant
from tieout.core.typed import to_minor_rounded
from tieout.ui.figures import short_month

LEFT_OUT = 0  # chosen for a row that is not to be imported
NEW = -1  # chosen for a row that becomes an expense of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """A row of the file. ``target`` is the expense that it goes to; None: it is not imported."""

    row: FileRow
    target: Line | None
    total: int  # minor units, rounded month by month
    by_hand: bool = False  # somebody chose the target, or chose to leave it out
    left_out: bool = False
    candidates: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether it becomes an expense of its own, which is made when the file is imported."""
        return self.target is not None and HIRING < (self.target.expense or 0) < 0

    @property
    def is_imported(self) -> bool:
        """Whether its amounts become part of the budget: a row with anything wrong does not, as a whole."""
        return self.target is not None and not self.row.wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSums:
    """A month's sum in the file, and of what would be imported. Minor units."""

    month: Month
    file: int
    imported: int

    @property
    def label(self) -> str:
        """The month as a column's head."""
        return short_month(self.month)

    @property
    def difference(self) -> int:
        """What of the file would not be imported."""
        return self.imported - self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All that the page says before anything is written."""

    file: File
    rows: tuple[PreviewRow, ...]
    lines: tuple[Line, ...]  # what the budget would hold
    skipped: tuple[str, ...]
    rounded: int  # how many cells were finer than a minor unit
    rounding: Decimal  # what rounding them added in all, in major units

    @property
    def imported(self) -> tuple[PreviewRow, ...]:
        """Rows that become part of the budget."""
        return tuple(row for row in self.rows if row.is_imported)

    @property
    def unmatched(self) -> tuple[PreviewRow, ...]:
        """Rows that mean no expense, or more than one, and wait for a choice."""
        return tuple(row for row in self.rows if row.target is None and not row.left_out)

    @property
    def left_out(self) -> tuple[PreviewRow, ...]:
        """Rows that somebody chose to leave out."""
        return tuple(row for row in self.rows if row.left_out)

    @property
    def wrong(self) -> tuple[tuple[PreviewRow, Wrong], ...]:
        """Cells that hold no amount, with their rows."""
        return tuple((row, wrong) for row in self.rows for wrong in row.row.wrong)

    @property
    def with_errors(self) -> tuple[PreviewRow, ...]:
        """Rows that are not imported because a cell of theirs is wrong."""
        return tuple(row for row in self.rows if row.row.wrong and not row.left_out)

    def sums(self, digits: int) -> list[MonthSums]:
        """Return both sums of each month."""
        exact: defaultdict[Month, Decimal] = defaultdict(Decimal)
        for row in self.rows:
            for month, amount in row.row.cells.items():
                exact[month] += amount
        imported = by_month(replace(line, amounts=_as_in_a_file(line)) for line in self.lines)
        return [
            MonthSums(month=month, file=to_minor_rounded(exact[month], digits), imported=imported.get(month, 0))
            for month in self.file.months
        ]


def _as_in_a_file(line: Line) -> dict[Month, int]:
    return {month: amount * line.sign for month, amount in line.amounts.items()}


def preview(
    file: File,
    targets: Sequence[Target],
    choices: Mapping[int, int],
    *,
    digits: int,
    departments: Iterable[tuple[str, str]] = (),
) -> Preview:
    """Return what would be imported. ``choices`` are what somebody wants of rows, by their numbers in the file.

    ``departments`` are names with their categories: a new expense stands in the one that the file names.
    """
    matcher = Matcher(targets)
    added = _new_targets(file.rows, choices, {folded(name): (name, category) for name, category in departments})
    by_id = {target.id: target for target in (*targets, *added.values())}
    rows, skipped = [], list(file.skipped)
    for row in file.rows:
        match = matcher.match(row)
        chosen = added[row.place].id if row.place in added else choices.get(row.place)
        if chosen is not None and (chosen in by_id or chosen == LEFT_OUT):
            rows.append(_row(row, Match(by_id.get(chosen), match.candidates), digits, by_hand=True))
        elif match.target is None and row.looks_like_total:
            skipped.append(f"row {row.place}, “{row.label}”, which holds a total")
        elif match.target is None and not row.cells and not row.wrong:
            skipped.append(f"row {row.place}, “{row.label}”, which holds no amount")
        else:
            rows.append(_row(row, match, digits))
    rows = list(_told_of_each_other(rows))
    fine = [amount for row in rows for amount in row.row.cells.values() if amount != round(amount, digits)]
    return Preview(
        file=file,
        rows=tuple(rows),
        lines=tuple(_lines(rows, [*targets, *added.values()], digits)),
        skipped=tuple(skipped),
        rounded=len(fine),
        rounding=sum((to_minor_rounded(it, digits) * Decimal(1).scaleb(-digits) - it for it in fine), Decimal()),
    )


def _new_targets(
    rows: Iterable[FileRow], choices: Mapping[int, int], departments: Mapping[str, tuple[str, str]]
) -> dict[int, Target]:
    """Return the expenses to be made, by the numbers of their rows. Rows of one name and department are one expense.

    Until they are made, their ids are negative: that of the first row.
    """
    made: dict[tuple[str, str], Target] = {}
    by_place: dict[int, Target] = {}
    for row in rows:
        name = as_meant(row.name or row.account or row.number)
        if choices.get(row.place) == NEW and name:
            department, category = departments.get(folded(row.department), ("", UNASSIGNED))
            if row.income:
                department, category = "", REVENUE
            line = Line(expense=-row.place, name=name, department=department, category=category, kind="added")
            by_place[row.place] = made.setdefault((folded(name), department), Target(line=line))
    return by_place


def new(preview_: Preview, *, name: str, file: str, currency: str, digits: int) -> services.New:
    """Return what the version to be is: it covers the months that the file names."""
    months = preview_.file.months
    return services.New(
        name=name,
        first=months[0],
        last=months[-1],
        currency=currency,
        digits=digits,
        source=f"Imported from {file}",
    )


def _row(row: FileRow, match: Match, digits: int, *, by_hand: bool = False) -> PreviewRow:
    target = match.target.line if match.target else None
    notes = [match.note] if match.note and not by_hand else []
    if target and row.department and folded(row.department) != folded(target.department):
        notes.append(f"The file has it in {row.department}; it stands in {target.department or target.category}.")
    return PreviewRow(
        row=row,
        target=target,
        total=sum(to_minor_rounded(amount, digits) for amount in row.cells.values()),
        by_hand=by_hand,
        left_out=by_hand and target is None,
        candidates=tuple(each.line for each in match.candidates),
        notes=tuple(notes),
    )


def _told_of_each_other(rows: Sequence[PreviewRow]) -> Iterator[PreviewRow]:
    """Yield the rows; those that go to the same expense say so, because they are added."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.is_imported and row.target and row.target.expense:
            places[row.target.expense].append(row.row.place)
    for row in rows:
        others = [it for it in places.get((row.target and row.target.expense) or 0, []) if it != row.row.place]
        if row.is_imported and others:
            listed = ", ".join(map(str, others[:5])) + (" and more" if len(others) > 5 else "")
            note = f"Added to row{'' if len(others) == 1 else 's'} {listed}: the same expense."
            yield replace(row, notes=(*row.notes, note))
        else:
            yield row


def _lines(rows: Sequence[PreviewRow], targets: Sequence[Target], digits: int) -> Iterator[Line]:
    """Yield the budget's lines in the order of the plan: rows of the same expense are one."""
    sums: dict[int, dict[Month, int]] = {}
    for row in rows:
        if row.is_imported and row.target and row.target.expense:
            months = sums.setdefault(row.target.expense, {})
            for month, amount in row.row.cells.items():
                # What is earned is positive in a file, as it is on a page.
                months[month] = months.get(month, 0) + to_minor_rounded(amount, digits) * row.target.sign
    for target in {target.id: target for target in targets}.values():
        if target.id in sums:
            expense = None if target.id == HIRING else target.line.expense  # the hiring plan is no expense
            yield replace(target.line, expense=expense, amounts=sums[target.id])
