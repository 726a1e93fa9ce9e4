"""What every provider's books must hold, as tests.

A provider's own test subclasses `BooksContract` and gives one fixture, `opened`. Nothing here asks what only one
platform could answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import msgspec
import pytest

from tieout.core.accounts import AccountRole
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
    After,
    Balances,
    Checkpoint,
    DimensionRecord,
    DimensionValueRecord,
    EntryRecord,
    ItemRecord,
    LineRecord,
    Part,
    PartyKey,
    PartyKind,
    PartyRecord,
    Statement,
    Window,
)
from tieout.providerkit.errors import ProviderError
from tieout.providerkit.imports import Foreign, Imports, Known
from tieout.providerkit.interface import About, Books


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One organisation at a stand-in of the platform, and what a test must know of both."""

    about: About  # of the provider that opens the books
    books: Callable[[], Books]  # opens the same books anew
    months: Sequence[Month]  # some with postings, ascending and contiguous, within one fiscal year
    outside: Callable[[], int]  # how many calls the stand-in has counted that neither read nor belong to the grant
    fail: Callable[[], None]  # from now on the platform refuses every call
    secrets: Callable[[], Iterable[str]]  # what no error may say


class BooksContract:
    """The promises of `interface.Books`."""

    @pytest.fixture
    def opened(self) -> Opened:
        """Return the organisation to test. Every subclass gives its own."""
        raise NotImplementedError

    # --- lists ---

    def test_the_organisation_is_complete(self, opened: Opened) -> None:
        organisation = opened.books().organisation()
        assert organisation.external_id
        assert organisation.name
        assert len(organisation.currency) == 3
        assert 1 <= organisation.fiscal_year_first_month <= 12
        assert organisation.timezone

    def test_parents_come_before_children_and_ids_once(self, opened: Opened) -> None:
        accounts: set[str] = set()
        axes: set[str] = set()
        values: set[tuple[str, str]] = set()
        others: set[object] = set()
        for record in opened.books().lists():
            match record:
                case AccountRecord(external_id=key, parent=parent):
                    assert key not in accounts
                    assert parent is None or parent in accounts
                    accounts.add(key)
                case DimensionRecord(external_id=key):
                    assert key not in axes
                    axes.add(key)
                case DimensionValueRecord(dimension=axis, external_id=key, parent=parent):
                    assert axis in axes
                    assert (axis, key) not in values
                    assert parent is None or (axis, parent) in values
                    values.add((axis, key))
                case PartyRecord(key=party):
                    assert party not in others
                    others.add(party)
                case ItemRecord(external_id=key):
                    assert key not in others
                    others.add(key)
        assert accounts

    # --- entries ---

    def test_entries_balance_and_lie_in_the_window(self, opened: Opened) -> None:
        window = whole(opened.months)
        entries = read(opened.books(), opened.months)
        assert entries
        assert len({entry.key for entry in entries}) == len(entries)
        for entry in entries:
            assert window.start <= entry.date < window.end
            assert sum(line.amount for line in entry.lines) == 0
            assert entry.lines

    def test_what_reverses_an_entry_undoes_it_line_by_line(self, opened: Opened) -> None:
        entries = {entry.key: entry for entry in read(opened.books(), opened.months)}
        reversing = [entry for entry in entries.values() if entry.reverses]
        for entry in reversing:
            undone = entries[entry.reverses]
            assert (undone.date, undone.record, undone.reverses) == (entry.date, entry.record, "")
            assert sorted(map(repr, map(turned, entry.lines))) == sorted(map(repr, map(bare, undone.lines)))
        assert len({entry.reverses for entry in reversing}) == len(reversing)

    def test_lines_name_what_the_lists_have(self, opened: Opened) -> None:
        books = opened.books()
        known: set[object] = set()
        for record in books.lists():
            match record:
                case AccountRecord(external_id=key):
                    known.add(("account", key))
                case PartyRecord(key=party):
                    known.add(party)
                case ItemRecord(external_id=key):
                    known.add(("item", key))
                case DimensionValueRecord(dimension=axis, external_id=key):
                    known.add((axis, key))
                case DimensionRecord():
                    pass
        for entry in read(books, opened.months):
            for line in entry.lines:
                assert named(line, entry.party) <= known
                assert list(line.dimensions) == sorted(dict(line.dimensions).items())

    def test_the_whole_is_the_sum_of_its_months(self, opened: Opened) -> None:
        books = opened.books()
        apart = [entry for month in opened.months for entry in read(books, [month])]
        assert canonical(apart) == canonical(read(opened.books(), opened.months))

    def test_read_again_is_the_same(self, opened: Opened) -> None:
        books = opened.books()
        assert canonical(read(books, opened.months)) == canonical(read(books, opened.months))

    def test_checkpoints_cover_the_window_and_end_it_once(self, opened: Opened) -> None:
        books = opened.books()
        records = list(books.read(part_of(books, opened.months), past=nothing_yet))
        points = [record for record in records if isinstance(record, Checkpoint)]
        assert records[-1] is points[-1]
        assert [point.complete for point in points] == [False] * (len(points) - 1) + [True]
        covered = [point.covered for point in points if point.covered is not None]
        if books.capabilities.numbered:  # nothing that was read before is ever gone
            assert not covered
            assert points[-1].resume
            return
        window = whole(opened.months)
        assert (covered[0].start, covered[-1].end) == (window.start, window.end)
        assert all(before.end == after.start for before, after in pairwise(covered))

    def test_a_checkpoint_resumes_after_what_it_covers(self, opened: Opened) -> None:
        books = opened.books()
        part = part_of(books, opened.months)
        records = list(books.read(part, past=nothing_yet))
        for place, record in enumerate(records):
            if isinstance(record, Checkpoint):
                seen = [entry for entry in records[:place] if isinstance(entry, EntryRecord)]
                left = [entry for entry in records[place:] if isinstance(entry, EntryRecord)]
                rest = msgspec.structs.replace(part, resume=record.resume)
                again = opened.books().read(rest, past=partial(of_records, seen))
                found = {entry.key: entry for entry in again if isinstance(entry, EntryRecord)}
                assert canonical(found[entry.key] for entry in left) == canonical(left)
                # A numbered feed may tell the end of what was read once more: it is known by its key.
                assert found.keys() <= {entry.key for entry in (*left, *seen)}
                assert books.capabilities.numbered or len(found) == len(left)

    def test_a_numbered_feed_goes_on_where_it_ended(self, opened: Opened) -> None:
        books = opened.books()
        if not books.capabilities.numbered:
            pytest.skip("this platform is read by windows")
        records = list(books.read(After(), past=nothing_yet))
        entries = [record for record in records if isinstance(record, EntryRecord)]
        last = records[-1]
        assert isinstance(last, Checkpoint)
        more = list(opened.books().read(After(cursor=last.resume), past=partial(of_records, entries)))
        assert {it.key for it in more if isinstance(it, EntryRecord)} <= {entry.key for entry in entries}
        assert isinstance(more[-1], Checkpoint)
        assert more[-1].complete

    # --- balances ---

    def test_statements_come_in_order_and_out_at_zero(self, opened: Opened) -> None:
        books = opened.books()
        if not books.capabilities.reports_balances:
            pytest.skip("this platform reports no balances")
        for statement in statements(books):
            found = list(books.balances(statement, opened.months))
            assert [(one.statement, one.month) for one in found] == [(statement, month) for month in opened.months]
            for one in found:
                match statement:
                    case Statement.TRIAL_BALANCE:
                        assert sum(one.amounts.values()) == 0
                    case Statement.BALANCE_SHEET:
                        assert sum(one.amounts.values()) + (one.net_income or 0) == 0
                    case Statement.PROFIT_AND_LOSS:
                        assert sum(one.amounts.values()) == one.net_income

    def test_a_month_of_a_statement_is_the_same_alone_and_among_others(self, opened: Opened) -> None:
        books = opened.books()
        if not books.capabilities.reports_balances:
            pytest.skip("this platform reports no balances")
        for statement in statements(books):
            apart = [one for month in opened.months for one in books.balances(statement, [month])]
            assert apart == list(books.balances(statement, opened.months))
            gap = [opened.months[0], opened.months[-1]]
            assert list(books.balances(statement, gap)) == [apart[0], apart[-1]]

    def test_entries_sum_to_the_balances(self, opened: Opened) -> None:
        books = opened.books()
        if not (books.capabilities.reports_balances and books.capabilities.itemises_everything):
            pytest.skip("this platform does not itemise what it reports")
        accounts = {record.external_id: record for record in books.lists() if isinstance(record, AccountRecord)}
        balances = {
            (one.statement, one.month): one for it in statements(books) for one in books.balances(it, opened.months)
        }
        for month in opened.months:
            moved = movement(read(books, [month]))
            results = balances.get((Statement.PROFIT_AND_LOSS, month))
            sheet = balances.get((Statement.BALANCE_SHEET, month))
            before = balances.get((Statement.BALANCE_SHEET, month - 1))
            for key, account in accounts.items():
                if not account.type.on_balance_sheet and results is not None:
                    assert results.amounts.get(key, 0) == moved.get(key, 0), (month, account.name)
                carried = account.type.on_balance_sheet and account.role is not AccountRole.RETAINED_EARNINGS
                if carried and sheet is not None and before is not None:
                    assert difference(sheet, before, key) == moved.get(key, 0), (month, account.name)

    # --- what changed ---

    def test_the_first_question_gives_a_cursor_and_tells_nothing(self, opened: Opened) -> None:
        if opened.books().capabilities.numbered:
            pytest.skip("a numbered feed is its own cursor")
        first = opened.books().hints(None)
        assert (first.complete, bool(first.cursor), first.records, first.dates) == (False, True, (), ())

    def test_a_feed_that_is_asked_at_once_is_complete_and_lists_are_as_they_were(self, opened: Opened) -> None:
        books = opened.books()
        if not books.capabilities.feed:
            pytest.skip("this platform has no change feed")
        told = opened.books().hints(books.hints(None).cursor)
        assert told.complete, told.because
        assert not told.lists

    def test_lists_that_are_recalled_need_not_be_read(self, opened: Opened) -> None:
        books = opened.books()
        records = list(books.lists())
        again = opened.books()
        again.recall(records)
        assert canonical(read(again, opened.months)) == canonical(read(books, opened.months))

    # --- what is told before connecting ---

    def test_the_table_says_what_these_books_can(self, opened: Opened) -> None:
        told = imports(opened)
        assert told.capabilities == opened.books().capabilities
        assert all(note.endswith(".") for note in (*told.notes.values(), told.condition) if note)

    def test_the_lists_have_no_more_than_the_table_says(self, opened: Opened) -> None:
        told, records = imports(opened), list(opened.books().lists())
        accounts = [record for record in records if isinstance(record, AccountRecord)]
        roles = {account.role for account in accounts}
        assert told.account_tree or not any(account.parent for account in accounts)
        assert told.account_numbers or not any(account.number for account in accounts)
        assert told.archived_accounts or all(account.active for account in accounts)
        assert told.cash_accounts or not roles & {AccountRole.BANK, AccountRole.CARD}
        assert told.payroll_accounts or AccountRole.PAYROLL not in roles
        assert told.dimensions or not any(isinstance(record, DimensionRecord) for record in records)

    def test_entries_have_no_more_than_the_table_says(self, opened: Opened) -> None:
        told, entries = imports(opened), read(opened.books(), opened.months)
        lines = [line for entry in entries for line in entry.lines]
        kinds = {party.kind for party in (*(it.party for it in entries), *(it.party for it in lines)) if party}
        assert told.vendors is not Known.NONE or PartyKind.VENDOR not in kinds
        assert told.customers is not Known.NONE or PartyKind.CUSTOMER not in kinds
        assert told.items is not Known.NONE or not any(line.item for line in lines)
        assert told.foreign is Foreign.ORIGINAL or not any(line.currency for line in lines)
        assert told.pay_entries or not any(entry.payroll for entry in entries)

    # --- the rest ---

    def test_the_earliest_month_has_entries(self, opened: Opened) -> None:
        books = opened.books()
        if books.capabilities.numbered:
            pytest.skip("a numbered feed begins at its beginning")
        earliest = books.earliest()
        assert earliest is not None
        assert earliest <= opened.months[0]
        assert read(books, [earliest])
        assert not read(books, [earliest - 1])

    def test_only_listed_calls_arrive(self, opened: Opened) -> None:
        books = opened.books()
        books.organisation()
        assert list(books.lists())
        assert read(books, opened.months)
        books.hints(books.hints(None).cursor)
        for statement in statements(books):
            list(books.balances(statement, opened.months[:1]))
        assert opened.outside() == 0

    def test_failures_have_names_and_keep_secrets(self, opened: Opened) -> None:
        books = opened.books()
        opened.fail()
        with pytest.raises(ProviderError) as failure:
            read(books, opened.months)
        said: BaseException | None = failure.value
        assert str(said)
        while said is not None:
            assert not [secret for secret in opened.secrets() if secret in repr(said)]
            said = said.__cause__ or said.__context__


