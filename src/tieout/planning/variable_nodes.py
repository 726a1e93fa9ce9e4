"""Customers and a company's own variables in the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from tieout.core.formulas.functions import ZERO
from tieout.core.formulas.nodes import Formula, Given, Node
from tieout.core.formulas.texts import tree_of
from tieout.core.month import Month
from tieout.planning.inputs import Inputs
from tieout.planning.models import Variable
from tieout.planning.names import CUSTOMERS, NEW_CUSTOMERS, OWN
from tieout.planning.planned import Range


def variable_nodes(found: Inputs, span: Range) -> Iterator[tuple[str, Node]]:
    """Yield the nodes by key."""
    yield from _customers(found, span)
    for row in found.variables:
        if not row.system:
            yield f"{OWN}{row.pk}", _variable(row, found, span)


def _customers(found: Inputs, span: Range) -> Iterator[tuple[str, Node]]:
    """Yield the customers: after the last admitted month there are as many as in it, and no new ones."""
    left = span.count - span.since
    total = _counted(found.customers.total, span)
    yield CUSTOMERS, Given([*total, *[total[-1] if total else ZERO] * left])
    yield NEW_CUSTOMERS, Given([*_counted(found.customers.new, span), *[ZERO] * left])


def _counted(of: Mapping[Month, int], span: Range) -> list[Decimal]:
    return [Decimal(of.get(span.month(at), 0)) for at in range(span.since)]


def _variable(row: Variable, found: Inputs, span: Range) -> Node:
    """Return a variable's node: typed months, else its formula, else zero."""
    typed = typed_of(row, found, span)
    if row.formula:
        return Formula(tree_of(row.formula), typed=typed)
    return Given([typed.get(at, ZERO) for at in range(span.count)])


def typed_of(row: Variable, found: Inputs, span: Range, *, since: int = 0) -> dict[int, Decimal]:
    """Return what is typed of a variable from a position on, by position."""
    return {
        at: value
        for month, value in found.values.get(row.pk, {}).items()
        if since <= (at := span.at(month)) < span.count
    }
