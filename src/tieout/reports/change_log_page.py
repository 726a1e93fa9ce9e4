"""The change log as a page shows it: figures are written, positive in their account's normal direction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.http import QueryDict

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.statements import natural
from tieout.ledger.accounts import Account
from tieout.ledger.changes_between import Kind, Tally
from tieout.ledger.changes_names import Written
from tieout.ledger.queries import PAGE
from tieout.reports.change_log import AccountMonth, ChangeLog, ChangeRow
from tieout.reports.change_log_words import Difference, differences, expense_name
from tieout.reports.record_links import record_addresses
from tieout.ui.figures import count, day, difference, exact, long_month, short_month

_MONTHS_SHOWN = 120  # rows of the summary: with more, an account has one row and opens to its months


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """An account, or a month of one, with how many lines moved and what they do."""

    name: str
    number: str
    sub: bool
    query: dict[str, str]  # what narrows the page to this row
    counts: tuple[str, ...]  # in the order of `KINDS`
    lines: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """One line's change in one cell."""

    kind: Kind
    date: str
    type: str
    number: str
    url: str
    party: str
    text: str
    account: str
    expense: str
    before: str
    after: str
    effect: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenShown:
    """Pay as a sum."""

    month: str
    account: str
    text: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FootRow:
    """What the whole does to one side of the statements."""

    name: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """A page of the change log."""

    kinds: tuple[str, ...]
    counts: tuple[str, ...]
    summary: tuple[SummaryRow, ...]
    rows: tuple[ShownRow, ...]
    hidden: tuple[HiddenShown, ...]
    foot: tuple[FootRow, ...]
    profit: str
    count: str
    span: str
    earlier: str
    later: str


KINDS = (Kind.ADDED, Kind.CHANGED, Kind.REMOVED, Kind.REMAPPED)


def change_page(log: ChangeLog, query: QueryDict, offset: int) -> ChangePage:
    """Return the page from ``offset`` on."""
    digits = log.span.book.digits
    listed = log.found.count
    address = record_addresses(log.span.book)
    return ChangePage(
        kinds=tuple(kind.value.capitalize() for kind in KINDS),
        counts=tuple(f"{log.found.lines[kind]:,}" for kind in KINDS),
        summary=tuple(_summary(log)),
        rows=tuple(_shown(log, row, address) for row in log.rows),
        hidden=tuple(
            HiddenShown(
                month=long_month(it.month),
                account=it.account.label,
                text=f"{it.tally.count:,} payroll {'entry' if it.tally.count == 1 else 'entries'}",
                effect=difference(natural(it.tally.effect, it.account.type), digits),
            )
            for it in log.hidden
        ),
        foot=tuple(
            FootRow(name=name, effect=difference(natural(log.foot[kind], kind), digits))
            for kind, name in (
                (AccountType.ASSET, "Assets"),
                (AccountType.LIABILITY, "Liabilities"),
                (AccountType.EQUITY, "Equity"),
                (AccountType.INCOME, "Income"),
                (AccountType.EXPENSE, "Expenses"),
            )
        ),
        profit=difference(log.profit, digits),
        count=count(sum(log.found.lines.values()), "line"),
        span=f"{offset + 1:,} to {min(offset + PAGE, listed):,} of {listed:,}" if listed > PAGE else "",
        earlier=_page(query, offset - PAGE) if offset else "",
        later=_page(query, offset + PAGE) if offset + PAGE < listed else "",
    )


def _summary(log: ChangeLog) -> Iterator[SummaryRow]:
    cells = log.by_account()
    with_months = len(cells) <= _MONTHS_SHOWN or log.narrowed.account is not None
    for account, found in groupby(cells, key=lambda it: it.account):
        months = list(found)
        query = {"account": str(account.id)}
        one = months[0].month if len(months) == 1 else None
        yield _summary_row(log, account, _together(months), query, one)
        if with_months and one is None:
            for it in months:
                narrowed = query | {"from_month": str(it.month), "to_month": str(it.month)}
                yield _summary_row(log, account, it.tally, narrowed, it.month, sub=True)


def _summary_row(
    log: ChangeLog, account: Account, tally: Tally, query: dict[str, str], month: Month | None, *, sub: bool = False
) -> SummaryRow:
    name = long_month(month) if sub and month else account.name
    if month and not sub:
        name = f"{account.name}, {short_month(month)}"
    return SummaryRow(
        name=name,
        number="" if sub else account.number,
        sub=sub,
        query=query,
        counts=tuple(f"{tally.lines[kind]:,}" if tally.lines[kind] else "" for kind in KINDS),
        lines=f"{tally.count:,}",
        effect=exact(natural(tally.effect, account.type), log.span.book.digits),
    )


def _together(months: list[AccountMonth]) -> Tally:
    result = Tally()
    for it in months:
        for kind, lines in it.tally.lines.items():
            result.add(kind, lines, 0)
        result.effect += it.tally.effect
    return result


def _shown(log: ChangeLog, row: ChangeRow, address: Callable[[str, str], str]) -> ShownRow:
    digits = log.span.book.digits
    kind = row.account.type
    side = row.written.after or row.written.before
    assert side is not None

    def amount(of: Written | None) -> str:
        if of is None or of.line.place != row.place:
            return ""
        return difference(natural(of.line.amount, kind), digits)

    return ShownRow(
        kind=row.kind,
        date=day(side.line.date),
        type=side.line.type,
        number=side.line.number,
        url=address(side.line.type, side.line.record_id),
        party=side.party,
        text=side.text or side.item,
        account=f"{row.account.label}, {short_month(row.month)}",
        expense=expense_name(row.place.account, row.place.expense, log.labels),
        before=amount(row.written.before),
        after=amount(row.written.after),
        effect=exact(natural(row.effect, kind), digits),
        differences=differences(row.written, log.labels),
    )


def _page(query: QueryDict, offset: int) -> str:
    address = query.copy()
    address["offset"] = str(max(offset, 0))
    return f"?{address.urlencode()}"
