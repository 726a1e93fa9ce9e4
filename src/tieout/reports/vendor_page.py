"""One vendor: its spend by account and month, how often it bills, and what is known of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from tieout.core.accounts import AccountType
from tieout.core.money import average
from tieout.core.month import Month
from tieout.core.recurring import recurring, rises
from tieout.expenses.tying import Tying
from tieout.ledger.axis_sums import Axis
from tieout.ledger.names import ListedName
from tieout.ledger.queries import Cell
from tieout.ledger.slices import By, Slice
from tieout.reports.beside import State
from tieout.reports.by_axis import Cells, axis_ties, months_of, stretch
from tieout.reports.columns import columns_of, compared_columns, whole_column
from tieout.reports.document import Column, Document, Finding, Onward, Row, RowKind
from tieout.reports.outline import name_of
from tieout.reports.queries import LedgerAt, NoReport
from tieout.reports.question import Question
from tieout.reports.scope import Lines, Scope, scope_of
from tieout.reports.vendor_addresses import carve_address, list_address
from tieout.reports.vendor_findings import RHYTHM_WORDS, findings_of, visible_bills, whole_scope
from tieout.ui.figures import count, day, exact, percent, short_month

_TOTAL = "total"


def vendor_page(at: LedgerAt, asked: Question, parties: Mapping[int, ListedName]) -> Document:
    """Return the report of the vendor that the question names; raise NoReport where nothing of it may be seen."""
    party = parties.get(asked.party)
    scope = scope_of(at, asked, AccountType.EXPENSE)
    by = By(Axis.PARTY)
    own = [it for it in whole_scope(at, asked).split(by).shown if it[0] == asked.party]
    if party is None or not own:
        raise NoReport("nothing was spent with such a vendor in these books")
    narrowed = bool(asked.sections or asked.values or asked.accounts)
    found = [it for it in scope.split(by).shown if it[0] == asked.party] if narrowed else own
    columns = columns_of(at, asked)
    ties = axis_ties(at)
    rows = list(_rows(at, asked, scope, columns, found, ties))
    total = Row(
        key=_TOTAL, label=f"Total {party.name}", kind=RowKind.TOTAL, favourable=-1,
        parts=tuple(row.key for row in rows),
    )  # fmt: skip
    return Document(
        report="vendor-spend",
        title=party.name,
        at=at,
        columns=columns,
        rows=(*rows, total) if rows else (),
        view="vendor spend by account",
        foot=(_TOTAL,) if rows else (),
        compared=compared_columns(columns, ties.compared),
        empty=f"Nothing was spent with {party.name} in these months.",
        findings=_findings(at, asked, party) if asked.findings else (),
        facts=tuple(_facts(at, asked, own)) if asked.findings else (),
        links=(
            Onward(word="All vendors", href=list_address(at, asked)),
            Onward(word="Carve into a linked expense", href=carve_address(at, party.name), connects=True),
        ),
    )


def _findings(at: LedgerAt, asked: Question, party: ListedName) -> tuple[Finding, ...]:
    return tuple(it.finding for it in findings_of(at, asked, {party.id: party}))


def _rows(
    at: LedgerAt, asked: Question, scope: Scope, columns: tuple[Column, ...], found: list[Slice], ties: Tying
) -> Iterator[Row]:
    wanted = months_of(columns)
    sums: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    differing = {(account, month.key) for account, month in ties.differing}
    differs: defaultdict[int, set[str]] = defaultdict(set)
    for _, account, _, month, amount in found:
        for column in wanted.get(month, ()):
            sums[account][column] += amount
            if (account, month) in differing:
                differs[account].add(column)
    whole = whole_column(asked, columns).key
    for account in sorted(sums, key=lambda it: (-sums[it][whole], it)):
        if any(sums[account].values()):
            yield _row(at, asked, scope, columns, account, sums[account], differs[account])


def _row(
    at: LedgerAt, asked: Question, scope: Scope, columns: tuple[Column, ...], account: int,
    amounts: Mapping[str, int], differs: set[str],
) -> Row:  # fmt: skip
    lines = Lines(parties=(asked.party,), account=account)

    def cells(column: Column) -> Iterator[Cell]:
        return scope.cells(*stretch(column), lines)

    return Row(
        key=f"account:{account}",
        label=at.accounts[account].name,
        favourable=-1,
        amounts=amounts,
        account=name_of(at.accounts[account]),
        cells=Cells(columns, cells),
        states=dict.fromkeys(differs, State.DIFFERS),
    )


def _facts(at: LedgerAt, asked: Question, own: list[Slice]) -> Iterator[tuple[str, str]]:
    """Yield what all of history says of the vendor, whatever months are asked for."""
    digits = at.book.digits
    months: defaultdict[Month, int] = defaultdict(int)
    for _, _, _, month, amount in own:
        months[Month.from_key(month)] += amount
    billed = visible_bills(at, whole_scope(at, asked), min(months), max(months), parties=(asked.party,))
    if billed:
        yield "First seen", day(billed[0].day)
        yield "Last bill", f"{day(billed[-1].day)}, {exact(billed[-1].amount, digits)}"
        yield "Average", f"{exact(average([it.amount for it in billed]), digits)} of {count(len(billed), 'bill')}"
    found = recurring(months, min(asked.through, at.last))
    if found is None:
        yield "Rhythm", "none that keeps"
        return
    yield "Rhythm", f"{RHYTHM_WORDS[found.every.months]} since {short_month(found.months[0])}"
    yield "Next bill", f"expected in {short_month(found.expected)}"
    for step in rises(found, months)[-3:]:
        yield f"Since {short_month(step.since)}", f"{percent(step.tenths)} more: {exact(step.new, digits)}"
