"""Revenue streams in the model: each of them, and all revenue. Values are major units; income is positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tieout.core.formulas.nodes import Formula, Given, Node, Part, Total
from tieout.core.formulas.texts import tree_of
from tieout.core.formulas.tree import Name
from tieout.core.month import Month
from tieout.core.spreading import round_half_away
from tieout.expenses.sections import REVENUE as REVENUE_SECTION
from tieout.expenses.sections import Member
from tieout.planning.expense_nodes import ExpenseNodes
from tieout.planning.inputs import Inputs, Months
from tieout.planning.names import REVENUE, key_of
from tieout.planning.planned import Range
from tieout.planning.variable_nodes import typed_of

REVENUE_AVERAGE = 3  # months that a stream is the average of, until it is planned
REVENUE_SYSTEM = "revenue"  # what a variable is called that plans all revenue
ANY_MONTH = Month(2000, 1)  # a stream is in the same section in all
STREAMS = "rs"
"""The key of the sum of the streams that are revenue, which no formula can name."""


def stream_nodes(found: Inputs, span: Range, rows: ExpenseNodes) -> Iterator[tuple[str, Node]]:
    """Yield the nodes by key. ``rows`` makes and keeps those of streams that have a forecast."""
    everything: defaultdict[Month, int] = defaultdict(int)
    apart: defaultdict[Month, int] = defaultdict(int)  # what streams without a forecast earned
    parts: list[Part] = []
    for member in found.streams.members:
        months = found.earned.get(member, {})
        planned = rows.planned_node(member.id, months)
        yield key_of(member), planned or Given(_carried_on(months, found, span))
        if not is_revenue(member):
            continue
        for month, amount in months.items():
            everything[month] += amount
            if not planned:
                apart[month] += amount
        if planned:
            parts.append(Part(key_of(member), span.since))
    actual = span.column(everything, span.since)
    yield STREAMS, Total([*actual, *_carried_on(apart, found, span)[span.since :]], tuple(parts))
    yield REVENUE, _revenue(found, span, actual)


def is_revenue(member: Member) -> bool:
    """Return whether a stream is part of Revenue.Total: not other income such as interest."""
    return member.section(ANY_MONTH) == REVENUE_SECTION


def _revenue(found: Inputs, span: Range, actual: list[Decimal]) -> Node:
    """Return all revenue: what is planned of it as a whole, month by month or by a formula, else the streams' sum."""
    planned = next((it for it in found.variables if it.system == REVENUE_SYSTEM), None)
    typed = typed_of(planned, found, span, since=span.since) if planned else {}
    tree = tree_of(planned.formula) if planned and planned.formula else Name(STREAMS)
    return Formula(tree, actual, typed)


def _carried_on(months: Months, found: Inputs, span: Range) -> list[Decimal]:
    """Return actuals, and from then on the average of the last admitted months."""
    last = [months.get(found.through - at, 0) for at in range(REVENUE_AVERAGE)]
    average = span.major(round_half_away(sum(last), REVENUE_AVERAGE))
    return [*span.column(months, span.since), *[average] * (span.count - span.since)]
