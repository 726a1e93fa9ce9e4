"""What an address asks of the expense pages: range, columns, departments, search, open rows. Bad values are ignored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.pages import month_of
from tieout.expenses.periods import By, Span, admitted_through, default_range, shows_running, spans
from tieout.expenses.sections import OTHER_INCOME, REVENUE, UNASSIGNED, Filter
from tieout.ledger.models import Book
from tieout.planning.ahead import Ahead
from tieout.planning.forecast import forecast
from tieout.ui.grid import ALL, Asked

_CATEGORY = "category:"


_FEW = 6  # actual months that a fiscal year must have before the page begins with it
_RUNNING = {"posted": True, "forecast": False}  # what months that are not admitted show; else as the company wants
_HORIZON = 60  # months after the last admitted one that can be asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A timeline's range and filter, as asked for or by default."""

    by: By
    first: Month
    last: Month
    spans: tuple[Span, ...]
    through: Month
    running: Month
    chosen: bool  # whether the range was asked for
    only: Filter
    ahead: Ahead | None = None  # None: nothing is planned, or all months shown are admitted

    @property
    def filtered(self) -> bool:
        """Whether some rows may be left out."""
        return bool(self.only.sections or self.only.text)

    @property
    def posted(self) -> bool:
        """Whether months that are not over yet show what was posted so far, where there is a forecast of them."""
        return self.ahead is not None and self.ahead.after > self.through

    @property
    def cash(self) -> bool:
        """Whether forecast months show the cash that leaves."""
        return self.ahead is not None and self.ahead.cash


def view_of(query: QueryDict, company: Company, book: Book, *, today: date, income: bool = False) -> View:
    """Return what ``from``, ``to``, ``by``, ``department``, ``q``, ``timing`` and ``running`` ask for."""
    by = By(value) if (value := query.get("by", "")) in set(By) else By.MONTH
    running = Month.of(today)
    through = through_of(company, today=today)
    asked = month_of(query, "from"), month_of(query, "to")
    start, fiscal = Month.of(book.start), book.fiscal_year_first_month
    first, last = _ordered(*asked, _planned_range(by=by, through=through, start=start, first_month=fiscal))
    last = min(last, max(through, running) + _HORIZON)
    columns = spans(min(first, last), last, by=by, first_month=fiscal, through=through)
    wanted = query.get("plan") == "1" or (asked[1] or running) > running
    end = max(it.last for it in columns)
    ahead = _ahead(query, company, book, through=through, running=running, last=end, wanted=wanted, income=income)
    if ahead is None:
        first, last = _ordered(*asked, default_range(by=by, running=running, start=start, first_month=fiscal))
        columns = spans(first, last, by=by, first_month=fiscal, through=through, running=running)
    return View(
        by=by,
        first=first,
        last=last,
        spans=columns,
        through=through,
        running=running,
        chosen=any(asked),
        only=filter_of(query),
        ahead=ahead,
    )


def through_of(company: Company, *, today: date) -> Month:
    """Return the last month that counts as actuals. Without any admitted one, it is the month before this one."""
    return admitted_through(company) or Month.of(today) - 1


def _ahead(
    query: QueryDict, company: Company, book: Book, *, through: Month, running: Month, last: Month, wanted: bool,
    income: bool,
) -> Ahead | None:  # fmt: skip
    """Return the forecast of the months to show, or None where nothing is planned unless it is ``wanted``."""
    found = forecast(company, book, through=through, last=last) if last > through else None
    if found is None or not (wanted or found.planned or found.errors or found.people):
        return None
    posted = _RUNNING.get(query.get("running", ""), shows_running(company))
    return Ahead(
        forecast=found, after=max(through, running) if posted else through, cash=query.get("timing") == "cash",
        income=income,
    )  # fmt: skip


def _planned_range(*, by: By, through: Month, start: Month, first_month: int) -> tuple[Month, Month]:
    """Return the months to show unasked where there is a plan: this fiscal year, and half or all of the next."""
    year = through.fiscal_year_start(first_month)
    few = year.months_to(through) + 1 < _FEW
    match by:
        case By.MONTH:
            return (through - 11 if few else year), year + 17
        case By.QUARTER:
            return (year - 12 if few else year), year + 23
        case By.YEAR:
            return min(start, through).fiscal_year_start(first_month), year + 23


def _ordered(first: Month | None, last: Month | None, default: tuple[Month, Month]) -> tuple[Month, Month]:
    """Return the range that is asked for, filled up with the default one."""
    end = last or default[1]
    begin = first or (end - 11 if last else default[0])
    return min(begin, end), max(begin, end)


def filter_of(query: QueryDict) -> Filter:
    """Return which sections and which text are asked for."""
    return Filter(sections=frozenset(filter(None, query.getlist("department"))), text=query.get("q", "").strip())


def opened(query: QueryDict, keys: Iterable[str]) -> Asked:
    """Return which of the rows are open: categories and Unassigned unless ``shut``, departments if ``open``.

    The address keeps only what differs from that, so a key that comes both ways was just turned round.
    """
    opens, shuts = set(query.getlist("open")), set(query.getlist("shut"))
    at_first = {key for key in keys if key in (UNASSIGNED, REVENUE, OTHER_INCOME) or key.startswith(_CATEGORY)}
    shut = (shuts - opens) & at_first
    opened_ = opens - shuts - at_first
    others = ((name, value) for name, values in query.lists() if name not in {"open", "shut"} for value in values)
    carried = (*others, *(("open", key) for key in sorted(opened_)), *(("shut", key) for key in sorted(shut)))
    searching = {ALL} if query.get("q", "").strip() else set()
    return Asked(opened=frozenset(opened_ | (at_first - shut) | searching), carried=carried)
