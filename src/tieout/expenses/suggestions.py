"""Which department an account looks like, and whether it looks like payroll, with the reason in words. Pure.

A department is named by its system key ("engineering") or, where another account's department is taken over, by
whatever the caller calls it. A suggestion is never applied by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tieout.core.accounts import AccountRole, AccountType
from tieout.expenses.suggestion_words import (
    DEPARTMENT_WORDS,
    NAME_WORDS,
    NO_PAYROLL_WORDS,
    OTHER_EXPENSE_WORDS,
    PAYROLL_SUBTYPE_WORDS,
    PAYROLL_WORDS,
    SUBTYPE_WORDS,
)

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|&")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a suggestion may look at: an account of type expense, as the books describe it."""

    id: int
    number: str
    name: str
    subtype: str
    role: AccountRole
    parent: int | None = None
    type: AccountType = AccountType.EXPENSE

    @property
    def label(self) -> str:
        """Number and name."""
        return f"{self.number} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A department's key and why."""

    department: str
    reason: str


def looks_like_payroll(subject: Subject) -> bool:
    """Return whether an account seems to hold people's pay: by the provider's role, its sub-type or its name."""
    if subject.role is AccountRole.PAYROLL:
        return True
    words = _words(subject.name)
    if _has(words, NO_PAYROLL_WORDS):
        return False
    return _has(words, PAYROLL_WORDS) or _has(_words(_detail(subject)), PAYROLL_SUBTYPE_WORDS)


def suggest(subjects: Iterable[Subject], assigned: Mapping[int, str]) -> dict[int, Suggestion]:
    """Return a suggestion for each account that something fits; ``assigned`` are the departments given so far.

    An account that has a department is asked nothing, but tells its children and neighbours.
    """
    chart = {subject.id: subject for subject in subjects}
    own = {id_: found for id_, subject in chart.items() if (found := _by_itself(subject))}
    beside = _neighbours(chart.values())
    result: dict[int, Suggestion] = {}
    for id_, subject in chart.items():
        if id_ in assigned:
            continue
        found = own.get(id_) or _by_parent(subject, chart, own, assigned) or _by_siblings(subject, chart, assigned)
        near = next((one for one in beside.get(id_, ()) if one.id in assigned), None)
        if found and near and assigned[near.id] == found.department and near.label not in found.reason:
            found = Suggestion(found.department, f"{found.reason}, and {near.number} next to it")
        if found:
            result[id_] = found
    return result


def _by_itself(subject: Subject) -> Suggestion | None:
    """Return what an account's own type, name and sub-type say, the most telling first."""
    words = _words(subject.name)
    detail = _detail(subject)
    if found := _find(words, DEPARTMENT_WORDS):
        return Suggestion(found, "name")
    match subject.role:
        case AccountRole.COST_OF_SALES:
            return Suggestion("product_costs", "type Cost of goods sold")
        case AccountRole.OTHER_EXPENSE:
            found = _find(words, OTHER_EXPENSE_WORDS) or _find(_words(detail), OTHER_EXPENSE_WORDS)
            return Suggestion(found or "other_non_operating", "name" if found else "type Other expense")
        case _:
            pass
    if found := _find(words, NAME_WORDS):
        return Suggestion(found, "name")
    if found := _find(_words(detail), SUBTYPE_WORDS):
        return Suggestion(found, f"type {' '.join(_WORDS.findall(detail)).capitalize()}")
    return None


def _by_parent(
    subject: Subject, chart: Mapping[int, Subject], own: Mapping[int, Suggestion], assigned: Mapping[int, str]
) -> Suggestion | None:
    """Return what the nearest parent that says anything got, or looks like."""
    for above in _parents(subject, chart):
        if above.id in assigned:
            return Suggestion(assigned[above.id], f"parent {above.label}")
        if above.id in own:
            return Suggestion(own[above.id].department, f"parent {above.label}")
    return None


def _parents(subject: Subject, chart: Mapping[int, Subject]) -> Iterator[Subject]:
    seen = {subject.id}
    while subject.parent is not None and subject.parent in chart and subject.parent not in seen:
        seen.add(subject.parent)
        subject = chart[subject.parent]
        yield subject


def _by_siblings(subject: Subject, chart: Mapping[int, Subject], assigned: Mapping[int, str]) -> Suggestion | None:
    """Return the department of the accounts beside it under the same parent, if all that have one agree."""
    if subject.parent is None:
        return None
    beside = [one for one in chart.values() if one.parent == subject.parent and one.id in assigned]
    departments = {assigned[one.id] for one in beside}
    if len(departments) != 1:
        return None
    return Suggestion(departments.pop(), f"as {beside[0].label} beside it")


def _neighbours(subjects: Iterable[Subject]) -> dict[int, list[Subject]]:
    """Return the accounts whose numbers stand just before and after each one's."""
    numbered = sorted((one for one in subjects if one.number.isdigit()), key=lambda one: (int(one.number), one.id))
    return {
        one.id: [*numbered[max(0, place - 1) : place], *numbered[place + 1 : place + 2]]
        for place, one in enumerate(numbered)
    }


def _detail(subject: Subject) -> str:
    """Return the finer half of a provider's sub-type: "PayrollExpenses" of "Expense/PayrollExpenses"."""
    return subject.subtype.rpartition("/")[2]


def _words(text: str) -> str:
    """Return a text as " word word ", folded, so that whole words can be looked for."""
    return f" {' '.join(_WORDS.findall(text)).casefold()} "


def _has(words: str, wanted: Iterable[str]) -> bool:
    return any(f" {phrase} " in words for phrase in wanted)


def _find(words: str, table: Mapping[str, str]) -> str | None:
    return next((department for phrase, department in table.items() if f" {phrase} " in words), None)
