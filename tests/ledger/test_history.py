"""Any history of creates, edits, deletes and date moves: the ledger equals the books, at every version, for ever."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date

from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.scribe import entry, new_book, open_stage, publish, put
from tieout.companies.services import create_company
from tieout.core.records import EntryRecord
from tieout.ledger import publication, versions
from tieout.ledger.accounts import LATEST, chart
from tieout.ledger.models import Book, MonthSum, PartySum
from tieout.ledger.movements import changes, movements

ACCOUNTS = ("bank", "sales", "software", "wages")
_number = itertools.count()

Amounts = dict[tuple[str, int], int]


@st.composite
def entries(draw: st.DrawFn) -> EntryRecord:
    day = date(2025, draw(st.integers(1, 4)), draw(st.integers(1, 28)))
    account, other = draw(st.permutations(ACCOUNTS))[:2]
    amount = draw(st.integers(-500, 500))
    return entry(
        str(draw(st.integers(1, 6))), day, (account, amount), (other, -amount), memo=draw(st.sampled_from("ab"))
    )


books = st.lists(entries(), max_size=6, unique_by=lambda it: it.external_id)


def sums(state: list[EntryRecord]) -> Amounts:
    result: defaultdict[tuple[str, int], int] = defaultdict(int)
    for it in state:
        for line in it.lines:
            result[line.account, it.date.year * 100 + it.date.month] += line.amount
    return {cell: amount for cell, amount in result.items() if amount}


def known_at(book: Book, version: int) -> Amounts:
    names = {id_: account.external_id for id_, account in chart(book, LATEST).items()}
    return {(names[account], month): amount for account, _, month, amount in movements(book, version)}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.tuples(books, st.booleans()), min_size=1, max_size=5))
def test_every_version_stays_what_it_was(alice: User, history: list[tuple[list[EntryRecord], bool]]) -> None:
    book = new_book(create_company(name=f"Books {next(_number)}", person=alice))
    known: dict[int, Amounts] = {}
    for state, given_up in history:
        stage = open_stage(book)
        put(stage, state)
        if given_up and book.published:
            versions.sweep(book, lambda: None)
        else:
            known[publish(stage)] = sums(state)
        for version, expected in known.items():
            assert known_at(book, version) == expected
    _kept_sums_equal_the_lines(book)
    _changes_explain(book, sorted(known), known)


def _kept_sums_equal_the_lines(book: Book) -> None:
    kept = [
        sorted(table.objects.filter(book=book.pk).values_list("account", "month", "amount"))
        for table in (MonthSum, PartySum)
    ]
    publication.rebuild_sums(book)
    rebuilt = [
        sorted(table.objects.filter(book=book.pk).values_list("account", "month", "amount"))
        for table in (MonthSum, PartySum)
    ]
    assert kept == rebuilt


def _changes_explain(book: Book, published: list[int], known: dict[int, Amounts]) -> None:
    names = {id_: account.external_id for id_, account in chart(book, LATEST).items()}
    for older, newer in itertools.combinations(published, 2):
        moved = {(names[cell[0]], cell[2]): amount for cell, amount in changes(book, older, newer).items()}
        cells = known[older].keys() | known[newer].keys()
        expected = {cell: known[newer].get(cell, 0) - known[older].get(cell, 0) for cell in cells}
        assert moved == {cell: amount for cell, amount in expected.items() if amount}
