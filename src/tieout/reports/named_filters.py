"""Departments and dimension values by their names, for those who type them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tieout.companies.models import Company
from tieout.departments import queries as departments
from tieout.expenses.sections import PAYROLL, PAYROLL_LABEL, UNASSIGNED, UNASSIGNED_LABEL
from tieout.ledger.models import ListKind
from tieout.ledger.names import listed_names
from tieout.reports.queries import LedgerAt, NoReport


def departments_named(company: Company, names: Iterable[str]) -> list[str]:
    """Return the keys of departments by name, as the address carries them; raise NoReport for a name of none."""
    wanted = list(names)
    if not wanted:
        return []
    known = [(it.name, f"department:{it.pk}") for it in departments.departments(company)]
    known += [(PAYROLL_LABEL, PAYROLL), (UNASSIGNED_LABEL, UNASSIGNED)]
    return [_named(name, known, "department") for name in wanted]


def values_named(at: LedgerAt, names: Iterable[str]) -> list[str]:
    """Return dimension values by name, or by "dimension:name" where several are called so; raise NoReport for none."""
    dimensions = {it.external_id: it.name for it in listed_names(at.book, ListKind.DIMENSION, at.version).values()}
    known: list[tuple[str, str]] = []
    for it in listed_names(at.book, ListKind.VALUE, at.version).values():
        known += [(it.label, str(it.id)), (f"{dimensions.get(it.scope, '')}:{it.label}", str(it.id))]
    return [_named(name, known, "dimension value") for name in names]


def _named(name: str, known: Sequence[tuple[str, str]], what: str) -> str:
    found = {key for word, key in known if word.casefold() == name.strip().casefold()}
    if len(found) == 1:
        return found.pop()
    if found:
        raise NoReport(f"there are {len(found)} {what}s called {name!r}: write it like “Class:{name}”")
    some = ", ".join(sorted({word for word, _ in known})[:20])
    raise NoReport(f"there is no {what} {name!r}" + (f": {some}" if some else ""))
