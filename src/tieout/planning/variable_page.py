"""What the page of variables shows: each with its values around now, and what is wrong with its formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from tieout.companies.models import Company
from tieout.core.formulas.texts import to_shown
from tieout.core.month import Month
from tieout.expenses.periods import admitted_through
from tieout.ledger.models import Book
from tieout.planning.formula_bar import marked
from tieout.planning.inputs import inputs
from tieout.planning.models import Variable
from tieout.planning.names import OWN, REVENUE, Group, Named
from tieout.planning.stream_nodes import REVENUE_SYSTEM
from tieout.planning.variable_words import value_words
from tieout.planning.workings import Workings, workings
from tieout.ui.figures import short_month

_AHEAD = 18  # months that are looked through for something wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A variable on the page. ``marked`` and ``sentence`` say what is wrong, with the place."""

    id: int
    name: str
    hint: str
    kind: str
    formula: str
    values: tuple[str, ...]
    sentence: str = ""
    marked: SafeString | None = None
    planned: bool = False  # revenue that somebody plans


@dataclass(frozen=True, slots=True)
class Family:
    """System variables of one group."""

    label: str
    rows: tuple[Shown, ...]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Own variables, then the system's; the months of the columns."""

    months: tuple[Month, ...]
    through: Month
    own: tuple[Shown, ...]
    families: tuple[Family, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the columns."""
        return tuple(short_month(month) for month in self.months)


def months_around(company: Company, today: date) -> tuple[Month, tuple[Month, ...]]:
    """Return the last admitted month, and the columns: that one, the running one and the next."""
    running = Month.of(today)
    through = admitted_through(company) or running - 1
    return through, (through, *(month for month in (running, running + 1) if month > through))


def page(company: Company, book: Book, *, today: date) -> Page:
    """Return all variables of a company. A handful of queries."""
    through, months = months_around(company, today)
    last = max(months[-1], through + _AHEAD)
    made = workings(inputs(company, book, through=through, last=last, instead=None, counts_customers=True))
    rows = {f"{OWN}{it.pk}": it for it in made.found.variables if not it.system}
    revenue = next((it for it in made.found.variables if it.system == REVENUE_SYSTEM), None)
    by_group: dict[Group, list[Shown]] = {group: [] for group in Group}
    for named in made.names:
        row = revenue if named.key == REVENUE else rows.get(named.key)
        by_group[named.group].append(_shown(made, named, row, months, last))
    families = [Family(group.value, tuple(found), _is_short(group)) for group, found in by_group.items() if found]
    return Page(
        months=months,
        through=through,
        own=tuple(sorted(by_group[Group.OWN], key=lambda it: it.name.casefold())),
        families=tuple(family for family in families if family.label != Group.OWN),
    )


def _is_short(group: Group) -> bool:
    return group in (Group.REVENUE, Group.CUSTOMERS, Group.EXPENSES)


def _shown(made: Workings, named: Named, row: Variable | None, months: tuple[Month, ...], last: Month) -> Shown:
    formula = to_shown(row.formula, made.names.shown) if row and row.formula else ""
    sentence, place = _wrong(made, named.key, row, months[0], last)
    return Shown(
        id=row.pk if row else 0,
        name=named.parts[0] if named.group is Group.OWN else named.name,
        hint=named.hint,
        kind=named.kind.label,
        formula=formula,
        values=tuple(_values(made, named, months)),
        sentence=sentence,
        marked=marked(formula, *place) if sentence and formula else None,
        planned=bool(row and row.system),
    )


def _wrong(made: Workings, key: str, row: Variable | None, first: Month, last: Month) -> tuple[str, tuple[int, int]]:
    found = made.fault(key, first, last) if row else None
    if not row or not found:
        return "", (0, 0)
    return made.told(key, *found), made.place(row.formula, found[1])


def _values(made: Workings, named: Named, months: tuple[Month, ...]) -> Iterator[str]:
    digits = made.found.book.digits
    for month in months:
        (value,) = made.values(named.key, month, month)
        yield "≠" if value is None else value_words(value, named.kind, digits)
