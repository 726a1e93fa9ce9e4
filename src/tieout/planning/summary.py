"""The summary: what each expense is forecast by, and what it comes to. Amounts are minor units, debit positive."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tieout.budgets import queries as budgets
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.periods import Span, fiscal_year
from tieout.expenses.sections import TOTAL, TOTAL_LABEL, Filter, Member, plan
from tieout.ledger.models import Book
from tieout.planning.ahead import Ahead
from tieout.planning.forecast import Forecast, forecast
from tieout.planning.models import Driver, Frequency, Options
from tieout.planning.options import ASKS, all_options
from tieout.planning.options_words import Names, amount_words, dates_words, driver_name, driver_words
from tieout.planning.timeline import Timeline, timeline
from tieout.planning.timeline_rows import TimelineRow
from tieout.ui.figures import short_month

_YEAR = 12
_LAST, _WHOLE, _POSTED, _MONTHS = 0, 1, 2, slice(3, None)  # the columns that are asked of the timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How an expense is forecast, a word a column; all empty where nobody has planned it."""

    driver: str = ""
    whole: str = ""  # all of it in one: where there is room for one column only
    frequency: str = ""
    amount: str = ""
    dates: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """A row, of the timeline's levels. ``expense`` is the id of one that can be planned here, 0 for a sum of others.

    ``form`` is the expense that its name stands for.
    """

    key: str
    label: str
    level: int
    parent: str = ""
    code: str = ""
    hint: str = ""
    last: int | None  # the last admitted month
    year: int | None  # the fiscal year: actual to date and forecast to its end
    posted: int | None  # of it, what is actual
    budget: int | None = None
    trend: tuple[int, ...] = ()
    differs: bool = False  # from the books, in a month of these
    expense: int = 0
    form: int = 0
    rest: bool = False  # what no rule took of its account
    words: Words = Words()
    planned: bool = False
    typed: bool = False
    payroll: bool = False
    linked: bool = False
    fault: str = ""
    without: int = 0  # how many expenses below have no forecast
    has_entries: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The rows, and the total of all expenses, which no filter touches. ``budget`` is the name of the version shown."""

    through: Month
    first: Month  # of the fiscal year
    last: Month
    year: int
    rows: tuple[SummaryRow, ...]
    total: SummaryRow
    shown: SummaryRow
    tied: bool | None  # whether the last admitted month's total ties out
    part: str = ""  # how much of that month the provider does not itemise, in words
    budget: str = ""
    budget_rest: int = 0  # what the version holds for no expense of the company
    budget_elsewhere: str = ""  # where the version has no month of the year: which it covers, as a sentence
    unplanned_payroll: tuple[Month, int] | None = None  # see the timeline's
    restated: str = ""  # by how much the books differ from what the year's closed months show, in words
    faults: str = ""  # how many expenses and posts could not be computed, in words

    @property
    def ahead(self) -> bool:
        """Whether the year has months to come."""
        return self.through < self.last

    @property
    def unplanned(self) -> list[int]:
        """The expenses without a forecast, payroll aside."""
        return list(dict.fromkeys(row.expense for row in self.rows if row.expense and not row.planned))


def summary(
    company: Company, book: Book, *, through: Month, only: Filter | None = None, everything: bool = False
) -> Summary:
    """Return the plan in short, with the fiscal year of the first month after ``through``.

    Expenses without amounts and without a plan are left out unless ``everything`` is asked for. A fixed number of
    queries, whatever the number of expenses.
    """
    first = (through + 1).fiscal_year_start(book.fiscal_year_first_month)
    last = first + (_YEAR - 1)
    told = forecast(company, book, through=through, last=last)
    members = {it.id: it for it in plan(company, book, book.published).members if it.id}
    shown = told
    if everything:
        open_ones = {it.id for it in members.values() if it.account is None or it.account.active}
        shown = replace(told, planned=told.planned | open_ones)
    budget = _budget(company, book, first, last, members)
    ahead = Ahead(forecast=shown, after=through, shown=budget.months)
    found = timeline(company, book, _spans(first, last, through), only=only, ahead=ahead)
    writer = _Writer(
        found, members, all_options(company), Names.of(company, book), told, budget.months, begun=first <= through
    )
    rows = writer.rows()
    sums = [row for row in rows if row.level == 1]
    return Summary(
        through=through,
        first=first,
        last=last,
        year=fiscal_year(first, book.fiscal_year_first_month),
        rows=rows,
        total=writer.foot(found.total, TOTAL_LABEL, _whole(budget.months) + budget.rest if budget.name else None),
        shown=writer.foot(found.shown, "Sum of what is shown", _sum(row.budget for row in sums)),
        tied=found.tied[_LAST],
        part=found.parts.words(found.parts.within({through}), book.digits),
        budget=budget.name,
        budget_rest=budget.rest,
        budget_elsewhere=budget.elsewhere,
        unplanned_payroll=found.unplanned_payroll,
        restated=beside.words(book.digits) if (beside := found.restated.get(_WHOLE)) and beside.sum else "",
        faults=found.failing,
    )


def _spans(first: Month, last: Month, through: Month) -> list[Span]:
    return [
        Span(label=short_month(through), first=through, last=through),
        Span(label="Year", first=first, last=last, total=True),
        Span(label="Actual", first=min(first, through), last=through, total=True),
        *(Span(label=short_month(it), first=it, last=it) for it in (through - 11).until(through + 1)),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Budgeted:
    """The version to show: its year's months by expense, and what it holds for no expense of the company."""

    name: str = ""
    months: Mapping[int, Mapping[Month, int]] = field(default_factory=dict)
    rest: int = 0
    elsewhere: str = ""


