"""Links carve lines out of accounts: each line is in exactly one expense, by the first rule that takes it, always."""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.links import INCOMES, ITEMS, LISTS, NUMBERS, TEXTS, VALUES, VENDORS, Truth, make, meets, row, rule
from tests.expenses.small_ledger import account_id, expense, new_book, sync
from tieout.companies.models import AuditEvent, Company
from tieout.companies.services import create_company
from tieout.core.records import EntryRecord, PartyKey, PartyKind, PartyRecord
from tieout.core.rules import BadRule, Criterion, Field, Rule, Term, Verb
from tieout.expenses import relinking
from tieout.expenses.models import Expense, Link, Pin
from tieout.expenses.organising import Choice, organise
from tieout.expenses.services import (
    Draft,
    NothingMatches,
    add_expense,
    order_links,
    remove_expense,
    remove_link,
    save_link,
)
from tieout.ledger import publication
from tieout.ledger.models import Book, Line, MonthSum, PartySum, Remapping
from tieout.ledger.movements import movements

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("RULES", "40"))  # of random books and rules; proofs ask for 1,000


@pytest.fixture
def book(company: Company) -> Book:
    made = new_book(company)
    sync(made, make(1)[0], LISTS, ())
    return made


def link(book: Book, person: User, name: str, made: Rule, *, income: bool = False, **wishes: bool) -> Link:
    into = add_expense(company=book.company, person=person, name=name, income=income)
    draft = Draft(rule=made, although_nothing=True, **wishes)  # type: ignore[arg-type]
    return save_link(company=book.company, person=person, book=book, expense=into, draft=draft).link


def placed(book: Book) -> dict[tuple[str, int], list[int]]:
    """Return the amounts of each expense by month, as sums of lines."""
    result: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    rows = Line.objects.filter(
        book=book.pk, expense__gt=0, valid_from__lte=book.published, valid_to__gt=book.published
    ).values_list("month", "expense", "amount")
    for month, into, amount in rows:
        result[f"{month // 100}-{month % 100:02d}", into].append(amount)
    return {key: sorted(amounts) for key, amounts in result.items()}


def expected(book: Book, truth: list[Truth], rules: list[tuple[int, Rule]]) -> dict[tuple[str, int], list[int]]:
    names = names_of(book)
    own = {number: expense(book, number).pk for number in (*NUMBERS, *INCOMES)}
    streams = set(Expense.objects.filter(company=book.company, income=True).values_list("pk", flat=True))
    result: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for line in truth:
        asked = [it for it in rules if (it[0] in streams) is (line.account in INCOMES)]
        into = next((expense_id for expense_id, made in asked if meets(line, made, names)), own[line.account])
        result[line.month, into].append(line.amount)
    return {key: sorted(amounts) for key, amounts in result.items()}


def names_of(book: Book) -> dict[int, str]:
    return {
        **{row(book, "party", str(at)): it for at, it in enumerate(VENDORS)},
        **{row(book, "item", str(at)): it for at, it in enumerate(ITEMS)},
        **{row(book, "account", it): f"{it} Account {it}" for it in NUMBERS},
        **{row(book, "value", it): it for it in VALUES},
    }


def sums_are_kept(book: Book) -> None:
    for table in (MonthSum, PartySum):
        columns = [it.name for it in table._meta.fields if it.name != "id"]
        kept = sorted(table.objects.filter(book=book.pk).values_list(*columns))
        publication.rebuild_sums(book)
        assert sorted(table.objects.filter(book=book.pk).values_list(*columns)) == kept, table


# --- any rules on any books ------------------------------------------------------------------------------------

Plain = dict[str, Any]
words = st.sampled_from(
    [*VENDORS, *ITEMS, *TEXTS[1:], "north", "GRID", "e", "staging", "caf", "STRASSE 7 ltd", "Fine p"]
)


