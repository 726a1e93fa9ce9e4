"""What a company's variables are called in formulas, and which key each is kept by (docs/formulas.md).

A key is a letter or two, and the id of the row that it stands for: a rename changes what is shown and nothing else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property

from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.formulas.lexer import name_of
from tieout.expenses.sections import Member, Plan
from tieout.expenses.streams import both_plans
from tieout.ledger.accounts import Account
from tieout.ledger.models import Book
from tieout.planning.models import Variable, VariableKind

REVENUE, EXPENSES = "r", "e"
HEADCOUNT, NEWCOMERS, CONTRACTORS = "h", "hn", "c"
CUSTOMERS, NEW_CUSTOMERS = "cu", "cn"
ACCOUNT, EXPENSE, DEPARTMENT, STREAM, ADDED_STREAM, HEADS, OWN = "a", "x", "d", "s", "sx", "h", "v"
"""The letters before an id: of an account's expense or stream the account's, of an added one its own."""

Parts = tuple[str, ...]
_LONGEST_SEARCH = 120  # characters of a name that something close is looked for


class Group(StrEnum):
    """The families of names, as a page lists them."""

    OWN = "Own variables"
    REVENUE = "Revenue"
    CUSTOMERS = "Customers"
    HEADCOUNT = "Headcount"
    EXPENSES = "Expenses"
    DEPARTMENTS = "Departments"
    ACCOUNTS = "Accounts"
    ADDED = "Added expenses"


@dataclass(frozen=True, slots=True)
class Named:
    """A variable: its key, its name in parts, and what it is in words."""

    key: str
    parts: Parts
    hint: str
    group: Group
    kind: VariableKind = VariableKind.MONEY

    @property
    def name(self) -> str:
        """The name as a formula spells it."""
        return name_of(self.parts)


class Catalogue:
    """All names of a company. Each is there once, whatever its case."""

    def __init__(self, wanted: Iterable[_Wanted]) -> None:
        self._by_parts: dict[Parts, Named] = {}
        for one in wanted:
            parts = next(parts for parts in one.candidates() if folded(parts) not in self._by_parts)
            self._by_parts[folded(parts)] = Named(one.key, parts, one.hint, one.group, one.kind)
        self._by_key = {named.key: named for named in self._by_parts.values()}

    def __iter__(self) -> Iterator[Named]:
        return iter(self._by_parts.values())

    def get(self, key: str) -> Named | None:
        """Return the variable of a key."""
        return self._by_key.get(key)

    def find(self, parts: Parts) -> str | None:
        """Return the key of a name, whatever its case."""
        found = self._by_parts.get(folded(parts))
        return found.key if found else None

    def close_to(self, parts: Parts) -> str:
        """Return the name that somebody may have meant: the same last part, or few letters apart."""
        wanted = folded(parts)
        if ends := self._by_end.get(wanted[-1]):
            return ends
        text = ".".join(wanted)[:_LONGEST_SEARCH]
        close = get_close_matches(text, self._by_text, n=1, cutoff=0.6)
        return self._by_text[close[0]] if close else ""

    def shown(self, key: str) -> str:
        """Return the name of a key as a formula spells it; of one that is no more, a name that nothing has."""
        found = self._by_key.get(key)
        return found.name if found else name_of(("removed",))

    @cached_property
    def _by_end(self) -> Mapping[str, str]:
        return {parts[-1]: named.name for parts, named in reversed(self._by_parts.items())}

    @cached_property
    def _by_text(self) -> Mapping[str, str]:
        return {".".join(parts): named.name for parts, named in self._by_parts.items()}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A variable and the names that it would have, the best first."""

    key: str
    names: tuple[Parts, ...]
    hint: str
    group: Group
    kind: VariableKind = VariableKind.MONEY

    def candidates(self) -> Iterator[Parts]:
        yield from self.names
        number = 2
        while True:
            yield (*self.names[0][:-1], f"{self.names[0][-1]} ({number})")
            number += 1