def imports(opened: Opened) -> Imports:
    """Return what the provider says beforehand of the source that the books are read from."""
    source = opened.books().capabilities.source
    return next(told for told in opened.about.imports if told.capabilities.source == source)


def statements(books: Books) -> list[Statement]:
    """Return the statements that a run asks for."""
    return [Statement.TRIAL_BALANCE, *books.capabilities.surveys]


def whole(months: Sequence[Month]) -> Window:
    """Return the window of contiguous months."""
    return Window(start=months[0].start, end=months[-1].end)


def part_of(books: Books, months: Sequence[Month]) -> Part:
    """Return the part that holds contiguous months: their window, or all of a numbered feed."""
    return After() if books.capabilities.numbered else whole(months)


def read(books: Books, months: Sequence[Month]) -> list[EntryRecord]:
    """Return the entries of contiguous months."""
    window = whole(months)
    records = books.read(part_of(books, months), past=nothing_yet)
    entries = [record for record in records if isinstance(record, EntryRecord)]
    if books.capabilities.numbered:
        return [entry for entry in entries if window.start <= entry.date < window.end]
    return entries


def of_records(
    entries: Sequence[EntryRecord], records: Collection[str], *, parties: Collection[PartyKey] = ()
) -> list[EntryRecord]:
    """Return what a ledger with these entries holds of some records, and about some parties."""
    return [entry for entry in entries if entry.record and (entry.record in records or entry.party in parties)]


