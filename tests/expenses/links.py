"""A ledger with many vendors, texts, items and classes, and a second reading of rules that shares no code with ours."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tests.expenses.small_ledger import BANK
from tieout.core.accounts import AccountType
from tieout.core.records import (
    AccountRecord,
    DimensionRecord,
    DimensionValueRecord,
    EntryRecord,
    ItemRecord,
    LineRecord,
    ListRecord,
    PartyKey,
    PartyKind,
    PartyRecord,
)
from tieout.core.rules import Criterion, Field, Rule, Term, Verb
from tieout.ledger.models import Book, Listed

VENDORS = ("Northgrid Cloud", "NORTHGRID  Emea", "Adobe", "Café Zoë", "Straße 7 Ltd", "ﬁne Prints")
ITEMS = ("Committed use", "Seats", "Staging  hosting")
TEXTS = ("", "October usage", "seats for design", "STAGING cluster", "Refund", "cafe", "Domain  renewal")
VALUES = ("East", "West")
NUMBERS = ("5010", "6200", "6210", "6900")
INCOMES = ("4000", "4100")
LISTS: tuple[ListRecord, ...] = (
    BANK,
    *(
        AccountRecord(external_id=it, number=it, name=f"Account {it}", type=AccountType.INCOME, subtype="Income")
        for it in INCOMES
    ),
    *(
        AccountRecord(external_id=it, number=it, name=f"Account {it}", type=AccountType.EXPENSE, subtype="Expense")
        for it in NUMBERS
    ),
    *(PartyRecord(key=PartyKey(PartyKind.VENDOR, str(at)), name=it) for at, it in enumerate(VENDORS)),
    *(ItemRecord(external_id=str(at), name=it) for at, it in enumerate(ITEMS)),
    DimensionRecord(external_id="class", name="Class"),
    *(DimensionValueRecord(dimension="class", external_id=it, name=it) for it in VALUES),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """A line of an expense or income account as the books have it."""

    entry: str
    month: str
    account: str
    vendor: str
    item: str
    value: str
    text: str
    amount: int


def make(
    seed: int, count: int = 40, *, start: date = date(2025, 5, 1), numbers: Sequence[str] = NUMBERS
) -> tuple[list[EntryRecord], list[Truth]]:
    """Return random entries and, beside them, their lines of the accounts (``numbers``).

    No two lines of an entry are equal but in amount.
    """
    dice = random.Random(seed)
    entries, truth = [], []
    for number in range(count):
        day = start + timedelta(days=dice.randrange(300))
        vendor = dice.choice([None, *range(len(VENDORS))])
        party = None if vendor is None else PartyKey(PartyKind.VENDOR, str(vendor))
        lines = []
        for _ in range(dice.randint(1, 3)):
            item, value = dice.choice([None, *range(len(ITEMS))]), dice.choice(["", *VALUES])
            account, text, amount = dice.choice(numbers), dice.choice(TEXTS), dice.randint(-50_00, 900_00)
            lines.append(
                LineRecord(
                    account=account, amount=amount, party=party, memo=text,
                    item=None if item is None else str(item), dimensions=(("class", value),) if value else (),
                )
            )  # fmt: skip
            truth.append(
                Truth(
                    f"Bill:{number}", f"{day:%Y-%m}", account, "" if vendor is None else VENDORS[vendor],
                    "" if item is None else ITEMS[item], value, text, amount,
                )
            )  # fmt: skip
        paid = LineRecord(account="1000", amount=-sum(line.amount for line in lines))
        entries.append(EntryRecord(type="Bill", external_id=str(number), date=day, lines=(*lines, paid)))
    return entries, truth


def plain(text: str) -> str:
    """Return a text as the specification says it is compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def meets(line: Truth, rule: Rule, names: dict[int, str]) -> bool:
    """Return whether a line meets a rule, read straight from the specification."""
    for criterion in rule.criteria:
        if criterion.field is Field.AMOUNT:
            low, high = criterion.low, criterion.high
            ok = (low is None or low <= line.amount) and (high is None or line.amount <= high)
        else:
            has = {
                Field.VENDOR: [line.vendor],
                Field.TEXT: [line.item, line.text],
                Field.ACCOUNT: [f"{line.account} Account {line.account}"],
                Field.DIMENSION: [line.value],
            }[criterion.field]
            asked = [names[term.id] if term.id else term.text for term in criterion.terms]
            ok = any(_one(plain(it), plain(term), criterion.verb) for it in has if it for term in asked)
            if criterion.verb in (Verb.IS_NOT, Verb.NOT_CONTAINS):
                ok = not ok
        if not ok:
            return False
    return True


def _one(name: str, term: str, verb: Verb) -> bool:
    if verb in (Verb.IS, Verb.IS_NOT):
        return name == term
    return name.startswith(term) if verb is Verb.STARTS else term in name


def row(book: Book, kind: str, external_id: str) -> int:
    """Return a list row's id."""
    return Listed.objects.get(organisation=book.organisation, kind=kind, external_id=external_id).pk


def rule(field: str, verb: str, *terms: str | int, dimension: int = 0) -> Rule:
    """Return a rule of one condition: words are typed terms, numbers are picked rows."""
    made = tuple(Term(id=it) if isinstance(it, int) else Term(it) for it in terms)
    return Rule((Criterion(field=Field(field), verb=Verb(verb), terms=made, dimension=dimension),))