def _budget(company: Company, book: Book, first: Month, last: Month, known: Collection[int]) -> _Budgeted:
    """Return the version to show beside the year. A version that has none of its months has no column."""
    chosen = budgets.chosen(company)
    if chosen is None or chosen.currency != book.currency or chosen.digits != book.digits:
        return _Budgeted()
    covered = Month.from_key(chosen.first), Month.from_key(chosen.last)
    if covered[1] < first or covered[0] > last:
        words = " to ".join(dict.fromkeys(map(short_month, covered)))
        return _Budgeted(elsewhere=f"The budget {chosen.name} covers {words}")
    months: dict[int, dict[Month, int]] = {}
    rest = 0
    for line in budgets.lines(chosen).values():
        amounts = {month: amount for month, amount in line.amounts.items() if first <= month <= last}
        if line.expense is not None and line.expense in known:
            own = months.setdefault(line.expense, {})
            for month, amount in amounts.items():
                own[month] = own.get(month, 0) + amount
        else:  # of no expense, or of one that was removed
            rest += sum(amounts.values())
    return _Budgeted(name=chosen.name, months=months, rest=rest)


class _Writer:
    """Writes the timeline's rows with how each is forecast, and what was budgeted for it."""

    def __init__(
        self,
        found: Timeline,
        members: Mapping[int, Member],
        options: Mapping[int, Options],
        names: Names,
        told: Forecast,
        budgeted: Mapping[int, Mapping[Month, int]],
        *,
        begun: bool,  # whether the year has actual months
    ) -> None:
        self._found = found
        self._members = members
        self._options = options
        self._names = names
        self._told = told
        self._typed = {expense for expense, _ in told.typed}
        self._budgeted = budgeted
        self._begun = begun

    def rows(self) -> tuple[SummaryRow, ...]:
        made: list[SummaryRow] = []
        below: dict[str, list[SummaryRow]] = {}
        for row in reversed(self._found.rows):  # children stand after their parents
            inside = below.get(row.key)
            made.append(self._group(row, inside) if inside else self._leaf(row))
            below.setdefault(row.parent, []).append(made[-1])
        return tuple(reversed(made))

    def foot(self, amounts: Sequence[int], label: str, budget: int | None) -> SummaryRow:
        return SummaryRow(
            key=TOTAL,
            label=label,
            level=1,
            last=amounts[_LAST],
            year=amounts[_WHOLE],
            posted=amounts[_POSTED] if self._begun else 0,
            trend=tuple(amounts[_MONTHS]),
            budget=budget,
        )

    def _group(self, row: TimelineRow, below: Sequence[SummaryRow]) -> SummaryRow:
        return replace(
            self._figures(row),
            budget=_sum(it.budget for it in below),
            without=sum(it.without + bool(it.expense and not it.planned) for it in below),
        )

    def _leaf(self, row: TimelineRow) -> SummaryRow:
        member = self._members.get(_expense_of(row.key))
        if member is None:
            return self._figures(row)
        options = self._options.get(member.id)
        payroll = bool(member.payroll)
        budget = self._budgeted.get(member.id)
        section = row.key.partition("@")[2]
        if budget is not None and section:  # it is in several departments: each has its months
            budget = {month: amount for month, amount in budget.items() if member.section(month) == section}
        return replace(
            self._figures(row),
            expense=member.id,
            words=Words() if options is None or payroll else _words(options, self._names),
            planned=payroll or member.id in self._typed or bool(options and options.driver != Driver.NONE),
            typed=member.id in self._typed,
            payroll=payroll,
            linked=member.linked,
            fault=self._told.errors.get(member.id, ""),
            budget=None if budget is None else sum(budget.values()),
        )

    def _figures(self, row: TimelineRow) -> SummaryRow:
        amounts = row.amounts
        return SummaryRow(
            key=row.key,
            label=row.label,
            level=row.level,
            parent=row.parent,
            code=row.code,
            hint=row.hint,
            form=row.form,
            rest=row.rest,
            last=amounts[_LAST],
            year=amounts[_WHOLE],
            fault=row.fault,
            posted=amounts[_POSTED] if self._begun else 0,
            trend=tuple(amount or 0 for amount in amounts[_MONTHS]),
            differs=_LAST in row.differing,
            has_entries=row.posted,
        )


def _words(options: Options, names: Names) -> Words:
    with_amount = options.driver in (Driver.AMOUNT, Driver.PER_EMPLOYEE)
    driver = driver_name(options, names)
    return Words(
        driver=driver,
        whole=driver_words(options, names),
        frequency=Frequency(options.frequency).label if "frequency" in ASKS[Driver(options.driver)] else "",
        amount=amount_words(options.amount, names.digits) if with_amount else "",
        dates=dates_words(options),
    )


def _expense_of(key: str) -> int:
    """Return the expense of a row's key: 34 of "expense:34@department:2", 0 of another row."""
    kind, _, rest = key.partition(":")
    return int(rest.partition("@")[0]) if kind == "expense" else 0


def _whole(budgeted: Mapping[int, Mapping[Month, int]]) -> int:
    return sum(sum(months.values()) for months in budgeted.values())


def _sum(amounts: Iterable[int | None]) -> int | None:
    """Return the sum of what is there, None where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