def catalogue(company: Company, book: Book, *more: Variable) -> Catalogue:
    """Return the company's names, and those of ``more`` variables that are not saved yet. A handful of queries."""
    expenses, streams = both_plans(company, book)
    return catalogue_of(expenses, streams, [*own_variables(company), *more])


def own_variables(company: Company) -> Sequence[Variable]:
    """Return the company's variables, what is planned of a system variable among them. One query."""
    return list(Variable.objects.filter(company=company).order_by("name", "pk"))


def catalogue_of(the_plan: Plan, streams: Plan, variables: Iterable[Variable]) -> Catalogue:
    """Return the names that a plan, the streams and variables make."""
    return Catalogue(
        [
            *_system(),
            *(
                _Wanted(f"{OWN}{it.pk}", ((it.name,),), "", Group.OWN, VariableKind(it.kind))
                for it in variables
                if not it.system
            ),
            *_streams(streams.members),
            *_departments(the_plan),
            *_expenses(the_plan),
        ]
    )


def folded(parts: Parts) -> Parts:
    """Return a name as names are compared: without case, with one kind of each letter and space."""
    return tuple(" ".join(unicodedata.normalize("NFKC", part).casefold().split()) for part in parts)


def key_of(member: Member) -> str:
    """Return the key of an expense or a stream."""
    letters = (STREAM, ADDED_STREAM) if member.income else (ACCOUNT, EXPENSE)
    return f"{letters[0]}{member.account.id}" if member.account else f"{letters[1]}{member.id}"


def is_revenue(account: Account) -> bool:
    """Return whether an account is part of Revenue.Total: income, but not other income such as interest."""
    return account.type is AccountType.INCOME and account.role is not AccountRole.OTHER_INCOME


def _system() -> Iterator[_Wanted]:
    number = VariableKind.NUMBER
    yield _Wanted(REVENUE, (("Revenue", "Total"),), "All revenue", Group.REVENUE)
    yield _Wanted(CUSTOMERS, (("Customers", "Total"),), "Customers with revenue in the month", Group.CUSTOMERS, number)
    yield _Wanted(NEW_CUSTOMERS, (("Customers", "New"),), "Those with their first", Group.CUSTOMERS, number)
    yield _Wanted(HEADCOUNT, (("Headcount", "Total"),), "Employees at the month’s end", Group.HEADCOUNT, number)
    yield _Wanted(NEWCOMERS, (("Headcount", "New"),), "Employees who start in the month", Group.HEADCOUNT, number)
    yield _Wanted(
        CONTRACTORS, (("Contractors", "Total"),), "Contractors at the month’s end", Group.HEADCOUNT, number
    )  # fmt: skip
    yield _Wanted(EXPENSES, (("Expenses", "Total"),), "All expenses, payroll among them", Group.EXPENSES)


def _streams(members: Iterable[Member]) -> Iterator[_Wanted]:
    for it in members:
        names = (("Revenue", it.name or it.code), ("Revenue", it.label))
        yield _Wanted(key_of(it), names, it.label, Group.REVENUE)


def _departments(the_plan: Plan) -> Iterator[_Wanted]:
    for it in the_plan.departments:
        hint = f"Expenses of {it.name}, without payroll"
        yield _Wanted(f"{DEPARTMENT}{it.pk}", (("Department", it.name),), hint, Group.DEPARTMENTS)
        yield _Wanted(
            f"{HEADS}{it.pk}", (("Headcount", it.name),), f"Employees in {it.name}", Group.HEADCOUNT,
            VariableKind.NUMBER,
        )  # fmt: skip


def _expenses(the_plan: Plan) -> Iterator[_Wanted]:
    for it in the_plan.members:
        own, labelled = it.code or it.name, it.label
        family, group = ("Account", Group.ACCOUNTS) if it.account else ("Expense", Group.ADDED)
        yield _Wanted(key_of(it), ((family, own), (family, labelled)), labelled, group)
