"""One QuickBooks company, opened to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from tieout.core.month import Month
from tieout.core.records import (
    Balances,
    Checkpoint,
    EntryRecord,
    Gone,
    Hints,
    ListRecord,
    Organisation,
    Part,
    Statement,
    Window,
)
from tieout.providerkit.errors import UnreadableBooks
from tieout.providerkit.interface import Capabilities, Past
from tieout.providers.quickbooks import mapping
from tieout.providers.quickbooks.company import CompanyReader
from tieout.providers.quickbooks.feed import MOST, Feed
from tieout.providers.quickbooks.lists import CLASS, LOCATION, Lists
from tieout.providers.quickbooks.reading import WindowReader, middle
from tieout.providers.quickbooks.reports import Ask, CutOff, Doubt
from tieout.providers.quickbooks.statements import by_period, trial_balance
from tieout.providers.quickbooks.wire import Report

T = TypeVar("T")

COLUMNS = 24  # periods in one statement: 25 and more columns are said to end in time-outs
FUTURE_MONTHS = 24  # QuickBooks takes postings dated ahead
_FIRST_YEAR = 1990
_REPORTS = {Statement.BALANCE_SHEET: "BalanceSheet", Statement.PROFIT_AND_LOSS: "ProfitAndLoss"}
CAPABILITIES = Capabilities(
    feed=True,
    itemises_everything=True,
    reports_balances=True,
    sees_deletions=True,  # a window is read whole: what is absent is gone
    future_months=FUTURE_MONTHS,
    surveys=tuple(_REPORTS),
)


class QuickBooksBooks:
    """The books of one realm in one basis. Reads as it is consumed; keeps one window in memory."""

    def __init__(
        self, company: CompanyReader, basis: str, clock: Callable[[], datetime], *, feed_most: int = MOST
    ) -> None:
        self._company = company
        self._basis = basis
        self._clock = clock
        self._feed_most = feed_most
        self._window = WindowReader(self._fetch, lambda: self._company.lists().accounts)

    @property
    def capabilities(self) -> Capabilities:
        """What every grant allows: QuickBooks has one scope for all of it."""
        return CAPABILITIES

    def organisation(self) -> Organisation:
        """Return who the books belong to, which proves that the connection can read."""
        return self._company.organisation()

    def lists(self) -> Iterator[ListRecord]:
        """Yield all lists, read anew, inactive entries too; parents before children."""
        yield from self._company.handed_out().records

    def recall(self, records: Iterable[ListRecord]) -> None:
        """Take lists as read before. Where a report names what they lack, they are read anew by themselves."""
        self._company.recall(records)

    def hints(self, since: str | None) -> Hints:
        """Return what changed, by the change feed and by the list of transactions."""
        window = self._ask("TransactionList", date(_FIRST_YEAR, 1, 1), date(self._last_year() + 2, 1, 1))
        try:
            return Feed(self._company, window, most=self._feed_most).hints(since)
        except Doubt as doubt:
            raise UnreadableBooks(doubt.doubt, where=doubt.where or "Change feed") from doubt

    @cached_property
    def _first_month(self) -> Month | None:
        """The first month with a posting. The company's start date is no bound: postings may be older."""
        moved = self._earliest_moved()
        end = moved.start if moved else date(self._last_year() + 1, 1, 1)
        # What came and went again within a period shows in no statement: the ledger itself is asked for what is older.
        return self._first_posted(date(_FIRST_YEAR, 1, 1), end) or moved

    def earliest(self) -> Month | None:
        """Return the first month with a posting, by statements of years, then of months, then by the ledger itself."""
        return self._first_month

    def read(self, part: Part, *, past: Past | None = None) -> Iterator[EntryRecord | Gone | Checkpoint]:  # noqa: ARG002 - told anew, not kept
        """Yield the entries of a window, with a checkpoint after each stretch that passed its checks.

        One GeneralLedger call for the window; where QuickBooks cuts it off, the window is halved. Only windows can
        be read here: TypeError for the other parts.
        """
        if not isinstance(part, Window):
            raise TypeError(f"QuickBooks is read by windows, not by {type(part).__name__}")
        yield from self._window.read(part)

    def balances(self, statement: Statement, months: Sequence[Month]) -> Iterator[Balances]:
        """Yield a statement at each month's end: a call for each trial balance, one for 24 months of the others."""
        if statement is Statement.TRIAL_BALANCE:
            yield from map(self._trial_balance, months)
            return
        waiting = list(months)
        while waiting:
            some = [month for month in waiting if month < waiting[0] + COLUMNS]
            found = {it.month: it for it in self._statement(statement, some[0].start, some[-1].end, "Month", some)}
            yield from (found[month] for month in some)
            waiting = waiting[len(some) :]

    def _trial_balance(self, month: Month) -> Balances:
        ask = self._ask("TrialBalance", month.start, month.end)
        return self._report(ask, f"TrialBalance {month}", ask.params(), lambda found, lists: _trial(found, ask, lists))

    def _statement(
        self, statement: Statement, start: date, end: date, period: str, months: Iterable[Month] = ()
    ) -> list[Balances]:
        """Return a statement by periods, among which must be ``months``."""
        ask, wanted = self._ask(_REPORTS[statement], start, end), tuple(months)
        return self._report(
            ask,
            f"{ask.report} by {period.lower()}",
            {**ask.params(), "summarize_column_by": period},
            lambda found, lists: by_period(found, ask, lists.accounts, statement, wanted),
        )

    def _earliest_moved(self) -> Month | None:
        last = self._last_year()
        for year in range(_FIRST_YEAR, last + 1, COLUMNS):
            end = min(year + COLUMNS, last + 1)
            if (found := self._first_moved(date(year, 1, 1), date(end, 1, 1), "Year")) is not None:
                return self._first_moved(date(found.year, 1, 1), date(found.year + 1, 1, 1), "Month") or found
        return None

    def _last_year(self) -> int:
        return self._clock().year + FUTURE_MONTHS // 12

    def _first_posted(self, start: date, end: date) -> Month | None:
        try:
            page = self._fetch(start, end, (), lambda _page: None)
        except CutOff:
            if end - start <= timedelta(days=1):
                return Month.of(start)
            half = middle(start, end)
            return self._first_posted(start, half) or self._first_posted(half, end)
        return min((Month.of(draft.day) for draft in page.drafts.values()), default=None)

    def _first_moved(self, start: date, end: date, period: str) -> Month | None:
        moved = [
            balances.month
            for statement in _REPORTS
            for balances in self._statement(statement, start, end, period)
            if any(balances.amounts.values())
        ]
        return min(moved, default=None)

    def _fetch(
        self, start: date, end: date, accounts: Sequence[str], check: Callable[[mapping.LedgerPage], None]
    ) -> mapping.LedgerPage:
        ask, layout = self._ask("GeneralLedger", start, end), self._layout
        params = {**ask.params(), "columns": layout.asked}
        if accounts:
            params["account"] = ",".join(accounts)

        def proved(report: Report, lists: Lists) -> mapping.LedgerPage:
            page = mapping.page(report, ask, layout, lists)
            check(page)
            return page

        return self._company.proved(f"GeneralLedger {start} to {ask.last}", ask, params, proved)

    def _report(self, ask: Ask, name: str, params: dict[str, str], check: Callable[[Report, Lists], T]) -> T:
        try:
            return self._company.proved(name, ask, params, check)
        except CutOff as cut:
            raise UnreadableBooks("QuickBooks cuts the report off", where=str(ask)) from cut

    def _ask(self, report: str, start: date, end: date) -> Ask:
        organisation = self._company.organisation()
        return Ask(report, start, end, self._basis, organisation.currency, organisation.digits)

    @cached_property
    def _layout(self) -> mapping.Layout:
        preferences = self._company.preferences
        dimensions = []
        if preferences.accounting.classes:
            dimensions.append(("klass_name", CLASS))
        if preferences.accounting.locations:
            dimensions.append(("dept_name", LOCATION))
        money = mapping.SEVERAL if preferences.currency.several else mapping.ONE_CURRENCY
        return mapping.Layout(money, tuple(dimensions))


def _trial(found: Report, ask: Ask, lists: Lists) -> Balances:
    return trial_balance(found, ask, lists.accounts)
