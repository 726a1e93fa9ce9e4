"""The timeline: category, department and expense down, months across. Amounts are minor units, debit positive.

Revenue streams have the same timeline, in which what they earn is positive.

Σ rows = the total in every column. Up to the last posted month that is the ledger's expense total: whatever an
expense account holds is in exactly one section. After it, it is the forecast: no month mixes both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments.categories import Category
from tieout.expenses.amounts import Months, Placed, holdings, nested, placed
from tieout.expenses.periods import Span
from tieout.expenses.restated import Restated, Restatements, restated
from tieout.expenses.sections import (
    HIRING_LABEL,
    OTHER_INCOME,
    PAYROLL,
    PAYROLL_LABEL,
    PEOPLE,
    PEOPLE_LABEL,
    REVENUE,
    UNASSIGNED,
    UNASSIGNED_LABEL,
    Filter,
    Member,
    Plan,
    Section,
    shown_plan,
)
from tieout.expenses.streams import LABELS, natural, stream_plan
from tieout.expenses.tying import Parts, Tying, tying
from tieout.ledger.closing import closed
from tieout.ledger.models import Book
from tieout.planning.ahead import Ahead
from tieout.planning.forecast import Forecast
from tieout.planning.payroll_amounts import RECENT, last_payroll, within
from tieout.planning.timeline_rows import TimelineRow, group, of_level, sum_of
from tieout.ui.figures import count

HIRING = "hiring"
ADJUSTMENT = "adjustment"
ADJUSTMENT_LABEL = "Adjustments to revenue"
ADJUSTMENT_HINT = (
    "what Revenue.Total is beyond the streams' forecasts: typed for all revenue, or streams without a forecast as they "
    "were on average"
)
_NOTHING = Forecast()


class Kind(Enum):
    """What a column holds."""

    ACTUAL = "actual"
    PARTIAL = "partial"  # posted so far: a month of it is not admitted yet
    FORECAST = "forecast"
    MIXED = "mixed"  # actual months and forecast months


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Rows in the order of the page, and the total of all expenses or streams, which no filter touches."""

    spans: tuple[Span, ...]
    rows: tuple[TimelineRow, ...]
    total: tuple[int, ...]
    tied: tuple[bool | None, ...]  # of the total: True ties, False differs, None was not compared
    parts: Parts = field(default_factory=Parts)  # what of the posted expenses the provider does not itemise
    closed: frozenset[Month] = frozenset()
    restated: Mapping[int, Restated] = field(default_factory=dict)  # of the total, by position
    after: Month | None = None  # the months after it are forecast; None: none is
    faults: int = 0  # expenses that could not be forecast, and are in no total
    post_faults: int = 0  # posts to be filled of which that is so
    unplanned_payroll: tuple[Month, int] | None = None  # what it last came to, where no people or posts are listed
    income: bool = False  # of revenue streams: what they earn is positive

    @property
    def failing(self) -> str:
        """How much could not be forecast, in words; "" for nothing: "2 expenses and 1 post"."""
        counted = ((self.faults, "stream" if self.income else "expense"), (self.post_faults, "post"))
        return " and ".join(count(number, what) for number, what in counted if number)

    @property
    def shown(self) -> tuple[int, ...]:
        """What the rows sum to: the total, unless a filter left some out."""
        tops = [row for row in self.rows if row.level == 1]
        return tuple(sum(row.amounts[at] or 0 for row in tops) for at in range(len(self.spans)))

    def kind(self, span: Span) -> Kind:
        """Return what a column holds."""
        if self.after is None or span.last <= self.after:
            return Kind.PARTIAL if span.partial else Kind.ACTUAL
        return Kind.FORECAST if span.first > self.after else Kind.MIXED