@st.composite
def rules(draw: st.DrawFn) -> list[Plain]:
    """Draw one rule as plain facts: ids are only known once the books are there."""
    made: list[Plain] = []
    for _ in range(draw(st.integers(1, 3))):
        field = draw(st.sampled_from(["vendor", "vendor", "text", "text", "account", "dimension", "amount"]))
        if field == "amount":
            low = draw(st.none() | st.integers(-50_00, 500_00))
            made.append({"field": field, "low": low, "high": draw(st.integers(low or 0, 900_00))})
            continue
        verb = draw(st.sampled_from(["is", "is_not", "contains", "not_contains", "starts"]))
        picks = draw(st.booleans()) and verb in ("is", "is_not")
        many = {"vendor": len(VENDORS), "text": len(ITEMS), "account": len(NUMBERS), "dimension": len(VALUES)}[field]
        terms: list[object] = draw(st.lists(st.integers(0, many - 1) if picks else words, min_size=1, max_size=2))
        made.append({"field": field, "verb": verb, "terms": terms})
    return made


def with_ids(book: Book, plain: list[Plain]) -> Rule:
    kinds = {"vendor": "party", "text": "item", "account": "account", "dimension": "value"}
    keys = {"account": NUMBERS, "dimension": VALUES}

    def criteria() -> Iterator[Criterion]:
        for each in plain:
            if each["field"] == "amount":
                yield Criterion(field=Field.AMOUNT, verb=Verb.BETWEEN, low=each["low"], high=each["high"])
                continue
            field = each["field"]
            terms = [
                Term(id=row(book, kinds[field], keys[field][it] if field in keys else str(it)))
                if isinstance(it, int) else Term(it) for it in each["terms"]
            ]  # fmt: skip
            dimension = row(book, "dimension", "class") if each["field"] == "dimension" else 0
            yield Criterion(
                field=Field(each["field"]), verb=Verb(each["verb"]), terms=tuple(terms), dimension=dimension
            )

    return Rule(tuple(criteria()))


