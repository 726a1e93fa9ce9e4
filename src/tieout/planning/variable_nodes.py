"""Revenue, customers and a company's own variables in the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from tieout.core.formulas.functions import ZERO
from tieout.core.formulas.nodes import Formula, Given, Node
from tieout.core.formulas.texts import tree_of
from tieout.core.month import Month
from tieout.core.spreading import round_half_away
from tieout.planning.inputs import Inputs, Months
from tieout.planning.models import Variable
from tieout.planning.names import CUSTOMERS, NEW_CUSTOMERS, OWN, REVENUE, STREAM, is_revenue
from tieout.planning.planned import Range

REVENUE_AVERAGE = 3  # months that revenue is the average of, until it is planned
REVENUE_SYSTEM = "revenue"  # what a variable is called that plans all revenue


def variable_nodes(found: Inputs, span: Range) -> Iterator[tuple[str, Node]]:
    """Yield the nodes by key."""
    yield from _revenue(found, span)
    yield from _customers(found, span)
    for row in found.variables:
        if not row.system:
            yield f"{OWN}{row.pk}", _variable(row, [ZERO] * span.count, found, span, since=0)


def _revenue(found: Inputs, span: Range) -> Iterator[tuple[str, Node]]:
    everything: defaultdict[Month, int] = defaultdict(int)
    for account in found.accounts.values():
        months = found.revenue.get(account.id, {})
        yield f"{STREAM}{account.id}", Given(_carried_on(months, found, span))
        if is_revenue(account):
            for month, amount in months.items():
                everything[month] += amount
    usual = _carried_on(everything, found, span)
    planned = next((it for it in found.variables if it.system == REVENUE_SYSTEM), None)
    yield REVENUE, _variable(planned, usual, found, span, since=span.since) if planned else Given(usual)


def _carried_on(months: Months, found: Inputs, span: Range) -> list[Decimal]:
    """Return actuals, and from then on the average of the last admitted months."""
    last = [months.get(found.through - at, 0) for at in range(REVENUE_AVERAGE)]
    average = span.major(round_half_away(sum(last), REVENUE_AVERAGE))
    return [*span.column(months, span.since), *[average] * (span.count - span.since)]


def _customers(found: Inputs, span: Range) -> Iterator[tuple[str, Node]]:
    """Yield the customers: after the last admitted month there are as many as in it, and no new ones."""
    left = span.count - span.since
    total = _counted(found.customers.total, span)
    yield CUSTOMERS, Given([*total, *[total[-1] if total else ZERO] * left])
    yield NEW_CUSTOMERS, Given([*_counted(found.customers.new, span), *[ZERO] * left])


def _counted(of: Mapping[Month, int], span: Range) -> list[Decimal]:
    return [Decimal(of.get(span.month(at), 0)) for at in range(span.since)]


def _variable(row: Variable, usual: list[Decimal], found: Inputs, span: Range, *, since: int) -> Node:
    """Return a variable's node: typed months, else its formula, else what is usual; before ``since`` as usual."""
    typed = {
        at: value
        for month, value in found.values.get(row.pk, {}).items()
        if since <= (at := span.at(month)) < span.count
    }
    if row.formula:
        return Formula(tree_of(row.formula), usual[:since], typed)
    return Given([typed.get(at, value) for at, value in enumerate(usual)])
