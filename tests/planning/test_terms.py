"""Payment terms: what they may be, who may change them, and what happens to expenses when one goes."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.expenses.small_ledger import expense
from tieout.companies import services as companies
from tieout.companies.models import AuditEvent, Company
from tieout.ledger.models import Book
from tieout.planning.models import Options, Paid, PaymentTerm
from tieout.planning.terms import TermRefused, in_words, read_shares, remove_term, save_term, terms

pytestmark = pytest.mark.django_db


def page(company: Company, rest: str = "") -> str:
    return f"/c/{company.slug}/settings/payment-terms/{rest}"


def a_term(company: Company, person: User, name: str = "30 days", shares: tuple[int, ...] = (0, 10_000)) -> PaymentTerm:
    return save_term(company=company, person=person, name=name, shares=shares)


def used(book: Book, term: PaymentTerm) -> Options:
    return Options.objects.create(
        company=book.company, expense=expense(book, "5010"), driver="amount", paid=Paid.CUSTOM, term=term
    )


@pytest.mark.parametrize(
    ("texts", "shares"),
    [
        (["100"], (10_000,)),
        (["30", "", "70 %", "", ""], (3_000, 0, 7_000)),
        (["33.33", "33,33", "33.34"], (3_333, 3_333, 3_334)),
        ([""] * 35 + ["100"], (0,) * 35 + (10_000,)),
    ],
)
def test_percentages_are_read(texts: list[str], shares: tuple[int, ...]) -> None:
    assert read_shares(texts) == shares


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([], "Nothing is paid."),
        (["", " "], "Nothing is paid."),
        (["40", "50"], "These sum to 90 %. 10 % is missing."),
        (["60", "50.5"], "These sum to 110.5 %. 10.5 % is too much."),
        (["soon"], "“soon”, in month 1, is not a percentage."),
        (["50", "NaN"], "is not a percentage."),
        (["33.333", "66.667"], "has more than two decimals."),
        (["150", "-50"], "is not between 0 and 100."),
        ([""] * 36 + ["100"], "at most 36 months"),
    ],
)
def test_what_is_no_term_is_refused_in_words(texts: list[str], told: str) -> None:
    with pytest.raises(TermRefused) as refusal:
        read_shares(texts)
    assert told in str(refusal.value)


def test_a_term_reads_as_a_sentence() -> None:
    assert in_words((3_000, 0, 7_000)) == "30 % in the same month, 70 % after 2 months"
    assert in_words((0, 10_000)) == "100 % after 1 month"


def test_an_owner_adds_changes_and_removes_a_term(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    assert b"No terms of your own yet" in client.get(page(company)).content
    shown = client.post(page(company, "add/"), {"name": "Half and half", "share": ["50", "50"]}, follow=True)
    assert b"Half and half was added." in shown.content
    assert b"50 % in the same month, 50 % after 1 month" in shown.content
    made = terms(company)[0]
    client.post(page(company, f"{made.id}/"), {"name": "Half and half", "share": ["40", "60"]})
    assert terms(company)[0].shares == (4_000, 6_000)
    assert b"No expense is paid by Half and half" in client.get(page(company, f"{made.id}/remove/")).content
    client.post(page(company, f"{made.id}/remove/"))
    assert terms(company) == []
    told = [
        event.what for event in AuditEvent.objects.filter(company=company, object_kind="paymentterm").order_by("pk")
    ]
    assert told == ["added a payment term", "changed a payment term", "removed a payment term"]


def test_what_was_typed_is_kept_when_the_sum_is_wrong(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    answer = client.post(page(company, "add/"), {"name": "Late", "share": ["40", "", "50"]})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "These sum to 90 %. 10 % is missing." in shown
    assert 'value="Late"' in shown
    assert 'value="40"' in shown
    assert 'value="50"' in shown
    assert terms(company) == []


@pytest.mark.parametrize("name", ["", "  ", "Immediately", "non-CASH", "30 DAYS", "x" * 81])
def test_a_name_that_is_taken_or_empty_is_refused(alice: User, company: Company, name: str) -> None:
    a_term(company, alice)
    with pytest.raises(TermRefused) as refusal:
        a_term(company, alice, name=name)
    assert refusal.value.field == "name"


def test_saving_the_same_again_writes_nothing(alice: User, company: Company) -> None:
    made = a_term(company, alice)
    events = AuditEvent.objects.count()
    save_term(company=company, person=alice, name="30 days", shares=(0, 10_000), term_id=made.pk)
    assert AuditEvent.objects.count() == events


def test_a_term_in_use_needs_one_that_takes_over(client: Client, alice: User, book: Book) -> None:
    term, other = a_term(book.company, alice), a_term(book.company, alice, name="60 days", shares=(0, 0, 10_000))
    options = used(book, term)
    client.force_login(alice)
    asked = client.get(page(book.company, f"{term.pk}/remove/")).content.decode()
    assert "1 expense is paid by 30 days" in asked
    assert "5010 Hosting" in asked
    refused = client.post(page(book.company, f"{term.pk}/remove/"), {"target": ""})
    assert (refused.status_code, b"Choose the term that takes over" in refused.content) == (422, True)
    client.post(page(book.company, f"{term.pk}/remove/"), {"target": str(other.pk)})
    options.refresh_from_db()
    assert (options.paid, options.term) == (Paid.CUSTOM, other)
    remove_term(company=book.company, person=alice, term_id=other.pk, target="non_cash")
    options.refresh_from_db()
    assert (options.paid, options.term) == (Paid.NON_CASH, None)


def test_another_company_s_term_is_no_target_and_not_found(
    client: Client, alice: User, charlie: User, book: Book
) -> None:
    other = companies.create_company(name="Other", person=charlie)
    theirs = a_term(other, charlie)
    mine = a_term(book.company, alice)
    used(book, mine)
    with pytest.raises(TermRefused):
        remove_term(company=book.company, person=alice, term_id=mine.pk, target=str(theirs.pk))
    with pytest.raises(TermRefused):
        save_term(company=book.company, person=alice, name="Ours", shares=(10_000,), term_id=theirs.pk)
    client.force_login(alice)
    assert client.get(page(book.company, f"{theirs.pk}/")).status_code == 404
    assert client.post(page(book.company, f"{theirs.pk}/remove/")).status_code == 404
    theirs.refresh_from_db()
    assert theirs.name == "30 days"


def test_a_viewer_sees_terms_and_no_way_to_change_them(
    client: Client, bob: User, alice: User, company: Company
) -> None:
    made = a_term(company, alice)
    client.force_login(bob)
    shown = client.get(page(company)).content.decode()
    assert "30 days" in shown
    assert "Add a term" not in shown
    assert "Remove" not in shown
    assert client.get(page(company, f"{made.pk}/")).status_code == 403
    assert client.post(page(company, "add/"), {"name": "x", "share": ["100"]}).status_code == 403


def test_a_stranger_finds_nothing(client: Client, charlie: User, company: Company) -> None:
    client.force_login(charlie)
    assert client.get(page(company)).status_code == 404
    assert client.post(page(company, "add/"), {"name": "x", "share": ["100"]}).status_code == 404
