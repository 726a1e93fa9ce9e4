"""What the dashboard reads: one pass over the plan's timeline and one over the books' sums, whatever their size.

Income and profit are turned as a reader expects them; expenses are costs, positive. Minor units. Revenue is the income
of the trade: interest and the like are other income, as on profit and loss.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.statements import natural
from tieout.expenses.amounts import Months
from tieout.expenses.periods import Span
from tieout.expenses.placement import marked_accounts
from tieout.expenses.sections import OTHER_INCOME, PAYROLL, REVENUE, Section
from tieout.expenses.tying import tying
from tieout.ledger.accounts import chart
from tieout.ledger.closing import shown_movements
from tieout.ledger.differing import differing
from tieout.ledger.explaining import explaining
from tieout.ledger.models import Book
from tieout.planning.ahead import Ahead
from tieout.planning.forecast import Forecast, forecast
from tieout.planning.timeline import Timeline
from tieout.planning.timeline import timeline as timeline_of
from tieout.reports.dashboard_period import Period
from tieout.reports.dashboard_standing import NOT_COMPARED, Against, Standing
from tieout.reports.dashboard_typed import TypedOver, laid_over, typed_over
from tieout.ui.figures import difference, short_month

BACK, AHEAD = 12, 6  # months of a chart, up to the period's last and after it
_NOTHING = Forecast()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that the dashboard shows, before it is put into words.

    ``timeline`` has a column for each of the ``months``, then one for the period, then one for the period before.
    """

    book: Book
    period: Period
    months: tuple[Month, ...]
    timeline: Timeline
    forecast: Forecast | None
    income: Months  # all of it
    other_income: Months  # what of it is no revenue
    against: Against
    accounts: Mapping[AccountType, frozenset[int]]
    other_accounts: frozenset[int]  # those of other income
    payroll_accounts: frozenset[int]
    typed: TypedOver = field(default_factory=TypedOver)  # which is in the timeline and in the income

    @property
    def split(self) -> int | None:
        """The position of the first forecast month among the months, None where none is."""
        ahead = [at for at, month in enumerate(self.months) if month > self.period.through]
        return ahead[0] if ahead else None

    @property
    def at(self) -> int:
        """The position of the period's column."""
        return len(self.months)

    @property
    def before_at(self) -> int | None:
        """The position of the column of the period before."""
        return self.at + 1 if self.period.before else None

    def revenue_of(self, span: Span) -> int:
        """Return the revenue of some months: their income without other income."""
        return self.income_of(span) - self.other_income_of(span)

    def other_income_of(self, span: Span) -> int:
        """Return the other income of some months."""
        return sum(self.other_income.get(month, 0) for month in span.months())

    def income_of(self, span: Span) -> int:
        """Return the income of some months, other income among it."""
        return sum(self.income.get(month, 0) for month in span.months())

    def standing(self, *types: AccountType) -> Standing:
        """Return how the period's income, expenses or both stand."""
        sides = {it is AccountType.INCOME for it in types}
        if typed := self._typed(income=sides.pop() if len(sides) == 1 else None):
            return typed
        accounts = frozenset[int]().union(*(self.accounts.get(it, frozenset()) for it in types))
        return self.against.of(accounts, self.period.span, types)

    def income_standing(self, *, other: bool) -> Standing:
        """Return how the period's revenue stands, or its other income."""
        if typed := self._typed(income=True, section=OTHER_INCOME if other else REVENUE):
            return typed
        income = self.accounts.get(AccountType.INCOME, frozenset())
        own = income & self.other_accounts if other else income - self.other_accounts
        return self.against.of(own, self.period.span, (AccountType.INCOME,), own)

    @property
    def payroll_standing(self) -> Standing:
        """How the period's payroll stands, by the accounts that are marked as payroll."""
        if typed := self._typed(section=PAYROLL):
            return typed
        own = self.payroll_accounts
        return self.against.of(own, self.period.span, ()) if own else NOT_COMPARED

    @property
    def typed_standing(self) -> Standing | None:
        """What people typed over anything of the period; None where they did not."""
        return self._typed()

    def _typed(self, *, income: bool | None = None, section: Section = "") -> Standing | None:
        """Return how a figure of the period stands that people typed over; None where they did not."""
        span = self.period.span
        if not self.typed.any(span, income=income, section=section):
            return None
        beyond = self.typed.of(span, income=income, section=section)
        shown = beyond if income is False or section == PAYROLL else -beyond
        return Standing("badge--hand", "person", f"{difference(shown, self.book.digits)} typed over the books")


def gather(company: Company, book: Book, period: Period) -> Gathered:
    """Return what the dashboard of a period is made of."""
    told = None
    if period.latest:
        found = forecast(company, book, through=period.through, last=period.through + AHEAD)
        told = found if found.planned or found.people or found.revenue or found.errors else None
    ahead = Ahead(forecast=told, after=period.through) if told else None
    first = max(period.last - (BACK - 1), min(Month.of(book.start), period.last))
    months = tuple(first.until(period.last + (AHEAD if told else 0) + 1))
    columns = [Span(label=short_month(month), first=month, last=month) for month in months]
    before = [period.before] if period.before else []
    shown = timeline_of(company, book, [*columns, period.span, *before], ahead=ahead)
    typed = typed_over(company, book, min(first, period.before.first if period.before else first), period.last)
    accounts: defaultdict[AccountType, set[int]] = defaultdict(set)
    other: set[int] = set()
    for id_, account in chart(book, book.published).items():
        accounts[account.type].add(id_)
        if account.type is AccountType.INCOME and account.role is AccountRole.OTHER_INCOME:
            other.add(id_)
    return Gathered(
        book=book,
        period=period,
        months=months,
        timeline=laid_over(shown, typed),
        forecast=told,
        income=typed.over(_income(book)),
        other_income=typed.over(_income(book, other), OTHER_INCOME),
        against=Against(
            tying=tying(book),
            closed=list(differing(book)) if shown.closed else [],
            explaining=explaining(book, book.published),
            digits=book.digits,
        ),
        payroll_accounts=marked_accounts(company),
        accounts={type_: frozenset(ids) for type_, ids in accounts.items()},
        other_accounts=frozenset(other),
        typed=typed,
    )


def _income(book: Book, accounts: Collection[int] | None = None) -> Months:
    """Return the income of each month, or that of some accounts, as planning pages show it: as a month was closed."""
    result: defaultdict[Month, int] = defaultdict(int)
    for it in shown_movements(book, book.published):
        if it.type is AccountType.INCOME and (accounts is None or it.account in accounts):
            result[Month.from_key(it.month)] += natural(it.amount, it.type)
    return dict(result)
