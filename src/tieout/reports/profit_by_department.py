"""Profit and loss by department: category, department and expense, by today's mapping or as then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tieout.departments.categories import Category
from tieout.expenses.amounts import nested
from tieout.expenses.sections import (
    HIRING_LABEL,
    PAYROLL,
    PAYROLL_LABEL,
    PEOPLE,
    PEOPLE_LABEL,
    UNASSIGNED,
    UNASSIGNED_LABEL,
    Member,
    Section,
)
from tieout.planning.timeline import HIRING
from tieout.reports.document import Row, RowKind
from tieout.reports.families import tops
from tieout.reports.outline import name_of
from tieout.reports.profit_by_account import AccountLines
from tieout.reports.profit_figures import Figures, Piece, added, ahead_of
from tieout.reports.profit_parts import Part, gross_profit, net_income, operating_income, part_sum

Held = Mapping[Section, Mapping[Member, list[Piece]]]
NONE: Mapping[Member, Sequence[Piece]] = {}
_OPERATING = (Category.SALES_MARKETING, Category.RESEARCH_DEVELOPMENT, Category.GENERAL_ADMINISTRATIVE)


def department_rows(found: Figures) -> Iterator[Row]:
    """Yield the statement's rows; the last one is net income."""
    lines = DepartmentLines(found)
    income = AccountLines(found)
    parts: list[str] = []

    def under(rows: Sequence[Row]) -> Sequence[Row]:
        parts.extend(tops(rows, 1))
        return rows

    yield from under(_income(income, Part.REVENUE))
    if cost := under(lines.category(Category.COST_OF_REVENUE)):
        yield from cost
        yield gross_profit(parts)
    operating = [row for it in _OPERATING for row in lines.category(it)]
    operating += [*lines.people(), *lines.unassigned()]
    if under(operating):
        yield from operating
        yield operating_income(parts)
    yield from under(lines.category(Category.BELOW_THE_LINE))
    yield from under(_income(income, Part.OTHER_INCOME))
    yield net_income(parts)


def _income(lines: AccountLines, part: Part) -> list[Row]:
    rows = lines.part(part)
    return [part_sum(part, tops(rows, 2)), *rows] if rows else []


class DepartmentLines:
    """Writes expenses as rows below their departments."""

    def __init__(self, found: Figures) -> None:
        self._found = found
        self._held = _placed(found, found.pieces, found.linked)
        self._parts = _placed(found, found.parts)
        self._nested = nested(found.plan, found.drawn)
        self._order = {member: at for at, member in enumerate(found.plan.members)}
        several: defaultdict[Member, int] = defaultdict(int)
        for members in self._held.values():
            for member in {self._nested.get(it, it) for it in members}:
                several[member] += 1
        self._several = frozenset(it for it, count in several.items() if count > 1)

    def category(self, category: Category) -> list[Row]:
        """Return a category with its departments, [] for an empty one."""
        inside = [(f"department:{it.pk}", it.name) for it in self._found.plan.departments if it.group is category]
        return self._group(f"category:{category.value}", category.label, inside)

    def people(self) -> list[Row]:
        """Return payroll as planning pages have it: one row of accounts, in no department."""
        rows = self._group(PEOPLE, PEOPLE_LABEL, [(PAYROLL, PAYROLL_LABEL)])
        if not (hiring := self._found.to_come.hiring):
            return rows
        inside = [*rows[1:], Row(key=HIRING, label=HIRING_LABEL, level=2, favourable=-1, amounts=hiring, ahead=hiring)]
        return [_sum(PEOPLE, PEOPLE_LABEL, 1, tops(inside, 2)), *inside]

    def unassigned(self) -> list[Row]:
        """Return the expenses that nobody has put into a department."""
        rows = self._section(UNASSIGNED, "", level=2)
        return [_sum(UNASSIGNED, UNASSIGNED_LABEL, 1, tops(rows, 2)), *rows] if rows else []

    def _group(self, key: str, label: str, sections: Iterable[tuple[Section, str]]) -> list[Row]:
        inside: list[Row] = []
        for section, name in sections:
            if rows := self._section(section, name, level=3):
                inside += [_sum(section, name, 2, tops(rows, 3)), *rows]
        return [_sum(key, label, 1, tops(inside, 2)), *inside] if inside else []

    def _section(self, section: Section, name: str, *, level: int) -> list[Row]:
        """Return a section's expenses; those that links took out of one account alone stand under it."""
        held = self._held.get(section, {})
        below: defaultdict[Member, list[Member]] = defaultdict(list)
        for member in held:
            if above := self._nested.get(member):
                below[above].append(member)
        rows: list[Row] = []
        for member in sorted({self._nested.get(it, it) for it in held}, key=self._order.__getitem__):
            own = self._line(member, section, name, level)
            if member not in below:
                rows.append(own)
                continue
            inside = [self._line(it, section, name, level + 1) for it in sorted(below[member], key=self._order.get)]  # type: ignore[arg-type]
            if member in held:
                inside.insert(0, replace(own, level=level + 1, label="Rest of the account"))
            head = _sum(f"group:{own.key}", own.label, level, tuple(it.key for it in inside))
            rows += [replace(head, account=own.account), *inside]
        return rows

    def _line(self, member: Member, section: Section, name: str, level: int) -> Row:
        pieces = self._held.get(section, {}).get(member, [])
        residuals = added(self._parts.get(section, {}).get(member, ()))
        months = {piece.month for piece in pieces}
        head = self._nested.get(member, member)
        return Row(
            key=f"{member.key}@{section}" if head in self._several else member.key,
            label=member.name,
            level=level,
            favourable=-1,
            amounts=added(pieces),
            ahead=ahead_of(pieces),
            cells=self._found.member_cells(member, section),
            states=self._found.states(self._found.drawn.get(member, frozenset()), residuals, months),
            residuals=residuals,
            account=name_of(member.account) if member.account else None,
            expense=member.id or None,
            department=name,
        )


def _sum(key: str, label: str, level: int, parts: Sequence[str]) -> Row:
    return Row(key=key, label=label, kind=RowKind.SUM, level=level, favourable=-1, parts=tuple(parts))


def _placed(found: Figures, pieces: Iterable[Piece], linked: Mapping[Member, Sequence[Piece]] = NONE) -> Held:
    """Return the pieces of expenses by the section that each is in in its month."""
    holder = found.plan.holder()
    result: defaultdict[Section, defaultdict[Member, list[Piece]]] = defaultdict(lambda: defaultdict(list))
    for piece in pieces:
        if member := holder(piece.account, piece.expense):
            result[member.section(piece.month)][member].append(piece)
    members = {it.id: it for it in found.plan.members}
    for planned, several in linked.items():
        for piece in several if planned.id in members else ():
            result[planned.section(piece.month)][members[planned.id]].append(piece)
    return result
