"""Asks a link whether it takes a line. Each vendor, item, account and dimension set is judged once, not once a line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tieout.core.rules import Asked, Field, Named, Rule
from tieout.expenses.rule_names import Names, folded
from tieout.ledger.models import ListKind
from tieout.ledger.placing import Content


class Identity(NamedTuple):
    """What a line is, as a pin knows it: ids of list rows, dimension values sorted, folded text."""

    account: int
    party: int
    item: int
    dimensions: str
    text: str


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pin's line: the ``occurrence``-th of ``among`` equal lines of an entry."""

    identity: Identity
    occurrence: int
    among: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRule:
    """A link as placement asks it."""

    id: int
    expense: int
    rule: Rule
    income: bool = False  # takes lines of income accounts, and no others; else those of expense accounts
    payroll_too: bool = False
    only_pinned: bool = False
    left_out: dict[str, set[Pinned]] = field(default_factory=dict)  # by entry key
    only: dict[str, set[Pinned]] = field(default_factory=dict)


_CHEAPEST_FIRST = (Field.ACCOUNT, Field.VENDOR, Field.DIMENSION, Field.AMOUNT, Field.TEXT)


class Matcher:
    """A link's rule with what it has learnt of each id."""

    def __init__(self, link: LinkRule, names: Names) -> None:
        self.link = link
        self._names = names
        criteria = sorted(link.rule.criteria, key=lambda it: _CHEAPEST_FIRST.index(it.field))
        self._judges = [self._judge(Asked(each)) for each in criteria]

    def takes(self, content: Content) -> bool:
        """Return whether the rule accepts a line, pins aside."""
        return all(judge(content) for judge in self._judges)

    def _judge(self, asked: Asked) -> Callable[[Content], bool]:
        names = self._names
        dimension = asked.criterion.dimension
        match asked.criterion.field:
            case Field.ACCOUNT:
                return _once_an_id(0, lambda id_: asked.takes((names.named(ListKind.ACCOUNT, id_),)))
            case Field.VENDOR:
                return _once_an_id(1, lambda id_: asked.takes((names.named(ListKind.PARTY, id_),)))
            case Field.DIMENSION:
                return _once_an_id(3, lambda id_: asked.takes((names.value(id_, dimension),)))
            case Field.AMOUNT:
                return lambda content: asked.takes_amount(content.amount)
            case Field.TEXT:
                return lambda content: asked.takes(
                    (names.named(ListKind.ITEM, content.item), Named(0, folded(content.text)))
                )


def _once_an_id(place: int, judge: Callable[[int], bool]) -> Callable[[Content], bool]:
    known: dict[int, bool] = {}

    def judged(content: Content) -> bool:
        id_: int = content[place]  # type: ignore[assignment] # the places asked for hold ids
        verdict = known.get(id_)
        if verdict is None:
            verdict = known[id_] = judge(id_)
        return verdict

    return judged


def identities(lines: Sequence[Content], names: Names) -> list[Pinned]:
    """Return how a pin would know each line of a whole entry, in order."""
    found = [
        Identity(
            line.account,
            line.party,
            line.item,
            ",".join(str(value) for value in sorted(names.values(line.dimension_set).values())),
            folded(line.text),
        )
        for line in lines
    ]
    among = Counter(found)
    seen: defaultdict[Identity, int] = defaultdict(int)
    result = []
    for identity in found:
        result.append(Pinned(identity, seen[identity], among[identity]))
        seen[identity] += 1
    return result
