"""The order of budget vs actuals: revenue, cost of revenue, gross profit, the other categories, payroll, net income."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.budgets.content import INCOME, OTHER_INCOME, REVENUE
from tieout.budgets.outline import UNASSIGNED
from tieout.departments.categories import Category
from tieout.expenses.sections import PAYROLL, PEOPLE, PEOPLE_LABEL
from tieout.expenses.sections import UNASSIGNED as UNASSIGNED_KEY
from tieout.reports.budget_vs_actuals_columns import Period
from tieout.reports.budget_vs_actuals_narrowing import SIZE, Narrowing, by_size, is_material, largest
from tieout.reports.budget_vs_actuals_sides import Both
from tieout.ui.figures import count

GROSS_PROFIT = ("gross-profit", "Gross profit")
NET_INCOME = ("net-income", "Net income")
_CATEGORIES = [
    REVENUE, *(it.label for it in Category), PEOPLE_LABEL, UNASSIGNED, OTHER_INCOME,
]  # fmt: skip
_KEYS = {
    REVENUE: "revenue", OTHER_INCOME: "other_income", PEOPLE_LABEL: PEOPLE, UNASSIGNED: UNASSIGNED_KEY,
    **{it.label: f"category:{it.value}" for it in Category},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row with figures of its own: what one row means, or several small ones put together."""

    key: str
    label: str
    members: tuple[Both, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A category or a department with the lines right below it; or, with ``profit``, the profit of all before it.

    ``profit`` is key and name. Of rows that somebody picked it is their total and no profit.
    """

    key: str = ""
    label: str = ""
    level: int = 1
    sign: int = 1
    under: str = ""  # the category that a department is in
    parts: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    profit: tuple[str, str] | None = None


def groups_of(
    rows: Sequence[Both], periods: Sequence[Period], narrowing: Narrowing, *, whole: bool
) -> list[Group]:  # fmt: skip
    """Return the groups in the order of the report. Whatever is shown, the parts of each add up to all of it.

    ``whole``: the rows are all there are, so that what is left of them is a profit.
    """
    if not rows:
        return []
    tree: dict[str, dict[str, list[Both]]] = {}
    for both in rows:
        line = both.line
        tree.setdefault(line.category or UNASSIGNED, {}).setdefault(line.department, []).append(both)
    result: list[Group] = []
    for category in sorted(tree, key=_place):
        result += _category(category, tree[category], periods, narrowing)
        if whole and category == Category.COST_OF_REVENUE.label:
            result.append(Group(profit=GROSS_PROFIT, sign=-1))
    if whole:
        return [*result, Group(profit=NET_INCOME, sign=-1)]
    income = any(it.line.income for it in rows)
    return [*result, Group(profit=(NET_INCOME[0], "Total shown"), sign=-1 if income else 1)]


def _place(category: str) -> int:
    return _CATEGORIES.index(category) if category in _CATEGORIES else _CATEGORIES.index(UNASSIGNED)


def _category(
    category: str, departments: dict[str, list[Both]], periods: Sequence[Period], narrowing: Narrowing
) -> list[Group]:
    sign = -1 if category in INCOME else 1
    last = periods[-1] if len(periods) > 2 else periods[0]  # of one period, that; of several, all together
    named = [name for name in departments if name]
    if narrowing.sort == SIZE:
        named = [name for name in largest(departments, last) if name]
    top = _KEYS.get(category, f"category:{category}")
    below = []
    for name in named:
        key = _department(departments[name]) or f"{top}:{name}"
        lines = _lines(key, departments[name], periods, narrowing, last)
        parts = tuple(it.key for it in lines)
        below.append(Group(key=key, label=name, level=2, sign=sign, under=top, lines=lines, parts=parts))
    own = _lines(top, departments.get("", []), periods, narrowing, last)
    parts = (*(it.key for it in own), *(it.key for it in below))
    return [Group(key=top, label=category, sign=sign, parts=parts, lines=own), *below]


def _department(rows: Sequence[Both]) -> str:
    """Return the key of the department that rows are in today, "" where only a budget's labels name it."""
    for both in rows:
        if both.section:
            return both.section
        if both.member and both.member.payroll:
            return PAYROLL
        if both.member and both.member.department_now is not None:
            return f"department:{both.member.department_now}"
    return ""


def _lines(
    key: str, rows: Sequence[Both], periods: Sequence[Period], narrowing: Narrowing, last: Period
) -> tuple[Line, ...]:
    """Return the lines of a group: those that stand by themselves, then the small ones together."""
    material = [it for it in rows if is_material(it, periods, narrowing)]
    if narrowing.sort == SIZE:
        material = by_size(material, last)
    lines = [Line(it.key, it.line.name or it.line.label, (it,)) for it in material]
    alone = {it.key for it in material}
    if small := tuple(it for it in rows if it.key not in alone):
        lines.append(Line(f"rest:{key}", count(len(small), "smaller variance"), small))
    return tuple(lines)