nothing_yet = partial(of_records, ())  # a ledger without entries


def bare(line: LineRecord) -> LineRecord:
    """Return a line without the id that only the provider needs."""
    return msgspec.structs.replace(line, external_id="")


def turned(line: LineRecord) -> LineRecord:
    """Return the line that undoes a line."""
    return msgspec.structs.replace(bare(line), amount=-line.amount, currency_amount=-line.currency_amount)


def canonical(entries: Iterable[EntryRecord]) -> list[tuple[str, str, list[str]]]:
    """Return entries in a form that the order of rows does not change."""
    return sorted((entry.key, repr((entry.date, entry.party)), sorted(map(repr, entry.lines))) for entry in entries)


def named(line: LineRecord, party: PartyKey | None) -> set[object]:
    """Return everything that a line refers to."""
    found: set[object] = {("account", line.account), *line.dimensions}
    if line.item is not None:
        found.add(("item", line.item))
    return found | {one for one in (line.party, party) if one is not None}


def movement(entries: Iterable[EntryRecord]) -> dict[str, int]:
    """Return what each account moved by."""
    moved: dict[str, int] = {}
    for entry in entries:
        for line in entry.lines:
            moved[line.account] = moved.get(line.account, 0) + line.amount
    return moved


def difference(after: Balances, before: Balances, account: str) -> int:
    """Return by how much an account's balance changed."""
    return after.amounts.get(account, 0) - before.amounts.get(account, 0)
