"""A rule as conditions on the ledger's ids: each name of a list is judged once, by the same words as placement."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tieout.core.rules import Asked, Criterion, Field, Named, Rule, Verb
from tieout.expenses.rule_names import Names
from tieout.ledger.matching import Among, AmountBetween, Column, Condition, How, ItemOrText, Wanted
from tieout.ledger.models import ListKind

_HOW = {
    Verb.IS: How.EQUALS,
    Verb.IS_NOT: How.EQUALS,
    Verb.CONTAINS: How.CONTAINS,
    Verb.NOT_CONTAINS: How.CONTAINS,
    Verb.STARTS: How.STARTS,
    Verb.BETWEEN: How.EQUALS,
}


def wanted(
    rules: Collection[Rule],
    names: Names,
    *,
    keeps: Collection[int] = (),
    without_payroll: bool = False,
    income: bool | None = False,
) -> Wanted:
    """Return what lines must be to match all of the rules. ``keeps`` are accounts whose lines no link takes.

    ``income``: lines of income accounts, which streams take; else those of expense accounts; None: of both.
    """
    conditions = [_condition(it, names) for rule in rules for it in rule.criteria]
    if income:
        conditions.append(Among(Column.ACCOUNT, names.income))
    elif income is not None:
        keeps = names.income.union(keeps)
    if keeps:
        conditions.append(Among(Column.ACCOUNT, frozenset(keeps), negated=True))
    return Wanted(conditions=tuple(conditions), without_payroll=without_payroll)


def _condition(criterion: Criterion, names: Names) -> Condition:
    asked, negated = Asked(criterion), criterion.verb.negative
    match criterion.field:
        case Field.ACCOUNT:
            return Among(Column.ACCOUNT, _meeting(asked, names.all(ListKind.ACCOUNT)), negated)
        case Field.VENDOR:
            return Among(Column.PARTY, _meeting(asked, names.all(ListKind.PARTY)), negated)
        case Field.DIMENSION:
            sets = frozenset(set_ for set_ in names.sets() if asked.meets(names.value(set_, criterion.dimension)))
            return Among(Column.DIMENSION_SET, sets, negated)
        case Field.AMOUNT:
            return AmountBetween(criterion.low, criterion.high)
        case Field.TEXT:
            items = _meeting(asked, names.all(ListKind.ITEM))
            return ItemOrText(items, _HOW[criterion.verb], asked.texts, negated)


def _meeting(asked: Asked, named: Mapping[int, Named]) -> frozenset[int]:
    return frozenset(id_ for id_, each in named.items() if asked.meets(each))
