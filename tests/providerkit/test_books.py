"""Books files: what is written is read back, and what is wrong is refused with its place."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.core.accounts import AccountType
from tieout.providerkit.books import (
    Account,
    BadBooks,
    Company,
    Dimension,
    DimensionValue,
    Entry,
    Item,
    Line,
    Party,
    PartyKind,
    SampleBooks,
    read_books,
    write_books,
)

Json = dict[str, object]

COMPANY: Json = {"kind": "company", "name": "Pier Yoga", "currency": "USD", "digits": 2, "fiscal_year_start": 1}
BANK: Json = {"kind": "account", "id": "1", "number": "1000", "name": "Checking", "type": "asset"}
RENT: Json = {"kind": "account", "id": "2", "name": "Rent", "type": "expense", "parent": None}
ENTRY: Json = {
    "kind": "entry",
    "id": "7",
    "type": "Check",
    "date": "2026-01-31",
    "lines": [{"account": "2", "amount": "12.50"}, {"account": "1", "amount": "-12.50"}],
}
GOOD = (COMPANY, BANK, RENT, ENTRY)


def read(*rows: Json) -> SampleBooks:
    return read_books((json.dumps(row) for row in rows), name="pier.jsonl")


def test_the_smallest_books_are_read() -> None:
    books = read(*GOOD)
    assert books.company.name == "Pier Yoga"
    assert [account.name for account in books.accounts] == ["Checking", "Rent"]
    assert books.entries[0].date == date(2026, 1, 31)
    assert [line.amount for line in books.entries[0].lines] == ["12.50", "-12.50"]


def test_lists_may_follow_the_entries_and_lines_may_be_empty() -> None:
    text = "\n\n".join(json.dumps(row) for row in (ENTRY, RENT, COMPANY, BANK))
    assert read_books(text.split("\n"), name="x").entries == read(*GOOD).entries


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((*GOOD, ENTRY), "line 5: the entry Check 7 was given before"),
        ((*GOOD, BANK), "line 5: the account 1 was given before"),
        ((COMPANY, {**BANK, "colour": "red"}), "line 2: .*colour"),
        ((COMPANY, {"kind": "budget"}), "line 2: unknown kind 'budget'"),
        ((COMPANY, {"name": "x"}), "line 2: .*kind"),
        ((COMPANY, {**BANK, "type": "cash"}), "line 2: .*cash"),
        ((COMPANY, {**BANK, "parent": "9"}), "line 2: there is no account '9'"),
        ((COMPANY, {**BANK, "parent": "1"}), "line 2: account '1' is its own parent"),
        ((COMPANY, {**BANK, "parent": "2"}, {**RENT, "parent": "1"}), "line 2: account '1' is its own parent"),
        ((BANK,), "pier.jsonl: one company is needed, 0 are given"),
        ((COMPANY, COMPANY), "line 2: one company is needed, 2 are given"),
        (({**COMPANY, "currency": "dollars"},), "line 1: 'dollars' is no currency code"),
        (({**COMPANY, "fiscal_year_start": 13},), "line 1: fiscal_year_start 13 names no month"),
        (({**COMPANY, "digits": 9},), "line 1: amounts cannot have 9 decimals"),
        ((COMPANY, BANK, RENT, {**ENTRY, "party": "5"}), "line 4: there is no party '5'"),
        ((COMPANY, {"kind": "party", "id": "1", "name": "x"}), "line 2: the party is neither"),
    ],
)
def test_bad_rows_are_refused_with_their_place(rows: tuple[Json, ...], why: str) -> None:
    with pytest.raises(BadBooks, match=why):
        read(*rows)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"amount": "12.51"}, "sums to 0.01, not to zero"),
        ({"amount": "12.505"}, "'12.505' has more than 2 decimals"),
        ({"amount": "1e1"}, "'1e1' is not an amount"),
        ({"amount": 12.5}, "amount"),
        ({"account": "3"}, "there is no account '3'"),
        ({"item": "3"}, "there is no item '3'"),
        ({"party": "3"}, "there is no party '3'"),
        ({"dimensions": {"class": "3"}}, "dimension 'class' has no value '3'"),
        ({"currency": "EUR"}, "currency and currency_amount go together"),
        ({"currency": "JPY", "currency_amount": "1.5"}, "'1.5' has more than 0 decimals"),
        ({"tax": "1"}, "tax"),
    ],
)
def test_bad_lines_are_refused(line: Json, why: str) -> None:
    first, second = {"account": "2", "amount": "12.50"}, {"account": "1", "amount": "-12.50"}
    assert read(COMPANY, BANK, RENT, {**ENTRY, "lines": [first, second]}).entries
    with pytest.raises(BadBooks, match=f"line 4: .*{why}"):
        read(COMPANY, BANK, RENT, {**ENTRY, "lines": [{**first, **line}, second]})


def test_broken_json_is_refused() -> None:
    with pytest.raises(BadBooks, match="line 1"):
        read_books([b'{"kind":'], name="x")


@pytest.mark.parametrize(
    ("values", "why"),
    [([{"id": "1", "name": "a"}] * 2, "given twice"), ([{"id": "1", "name": "a", "parent": "2"}], "no parent '2'")],
)
def test_bad_dimension_values_are_refused(values: list[Json], why: str) -> None:
    with pytest.raises(BadBooks, match=why):
        read(COMPANY, {"kind": "dimension", "id": "d", "name": "Class", "values": values})


@pytest.mark.parametrize("spelling", [4, "4", "April", "04-01", "--04-01", "2024-04-01"])
def test_the_fiscal_year_may_be_spelt_in_several_ways(spelling: int | str) -> None:
    assert read({**COMPANY, "fiscal_year_start": spelling}).company.fiscal_year_first_month == 4


@pytest.mark.parametrize(
    "text",
    [
        '{"kind":"vendor","id":"1","name":"Bay Power"}',
        '{"kind":"party","id":"1","name":"Bay Power","type":"vendor"}',
        '{"kind":"party","id":"1","kind":"vendor","name":"Bay Power"}',
    ],
)
def test_a_party_says_its_kind(text: str) -> None:
    books = read_books([json.dumps(COMPANY), text], name="x")
    assert books.parties == (Party(kind=PartyKind.VENDOR, id="1", name="Bay Power"),)


NAMES = st.text(min_size=1, max_size=12)
VALUES = (DimensionValue(id="a", name="Sales"), DimensionValue(id="b", name="East", parent="a"))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    amounts = draw(st.lists(st.integers(-(10**12), 10**12), max_size=4))
    lines = tuple(
        Line(
            account=draw(st.sampled_from(["1", "2"])),
            amount=str(Decimal(amount).scaleb(-2)),
            party=draw(st.sampled_from([None, "v", "c"])),
            item=draw(st.sampled_from([None, "i"])),
            dimensions=draw(st.sampled_from([None, {"d": "a"}, {"d": "b"}])),
            memo=draw(st.none() | NAMES),
            **draw(st.sampled_from([{}, {"currency": "JPY", "currency_amount": "150"}])),
        )
        for amount in [*amounts, -sum(amounts)]
    )
    kind = draw(st.sampled_from(["Bill", "Journal Entry"]))
    return Entry(id=draw(NAMES), type=kind, date=draw(st.dates()), number=draw(st.none() | NAMES), lines=lines)


@st.composite
def sample_books(draw: st.DrawFn) -> SampleBooks:
    kinds = st.sampled_from(AccountType)
    top = Account(id="1", name=draw(NAMES), type=draw(kinds), number=draw(st.none() | NAMES))
    below = Account(id="2", name=draw(NAMES), type=draw(kinds), subtype="Checking", parent="1", active=False)
    vendor = Party(kind=PartyKind.VENDOR, id="v", name=draw(NAMES))
    return SampleBooks(
        company=Company(name=draw(NAMES), currency="USD", digits=draw(st.sampled_from([None, 2]))),
        accounts=(below, top),
        parties=(vendor, Party(kind=PartyKind.CUSTOMER, id="c", name=draw(NAMES))),
        items=(Item(id="i", name=draw(NAMES)),),
        dimensions=(Dimension(id="d", name="Class", values=VALUES),),
        entries=tuple(draw(st.lists(entries(), max_size=3, unique_by=lambda entry: (entry.type, entry.id)))),
    )


@settings(max_examples=30)
@given(sample_books())
def test_what_is_written_is_read_back(books: SampleBooks) -> None:
    assert read_books(write_books(books), name="x") == books
