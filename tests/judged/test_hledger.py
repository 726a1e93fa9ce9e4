"""The same ledger in hledger gives the same statements: every account and period, to the last digit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User

from tests import machine
from tests.connections.other_books import Other, other
from tests.connections.other_ours import linked, sandbox_of
from tests.connections.other_truth import Truth
from tests.judged.hledger import Hledger
from tests.judged.journal import Journal
from tests.judged.ours import CARRIED, EARNED, Cells, Ours, Range
from tests.one_contract import company
from tieout.core.money import to_decimal
from tieout.core.month import Month
from tieout.ledger.models import Listed
from tieout.providerkit.demo import demo_books
from tieout.reports.cash_flow import NET_CHANGE

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(machine.hledger() is None, reason="hledger is not installed: nobody to compare with"),
]
FEW = 6
SEEDS = range(int(os.environ.get("JUDGED_BOOKS", str(FEW))))
EARNS = "type:RX"


@dataclass(frozen=True, slots=True)
class Beside:
    """A company's books in both programs, the months that are over."""

    ours: Ours
    theirs: Hledger
    first: Month
    last: Month
    fiscal: int
    axes: dict[str, str]  # a dimension's id in the file: its name

    @property
    def asked(self) -> str:
        return f"from={self.first}&to={self.last}"

    def year(self, month: Month) -> Month:
        return month.fiscal_year_start(self.fiscal)


def given() -> Iterator[object]:
    for seed in SEEDS:
        yield pytest.param(seed, id=f"other-{seed}")
    yield pytest.param(-1, id="harbour-works")
    if len(SEEDS) > FEW:  # the demo company has 10,000 lines, and hledger reads them anew for each question
        yield pytest.param(-2, id="demo")


def books_of(seed: int) -> Other:
    if seed >= 0:
        return other(seed)
    if seed == -1:
        return Other(-1, company.company(1), company.TODAY, modern=True)
    today = date(2026, 7, 14)
    return Other(-2, demo_books(today=today), today, modern=True)


@contextmanager
def beside(seed: int, person: User, folder: Path) -> Iterator[Beside]:
    it = books_of(seed)
    path = folder / "books.journal"
    path.write_text(Journal(it.books).text())
    now = datetime.combine(it.today, time(17), UTC)
    with time_machine.travel(now, tick=False), linked(sandbox_of(it, folder), it.today, person) as link:
        assert link.sync().state == "published"
        first = min(Month.of(entry.date) for entry in it.books.entries)
        last = max(first, Month.of(it.today) - 1)
        yield Beside(
            Ours(link.book, Journal(it.books)), Hledger(path), first, last, Truth(it.books).fiscal,
            {axis.id: axis.name for axis in it.books.dimensions},
        )  # fmt: skip


def spread(found: dict[str, list[Decimal]], first: Month) -> Cells:
    """Return hledger's months as cells."""
    result = {
        row: {(first + place, first + place): amount for place, amount in enumerate(amounts) if amount}
        for row, amounts in found.items()
    }
    return {row: cells for row, cells in result.items() if cells}


def ranged(it: Beside, ranges: Iterable[Range], *query: str) -> Cells:
    """Return what hledger says moved in each of some ranges."""
    result: Cells = {}
    for first, last in ranges:
        for row, amount in it.theirs.balances(*query, first=first, last=last).items():
            if amount:
                result.setdefault(row, {})[first, last] = amount
    return result


def profit(it: Beside, first: Month | None, last: Month) -> Decimal:
    return sum(it.theirs.balances(EARNS, first=first, last=last).values(), Decimal(0))


def standing(it: Beside, month: Month, *, sheet: bool) -> dict[str, Decimal]:
    """Return what hledger's figures come to at a month's end, ended years' profit in retained earnings."""
    result = it.theirs.balances("not:type:RX", last=month)
    year = it.year(month)
    result[CARRIED] = result.pop(it.ours.earnings, Decimal(0)) + profit(it, None, year - 1)
    if sheet:
        result[EARNED] = profit(it, year, month)
    else:
        result |= it.theirs.balances(EARNS, first=year, last=month)
    return {row: amount for row, amount in result.items() if amount}


def differing(ours: Cells, theirs: Cells) -> list[str]:
    """Return each figure that is not the same in both, as a line to read."""
    places = sorted({(row, *cell) for found in (ours, theirs) for row, cells in found.items() for cell in cells})
    return [
        f"{row} {first} to {last}: ours {one}, hledger's {other}"
        for row, first, last in places
        if (one := ours.get(row, {}).get((first, last), 0)) != (other := theirs.get(row, {}).get((first, last), 0))
    ]


def at_ends(found: Cells) -> dict[Month, dict[str, Decimal]]:
    result: dict[Month, dict[str, Decimal]] = {}
    for row, cells in found.items():
        for (_, last), amount in cells.items():
            result.setdefault(last, {})[row] = amount
    return result