@pytest.mark.slow
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10_000), made=st.lists(st.tuples(st.booleans(), rules()), min_size=1, max_size=4),
    shuffle=st.integers(0, 10_000), later=st.booleans(), again=st.integers(0, 3),
)  # fmt: skip
def test_lines_are_where_an_independent_reading_puts_them(
    alice: User, seed: int, made: list[tuple[bool, list[Plain]]], shuffle: int, later: bool, again: int
) -> None:
    """Made before or after the sync that brings the lines; in any order; changed and removed: the same partition.

    Some rules are those of streams, the others those of expenses: neither takes a line of the other side.
    """
    company = create_company(name=f"Books {seed}", person=alice)
    book = new_book(company, f"org-{company.pk}")
    entries, truth = make(seed, numbers=(*NUMBERS, *INCOMES))
    if later:  # half of the lines come after the links
        sync(book, entries[: len(entries) // 2], LISTS, ())
    else:
        sync(book, entries, LISTS, ())
    links = [
        link(book, alice, f"Linked {at}", with_ids(book, each), income=income) for at, (income, each) in enumerate(made)
    ]
    sync(book, entries, LISTS, ())
    asked = [(each.expense_id, with_ids(book, plain)) for each, (_, plain) in zip(links, made, strict=True)]
    assert placed(book) == expected(book, truth, asked)
    sums_are_kept(book)

    dice = random.Random(shuffle)
    order = list(range(len(links)))
    dice.shuffle(order)
    order_links(company=company, person=alice, book=book, order=[links[at].pk for at in order])
    asked = [asked[at] for at in order]
    assert placed(book) == expected(book, truth, asked)

    for _ in range(min(again, len(asked))):
        gone = asked.pop(dice.randrange(len(asked)))
        remove_link(company=company, person=alice, book=book, link=Link.objects.get(expense=gone[0]))
        assert placed(book) == expected(book, truth, asked)
    sums_are_kept(book)


@pytest.mark.parametrize(
    ("field", "verb", "terms"),
    [
        ("vendor", "starts", ["north"]),
        ("vendor", "starts", ["grid"]),
        ("vendor", "is", [" northgrid   EMEA "]),
        ("vendor", "is", ["ADOBE", "strasse 7 LTD"]),
        ("vendor", "contains", ["fine"]),  # a ligature in the books
        ("vendor", "is_not", ["adobe"]),
        ("vendor", "not_contains", ["grid", "zoë"]),
        ("text", "contains", ["staging"]),  # in an item's name or in a text
        ("text", "not_contains", ["staging"]),
        ("text", "starts", ["seats"]),
        ("text", "is", ["domain renewal"]),
        ("account", "contains", ["621"]),
        ("dimension", "is", ["east"]),
        ("dimension", "is_not", ["East"]),
    ],
)
def test_each_verb(book: Book, alice: User, field: str, verb: str, terms: list[str]) -> None:
    made = with_ids(book, [{"field": field, "verb": verb, "terms": terms}])
    one = link(book, alice, "Linked", made)
    assert placed(book) == expected(book, make(1)[1], [(one.expense_id, made)])


@pytest.mark.parametrize(("low", "high"), [(0, None), (None, 0), ("some", "some")])
def test_an_amount_range_holds_its_bounds(
    book: Book, alice: User, low: int | str | None, high: int | str | None
) -> None:
    some = make(1)[1][4].amount
    bounds = {"low": some if low == "some" else low, "high": some if high == "some" else high}
    made = with_ids(book, [{"field": "amount", **bounds}])
    one = link(book, alice, "Linked", made)
    found = placed(book)
    assert found == expected(book, make(1)[1], [(one.expense_id, made)])
    assert any(expense_id == one.expense_id for _, expense_id in found)


# --- one thing at a time ---------------------------------------------------------------------------------------


def test_net_income_and_every_month_stay_as_they_are(book: Book, alice: User) -> None:
    def by_account() -> dict[tuple[int, int], int]:
        sums: defaultdict[tuple[int, int], int] = defaultdict(int)
        for account, _, month, amount in movements(book, book.published):
            sums[account, month] += amount
        return {cell: amount for cell, amount in sums.items() if amount}

    before = by_account()
    one = link(book, alice, "Grid", rule("vendor", "contains", "northgrid"))
    assert by_account() == before
    remove_expense(company=book.company, person=alice, expense=one.expense)
    assert by_account() == before
    assert not Expense.objects.filter(pk=one.expense_id).exists()


def test_an_account_marked_as_payroll_keeps_its_lines_until_the_user_says_otherwise(book: Book, alice: User) -> None:
    one = link(book, alice, "Grid", rule("vendor", "contains", "northgrid"))
    hosting = expense(book, "5010")

    def from_hosting() -> int:
        return Line.objects.filter(expense=one.expense_id, account=account_id(book, "5010")).count()

    held = from_hosting()
    assert held
    organise(company=book.company, person=alice, choices=[Choice(expense=hosting.pk, payroll=True)])
    assert from_hosting() == 0
    save_link(
        company=book.company, person=alice, book=book, expense=one.expense, link=one,
        draft=Draft(rule=rule("vendor", "contains", "northgrid"), payroll_too=True),
    )  # fmt: skip
    assert from_hosting() == held
    save_link(
        company=book.company, person=alice, book=book, expense=one.expense, link=one,
        draft=Draft(rule=rule("vendor", "contains", "northgrid")),
    )  # fmt: skip
    organise(company=book.company, person=alice, choices=[Choice(expense=hosting.pk, payroll=False)])
    assert from_hosting() == held
    sums_are_kept(book)


def test_a_line_that_was_left_out_stays_out_whatever_its_amount_and_comes_back_with_the_pin(
    book: Book, alice: User
) -> None:
    made = rule("vendor", "is", "Adobe")
    one = link(book, alice, "Adobe", made)
    lines = list(Line.objects.filter(expense=one.expense_id).order_by("pk"))
    out = lines[0]
    save_link(
        company=book.company, person=alice, book=book, expense=one.expense, link=one,
        draft=Draft(rule=made, left_out=frozenset([out.pk])),
    )  # fmt: skip
    out.refresh_from_db()
    assert out.expense != one.expense_id
    assert Line.objects.filter(expense=one.expense_id).count() == len(lines) - 1

    entries = make(1)[0]
    sync(book, [raised(each, out) for each in entries], LISTS, ())  # the amount is edited in the books
    edited = Line.objects.get(
        book=book.pk, amount=out.amount + 1, account=out.account, party=out.party, valid_to__gt=book.published
    )
    assert edited.expense != one.expense_id
    save_link(company=book.company, person=alice, book=book, expense=one.expense, link=one, draft=Draft(rule=made))
    edited.refresh_from_db()
    assert edited.expense == one.expense_id
    assert not Pin.objects.exists()


def raised(entry: EntryRecord, line: Line) -> EntryRecord:
    """Return the entry with one more cent on the line that was left out, and one less on the bank's."""
    at = next((place for place, it in enumerate(entry.lines) if it.amount == line.amount and it.party), None)
    if at is None or entry.lines[at].party != PartyKey(PartyKind.VENDOR, "2"):
        return entry
    lines = list(entry.lines)
    lines[at] = msgspec.structs.replace(lines[at], amount=lines[at].amount + 1)
    lines[-1] = msgspec.structs.replace(lines[-1], amount=lines[-1].amount - 1)
    return msgspec.structs.replace(entry, lines=tuple(lines))


def test_only_these_lines_means_no_others(book: Book, alice: User) -> None:
    one = link(book, alice, "Adobe", rule("vendor", "is", "Adobe"), only_these=True)
    before = Line.objects.filter(expense=one.expense_id).count()
    assert before
    more = make(7, 20, start=date(2026, 3, 1))[0]
    fresh = [msgspec.structs.replace(each, external_id=f"9{each.external_id}") for each in more]
    sync(book, [*make(1)[0], *fresh], LISTS, ())
    assert Line.objects.filter(expense=one.expense_id).count() == before
    assert one.only_pinned


def test_a_vendor_that_was_picked_survives_a_rename_and_words_follow_it(book: Book, alice: User) -> None:
    picked = link(book, alice, "Picked", rule("vendor", "is", row(book, "party", "2")))
    held = Line.objects.filter(expense=picked.expense_id).count()
    typed = link(book, alice, "Typed", rule("vendor", "contains", "north"))
    assert held
    assert Line.objects.filter(expense=typed.expense_id).exists()
    renamed = [
        msgspec.structs.replace(it, name="Southgrid" if "orth" in it.name.lower() else "Figma")
        if isinstance(it, PartyRecord) and it.key.external_id in {"0", "1", "2"} else it
        for it in LISTS
    ]  # fmt: skip
    sync(book, make(1)[0], renamed, ())
    assert Line.objects.filter(expense=picked.expense_id).count() == held
    assert not Line.objects.filter(expense=typed.expense_id).exists()
    sums_are_kept(book)


def test_a_rule_that_changes_while_books_are_read_is_followed_at_publication(book: Book, alice: User) -> None:
    from django.db import transaction

    from tests.expenses.small_ledger import ALL, NOW
    from tests.ledger.scribe import unguarded
    from tieout.expenses.placement import prepare
    from tieout.ledger import versions
    from tieout.ledger.staging import Stage

    entries = make(3, 30)[0]
    stage = Stage(book, versions.take(book, unguarded), unguarded)
    stage.lists(LISTS)
    placement = prepare(book)
    with transaction.atomic():
        stage.entries(entries[:15], None, placement)
    one = link(book, alice, "Grid", rule("vendor", "contains", "northgrid"))
    with transaction.atomic():
        stage.entries(entries, ALL, placement)
    publication.publish(
        book, stage.version, prepare(book), verified=True, at=NOW, guard=unguarded, also=lambda _: None
    )  # as a held run does that is published later: its placement is the newest, its lines were placed by older rules
    truth = make(3, 30)[1]
    assert placed(book) == expected(book, truth, [(one.expense_id, rule("vendor", "contains", "northgrid"))])
    sums_are_kept(book)


def test_every_move_is_on_the_log(book: Book, alice: User) -> None:
    one = link(book, alice, "Grid", rule("vendor", "contains", "northgrid"))
    moved = set(Line.objects.filter(expense=one.expense_id).values_list("pk", flat=True))
    assert set(Remapping.objects.filter(new=one.expense_id).values_list("line", flat=True)) == moved
    remove_link(company=book.company, person=alice, book=book, link=one)
    assert set(Remapping.objects.filter(old=one.expense_id).values_list("line", flat=True)) == moved


def test_many_lines_are_moved_by_a_job_that_can_be_done_twice(
    book: Book, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relinking, "AT_ONCE", 3)
    monkeypatch.setattr(relinking, "_STEP", 4)
    one = link(book, alice, "Grid", rule("vendor", "contains", "northgrid"))
    assert not Line.objects.filter(expense=one.expense_id).exists()
    assert len(relinking.pending(book.company)) == 1
    relinking.work_off(book.company, lambda: None)
    relinking.work_off(book.company, lambda: None)
    assert relinking.pending(book.company) == []
    truth = make(1)[1]
    assert placed(book) == expected(book, truth, [(one.expense_id, rule("vendor", "contains", "northgrid"))])
    sums_are_kept(book)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Rule(()), "no condition"),
        (rule("vendor", "contains", "  "), "empty"),
        (rule("vendor", "contains"), "empty"),
        (rule("vendor", "contains", "x" * 201), "longer"),
        (Rule((Criterion(field=Field.AMOUNT, verb=Verb.BETWEEN, low=2, high=1),)), "above"),
        (Rule((Criterion(field=Field.AMOUNT, verb=Verb.BETWEEN),)), "no bound"),
        (rule("vendor", "contains", 7), "picked"),
        (rule("dimension", "is", "East"), "class"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_words(book: Book, alice: User, made: Rule, said: str) -> None:
    events = AuditEvent.objects.count()
    with pytest.raises(BadRule, match=said):
        link(book, alice, "Bad", made)
    assert not Link.objects.exists()
    assert AuditEvent.objects.count() == events + 1  # the expense was added, the link was not


def test_a_rule_that_matches_nothing_is_told(book: Book, alice: User) -> None:
    into = add_expense(company=book.company, person=alice, name="Nothing", department=None)
    with pytest.raises(NothingMatches, match="No line matches"):
        save_link(
            company=book.company,
            person=alice,
            book=book,
            expense=into,
            draft=Draft(rule=rule("vendor", "is", "Nobody")),
        )


def test_figures_equal_their_entries_when_a_linked_account_stops_being_an_expense(book: Book, alice: User) -> None:
    from tieout.core.accounts import AccountType
    from tieout.core.month import Month
    from tieout.core.records import AccountRecord
    from tieout.expenses.cells import cell
    from tieout.expenses.entries import Asked, entry_page

    draft = Draft(rule=rule("vendor", "contains", "northgrid"))
    save_link(company=book.company, person=alice, book=book, expense=expense(book, "6200"), draft=draft)
    turned = [
        msgspec.structs.replace(it, type=AccountType.ASSET)
        if isinstance(it, AccountRecord) and it.external_id == "6200" else it
        for it in LISTS
    ]  # fmt: skip
    sync(book, make(1)[0], turned, ())
    for key in (f"expense:{expense(book, '5010').pk}", "unassigned", "total"):
        figure = cell(book.company, book, key, Month(2025, 5), Month(2026, 3))
        asked = Asked(book=book, cell=figure, payroll_accounts=None)
        assert entry_page(asked).total == figure.amount != 0, key