def timeline(
    company: Company,
    book: Book,
    spans: Sequence[Span],
    *,
    only: Filter | None = None,
    ahead: Ahead | None = None,
    income: bool = False,
) -> Timeline:
    """Return the expenses of a book by section over the spans, as published; a closed month as it was closed.

    With ``income``, the revenue streams.
    """
    the_plan = stream_plan(company, book) if income else shown_plan(company, book)
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    since = min(first, ahead.after - (RECENT - 1)) if ahead else first
    found = holdings(the_plan, book, first=since, last=ahead.after if ahead else last)
    posted = {
        member: {month: natural(amount, member.income) for month, amount in within(amounts, first, last).items()}
        for member, amounts in found.months.items()
    }
    posted = {member: amounts for member, amounts in posted.items() if amounts}
    months = _with_forecast(the_plan, posted, ahead, first, last) if ahead else posted
    shut = frozenset(closed(book))
    beside = restated(the_plan, book) if shut else {}
    ties = tying(book, income=income)
    result = _Writer(the_plan, months, found.accounts, tuple(spans), ties, ahead, beside).timeline(only or Filter())
    result = replace(result, closed=shut)
    if income or ahead is None or ahead.forecast.people:
        return result
    return replace(result, unplanned_payroll=last_payroll(found.months, ahead.after))


def _with_forecast(
    the_plan: Plan, posted: Mapping[Member, Months], ahead: Ahead, first: Month, last: Month
) -> dict[Member, Months]:
    """Return what each expense holds: what was posted, then what is forecast."""
    result = dict(posted)
    start = max(first, ahead.after + 1)
    for member in the_plan.members:
        if member.id and (months := ahead.amounts.get(member.id)):
            wrong = member.id in ahead.forecast.errors  # its zeros are nothing computed, unless typed
            to_come = {
                month: amount
                for month, amount in months.items()
                if start <= month <= last and (amount or not wrong or (member.id, month) in ahead.typed)
            }
            if to_come:
                result[member] = {**posted.get(member, {}), **to_come}
    return result


