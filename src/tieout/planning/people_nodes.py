"""People in the model: heads by department, newcomers, posts to be filled, and what all of them cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from tieout.core import pay
from tieout.core.formulas.functions import ZERO
from tieout.core.formulas.nodes import Formula, Given, Node, Part, Total
from tieout.core.formulas.texts import tree_of
from tieout.core.formulas.tree import Call, Chain, Name, Number, Tree
from tieout.core.month import Month
from tieout.payroll.queries import Headcount, HiringDriver
from tieout.planning.inputs import Inputs
from tieout.planning.names import CONTRACTORS, HEADS, NEWCOMERS
from tieout.planning.planned import Range

EVERYBODY, POST, POST_COST, PEOPLE = "hc", "q", "qc", "p"
"""Keys that no formula can name: employees with contractors, the heads and the cost of a post, all people's cost."""


def people_nodes(found: Inputs, span: Range) -> Iterator[tuple[str, Node]]:
    """Yield the nodes of people by key."""
    yield from _posts(found, span)
    counted = _Counted(found.heads, span)
    departments = (None, *(it.pk for it in found.plan.departments))
    for department in departments:
        suffix = "" if department is None else str(department)
        inside = [it for it in found.posts if department is None or it.department == department]
        employed = [it for it in inside if not _is_contractor(it)]
        yield f"{HEADS}{suffix}", Total(counted.column(department, contractor=False), _parts(POST, employed))
        both = map(sum, zip(*(counted.column(department, contractor=it) for it in (False, True)), strict=True))
        yield f"{EVERYBODY}{suffix}", Total([Decimal(it) for it in both], _parts(POST, inside))
    outside = [it for it in found.posts if _is_contractor(it)]
    yield CONTRACTORS, Total(counted.column(None, contractor=True), _parts(POST, outside))
    employed = [it for it in found.posts if not _is_contractor(it)]
    yield NEWCOMERS, Total(counted.new, _parts(NEWCOMERS, employed))


def _posts(found: Inputs, span: Range) -> Iterator[tuple[str, Node]]:
    """Yield the heads of each post, how many are new in a month, what they cost, and what all people cost."""
    for post in found.posts:
        heads = Name(f"{POST}{post.id}")
        vacant = min(max(span.at(post.start), span.since), span.count)
        yield heads.key, Formula(_whole_heads(post), [ZERO] * vacant)
        more = Chain(heads, (("-", Name(heads.key, -1)),))
        yield f"{NEWCOMERS}{post.id}", Formula(Call("max", (Number(ZERO), more)))
        months = (span.month(at) for at in range(span.since, span.count))
        cost = Given(span.column({month: post.cost_of_one(month) for month in months}))
        yield f"{POST_COST}{post.id}", cost
        yield f"{PEOPLE}{post.id}", Formula(Chain(heads, (("*", Name(f"{POST_COST}{post.id}")),)))
    everybody: defaultdict[Month, int] = defaultdict(int)
    for costs in found.people.values():
        for month, amount in costs.items():
            everybody[month] += amount
    yield PEOPLE, Total(span.column(everybody), _parts(PEOPLE, found.posts))


class _Counted:
    """Heads at each month's end by department, counted in one go over the people."""

    def __init__(self, heads: Headcount, span: Range) -> None:
        self._span = span
        self._counts: defaultdict[tuple[int | None, bool], list[int]] = defaultdict(lambda: [0] * span.count)
        self.new = [ZERO] * span.count
        for department, contractor, start, end in heads.people:
            at = span.at(Month.of(start))
            if not contractor and 0 <= at < span.count:
                self.new[at] += 1
            last = span.count - 1 if end is None else min(span.at(Month.of(end)), span.count - 1)
            for month in range(max(at, 0), last + 1):
                if pay.counts_at_end(span.month(month), start, end):
                    self._counts[None, contractor][month] += 1
                    if department is not None:
                        self._counts[department, contractor][month] += 1

    def column(self, department: int | None, *, contractor: bool) -> list[Decimal]:
        """Return the employees or the contractors of a department; None is the whole company."""
        return [Decimal(count) for count in self._counts[department, contractor]]


def _whole_heads(post: HiringDriver) -> Tree:
    """Return a post's formula, rounded down, and never below zero."""
    tree = tree_of(post.formula) if post.formula else Number(ZERO)
    return Call("max", (Number(ZERO), Call("floor", (tree,))))


def _is_contractor(post: HiringDriver) -> bool:
    return post.role.value == "contractor"


def _parts(letters: str, posts: Iterable[HiringDriver]) -> tuple[Part, ...]:
    return tuple(Part(f"{letters}{post.id}") for post in posts)