@pytest.mark.parametrize("seed", [*given()])
def test_the_statements_are_hledger_s(seed: int, alice: User, tmp_path: Path) -> None:
    with beside(seed, alice, tmp_path) as it:
        monthly = it.ours.by_account("profit-and-loss", f"{it.asked}&by=month") if small(it) else None
        if monthly is not None:
            assert monthly == spread(it.theirs.monthly(EARNS, first=it.first, last=it.last), it.first)
        for by in fitting(it, ("quarter", "year")):
            found = it.ours.by_account("profit-and-loss", f"{it.asked}&by={by}")
            over = [cell for cell in columns(it, by) if cell[1] <= it.last]  # what goes on, goes on with a forecast
            cells = {row: {cell: amount for cell, amount in own.items() if cell in over} for row, own in found.items()}
            assert differing(cells, ranged(it, over, EARNS)) == []
        for by in fitting(it, ("month", "quarter", "year") if len(it.ours.accounts) < 60 else ("year",)):
            sheet = at_ends(it.ours.by_account("balance-sheet", f"{it.asked}&by={by}"))
            for month in {last for _, last in columns(it, by)}:
                assert sheet.get(month, {}) == standing(it, month, sheet=True)
        months = tuple(it.first.until(it.last + 1))[-14::3]
        balances = at_ends(it.ours.trial_balances(months))
        for month in months:
            assert balances.get(month, {}) == standing(it, month, sheet=False)
        _cash(it)
        _parties(it)
        _values(it)


def small(it: Beside) -> bool:
    """Whether its months fit on a page: else a report shows years."""
    return it.first.months_to(it.last) < 40


def fitting(it: Beside, wanted: Sequence[str]) -> Sequence[str]:
    """Return the wanted columns that fit on a page: a report of a longer history shows years instead."""
    long = it.first.months_to(it.last) >= 50
    return [by for by in wanted if by == "year" or (small(it) if by == "month" else not long)]


def columns(it: Beside, by: str, report: str = "profit-and-loss") -> list[Range]:
    """Return a report's columns, having seen that they hold every month of the range once, none across years."""
    found = it.ours.columns(report, f"{it.asked}&by={by}")
    assert found[0][0] <= it.first
    assert found[-1][1] >= it.last
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(found))
    length = {"month": 1, "quarter": 3, "year": 12}[by]
    for first, last in found:
        assert it.year(first).months_to(first) % length == 0
        assert it.year(first).months_to(first) // length == it.year(first).months_to(last) // length
    return found


def _cash(it: Beside) -> None:
    """Cash-flow statement and cash page: the change of what hledger takes for cash, and its balances."""
    net = it.theirs.net("cf", first=it.first, last=it.last)
    ends = [sum(it.theirs.balances("type:C", last=month).values(), Decimal(0)) for month in it.first.until(it.last + 1)]
    if small(it):
        said = it.ours.row("cash-flow", NET_CHANGE, f"{it.asked}&by=month")
        assert [-amount for amount in said.values()] == net
    found = it.ours.cash(it.first, it.last)
    digits = it.ours.book.digits
    assert [to_decimal(amount, digits) for amount in found.ends.values()] == ends
    assert [to_decimal(amount, digits) for amount in found.begins.values()] == [Decimal(0), *ends[:-1]]
    assert [to_decimal(found.net(month), digits) for month in found.months] == net


def _parties(it: Beside) -> None:
    """Vendor spend: hledger's expenses of each party, and of none."""
    ranges = columns(it, "month" if small(it) else "year", "vendor-spend")
    whole = ranges[0][0], ranges[-1][1]
    theirs: Cells = {}
    for name in ("", *it.ours.journal.parties.values()):
        tag = f"tag:party=^{name}$" if name else "not:tag:party"
        by = it.theirs.monthly("^Expenses", tag, first=whole[0], last=whole[1])
        for amounts in by.values():
            for place, amount in enumerate(amounts):
                key = next(it for it in ranges if it[0] <= whole[0] + place <= it[1])
                found = theirs.setdefault(name, {})
                found[key] = found.get(key, Decimal(0)) + amount
    theirs = {row: {key: amount for key, amount in found.items() if amount} for row, found in theirs.items()}
    by_month = it.ours.by_party(f"{it.asked}&by={'month' if small(it) else 'year'}")
    assert by_month == {row: found for row, found in theirs.items() if found}


def _values(it: Beside) -> None:
    """Profit and loss by dimension: hledger's accounts under each value's tag, and under none."""
    truth = Truth(it.ours.journal.books)
    for axis, name in it.axes.items():
        kept = "class" if axis == "class" else "location"
        row = Listed.objects.filter(organisation=it.ours.book.organisation, kind="dimension", external_id=kept).first()
        if row is None:
            continue
        labels = {truth._values[own]: tag for own, tag in it.ours.journal.values.items() if own[0] == axis}
        found = it.ours.by_value(name.casefold(), f"{it.asked}&by=year&view=dimension:{row.pk}")
        for label, tag in {**labels, "": ""}.items():
            query = f"tag:axis-{axis}=^{tag}$" if tag else f"not:tag:axis-{axis}"
            theirs = it.theirs.balances(EARNS, query, first=it.first, last=it.last)
            assert found.pop(label, {}) == {row: amount for row, amount in theirs.items() if amount}, label
        assert found == {}