class _Writer:
    """Writes placed amounts as rows."""

    def __init__(
        self,
        the_plan: Plan,
        held: Mapping[Member, Months],
        accounts: Mapping[Member, frozenset[int]],
        spans: tuple[Span, ...],
        ties: Tying,
        ahead: Ahead | None,
        beside: Restatements,
    ) -> None:
        self._plan = the_plan
        self._beside = beside
        self._placed = placed(the_plan, held)
        self._accounts = accounts
        self._nested = nested(the_plan, accounts)
        self._forecast = ahead.forecast if ahead else _NOTHING
        self._after = ahead.after if ahead else None
        self._people = ahead.people if ahead else {}
        self._beyond = ahead.beyond if ahead else {}
        self._order = {member: at for at, member in enumerate(the_plan.members)}
        self._typed: defaultdict[int, set[Month]] = defaultdict(set)
        for expense, month in ahead.typed if ahead else ():
            self._typed[expense].add(month)
        self._spans = spans
        self._ties = ties
        self._places: defaultdict[Month, list[int]] = defaultdict(list)  # of the spans that hold a month
        for at, span in enumerate(spans):
            for month in span.months():
                self._places[month].append(at)
        self._differing: defaultdict[int, set[int]] = defaultdict(set)
        for account, month in ties.differing:
            self._differing[account].update(self._places.get(month, ()))
        self._explained = ties.parts.by_expense()
        self._bare = self._planned_only(ahead.shown if ahead else {})
        heads = {self._nested.get(member, member) for member in _in_several(self._placed, self._bare)}
        self._moved = {member for member in the_plan.members if self._nested.get(member, member) in heads}

    def timeline(self, only: Filter) -> Timeline:
        months: defaultdict[Month, int] = defaultdict(int, self._beyond if self._plan.income else self._people)
        for members in self._placed.values():
            for amounts in members.values():
                for month, amount in amounts.items():
                    months[month] += amount
        beside = self._restated(pair for differing in self._beside.values() for pair in differing.items())
        return Timeline(
            spans=self._spans,
            rows=tuple(self._rows(only)),
            total=tuple(amount or 0 for amount in self._sums(months)),
            tied=tuple(self._tied(span, beside.get(at)) for at, span in enumerate(self._spans)),
            parts=self._ties.parts,
            restated=beside,
            after=self._after,
            faults=sum(member.id in self._forecast.errors for member in self._plan.members if member.id),
            post_faults=0 if self._plan.income else len(self._forecast.post_errors),
            income=self._plan.income,
        )

    def _tied(self, span: Span, beside: Restated | None) -> bool | None:
        """Return how a column ties. A forecast does not: what is posted in the same column can only differ.

        Nor does what was closed, where the books say something else by now.
        """
        if (self._after is None or span.last <= self._after) and not (beside and beside.sum):
            return self._ties.state(self._plan.accounts, span)
        return False if self._ties.differs(self._plan.accounts, span) else None

    def _rows(self, only: Filter) -> Iterator[TimelineRow]:
        return self._income_rows(only) if self._plan.income else self._expense_rows(only)

    def _income_rows(self, only: Filter) -> Iterator[TimelineRow]:
        for section in (REVENUE, OTHER_INCOME):
            leaves = self._leaves(section, only)
            leaves += self._beyond_row(only) if section == REVENUE else []
            if leaves:
                yield sum_of(section, LABELS[section], 1, of_level(3, leaves))
                yield from leaves

    def _beyond_row(self, only: Filter) -> list[TimelineRow]:
        """Return the row of what revenue as a whole is expected to be beyond the streams, unless it is filtered out."""
        amounts, error = self._sums(self._beyond), self._forecast.revenue_error if self._after else ""
        if only.text.casefold() not in ADJUSTMENT_LABEL.casefold() or not (any(amounts) or error):
            return []
        return [
            TimelineRow(
                key=ADJUSTMENT, label=ADJUSTMENT_LABEL, level=3, parent=REVENUE, amounts=amounts, posted=False,
                hint=ADJUSTMENT_HINT, fault=error,
            )
        ]  # fmt: skip

    def _expense_rows(self, only: Filter) -> Iterator[TimelineRow]:
        for category in Category:
            inside = [each for each in self._plan.departments if each.group is category]
            sections = [(f"department:{each.pk}", each.name) for each in inside]
            yield from self._category(f"category:{category.value}", category.label, sections, only)
        yield from self._category(PEOPLE, PEOPLE_LABEL, [(PAYROLL, PAYROLL_LABEL)], only, self._hiring(only))
        if leaves := self._leaves(UNASSIGNED, only):
            yield sum_of(UNASSIGNED, UNASSIGNED_LABEL, 1, of_level(3, leaves))
            yield from leaves

    def _category(
        self,
        key: str,
        label: str,
        sections: Iterable[tuple[Section, str]],
        only: Filter,
        more: Iterable[TimelineRow] = (),
    ) -> Iterator[TimelineRow]:
        inside: list[TimelineRow] = []
        for section, name in sections:
            if leaves := self._leaves(section, only):
                inside += [sum_of(section, name, 2, of_level(3, leaves), parent=key), *leaves]
        inside += more
        if inside:
            yield sum_of(key, label, 1, of_level(2, inside))
            yield from inside

    def _hiring(self, only: Filter) -> Iterator[TimelineRow]:
        """Yield what people will cost, unless it is filtered out."""
        wanted = not only.sections or PAYROLL in only.sections
        amounts, errors = self._sums(self._people), self._forecast.post_errors
        if wanted and (any(amounts) or errors) and only.text.casefold() in HIRING_LABEL.casefold():
            yield TimelineRow(
                key=HIRING, label=HIRING_LABEL, level=2, parent=PEOPLE, amounts=amounts, posted=False,
                fault=next(iter(errors.values()), ""),
            )  # fmt: skip

    def _leaves(self, section: Section, only: Filter) -> list[TimelineRow]:
        """Return a section's expenses that have anything to show."""
        members = dict(self._placed.get(section, {}))
        bare = self._bare.get(section, set())
        if not bare <= members.keys():
            members |= {member: {} for member in bare - members.keys()}
            members = dict(sorted(members.items(), key=lambda each: self._order[each[0]]))
        leaves = {it: self._leaf(it, section, months) for it, months in members.items()}
        shown = [it for it, leaf in leaves.items() if any(leaf.amounts) or it in bare]
        parts: defaultdict[Member, list[Member]] = defaultdict(list)  # of accounts, linked expenses
        for member in shown:
            if above := self._nested.get(member):
                parts[above].append(member)
        order = sorted({self._nested.get(it, it) for it in shown}, key=self._order.__getitem__)
        rows: list[TimelineRow] = []
        for member in order:
            inside = parts.get(member, [])
            if any(only.takes(section, it) for it in (member, *inside)):
                own = leaves.get(member) or self._leaf(member, section, {})
                rows += group(own, [leaves[it] for it in inside]) if inside else [own]
        return rows

    def _planned_only(self, anyway: Mapping[int, Iterable[Month]]) -> dict[Section, set[Member]]:
        """Return, by section, the expenses that are shown though they are all zero, or could not be computed.

        They are planned, or the books say something else of a closed month, or they are wanted ``anyway``.
        """
        result: defaultdict[Section, set[Member]] = defaultdict(set)
        for member, months in self._beside.items():
            for month in months.keys() & self._places.keys():
                result[member.section(month)].add(member)
        shown = [span for span in self._spans if self._after is not None and span.last > self._after]
        for member in self._plan.members if shown else ():
            if member.id and (member.id in self._forecast.planned or member.id in self._forecast.errors):
                result[member.section(shown[-1].last)].add(member)
            for month in anyway.get(member.id, ()) if member.id else ():
                result[member.section(month)].add(member)
        return dict(result)

    def _leaf(self, member: Member, section: Section, months: Months) -> TimelineRow:
        moved = member in self._moved
        sums = self._sums(months)
        return TimelineRow(
            key=f"{member.key}@{section}" if moved or member.turned else member.key,
            label=member.name,
            level=3,
            parent=section,
            amounts=tuple(
                amount if not moved or any(member.section(month) == section for month in span.months()) else None
                for amount, span in zip(sums, self._spans, strict=True)
            ),
            code=member.code,
            hint=member.parent,
            differing=frozenset(at for it in self._accounts.get(member, ()) for at in self._differing.get(it, ())),
            restated=self._restated(
                (month, differs)
                for month, differs in self._beside.get(member, {}).items()
                if not moved or member.section(month) == section
            ),
            parts=self._parts(member, months),
            typed=frozenset(
                at
                for month in self._typed.get(member.id, ())
                if month in months
                for at in self._places.get(month, ())
                if self._spans[at].first == self._spans[at].last and not self._spans[at].total
            ),
            expense=0 if member.payroll else member.id,
            form=member.id,
            linked=member.linked,
            fault=self._forecast.errors.get(member.id, "") if member.id else "",
        )

    def _parts(self, member: Member, months: Months) -> dict[int, int]:
        """Return how much of a row the provider does not itemise, by position; a forecast has no such part."""
        result: defaultdict[int, int] = defaultdict(int)
        for month, part in self._explained.get(member.id, {}).items():
            if month in months and (self._after is None or month <= self._after):
                for at in self._places.get(month, ()):
                    result[at] += abs(part)
        return dict(result)

    def _restated(self, pairs: Iterable[tuple[Month, Restated]]) -> dict[int, Restated]:
        """Return by how much the books differ from what is shown, by position."""
        result: defaultdict[int, Restated] = defaultdict(Restated)
        for month, differs in pairs:
            for at in self._places.get(month, ()):
                result[at] += Restated(-differs.changed, -differs.remapped) if self._plan.income else differs
        return dict(result)

    def _sums(self, months: Months) -> tuple[int | None, ...]:
        """Return the sums of a row's months by span: None for a forecast that nobody has planned."""
        sums: list[int | None] = [
            None if self._after is not None and span.first > self._after else 0 for span in self._spans
        ]
        for month, amount in months.items():
            for at in self._places.get(month, ()):
                sums[at] = (sums[at] or 0) + amount
        return tuple(sums)


def _in_several(holdings: Placed, bare: Mapping[Section, Collection[Member]]) -> set[Member]:
    """Return the expenses that have rows in more than one section."""
    seen: set[Member] = set()
    several: set[Member] = set()
    for section in {*holdings, *bare}:
        members = {*holdings.get(section, ()), *bare.get(section, ())}
        several |= seen & members
        seen |= members
    return several
