"""Xero's two sources over the same books in several currencies: what no posting explains, and one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import httpx2
import pytest

from tieout.connections import consent, providers
from tieout.connections.models import RunState
from tieout.core.records import EntryKind
from tieout.ledger.changes_between import Kind, line_changes, mapping_today
from tieout.ledger.models import OPEN, Entry, Publication
from tieout.proofs.ground import HERE
from tieout.proofs.linking import Link, Time, linked
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.proving import consent as click
from tieout.providers.xero.proving import provider
from tieout.providers.xero.sandbox.host import Sandbox
from tieout.providers.xero.sandbox.small import small

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stand() -> Sandbox:
    clock = Clock.at(date(2026, 4, 15))
    return Sandbox([small(clock=clock, today=clock.today()).org], clock=clock, limits=False)


def link_to(stand: Sandbox, *, journals: str) -> Iterator[Link]:
    clock = Time(stand.clock.now())
    there = provider(HERE, httpx2.WSGITransport(app=stand.app), clock=clock, JOURNALS=journals)
    with linked("xero", stand, clock=clock, provider=there) as made:
        yield made


@pytest.fixture
def by_journals(stand: Sandbox) -> Iterator[Link]:
    yield from link_to(stand, journals="1")


@pytest.fixture
def by_documents(stand: Sandbox) -> Iterator[Link]:
    yield from link_to(stand, journals="")


def kinds(link: Link) -> set[str]:
    return set(Entry.objects.filter(book=link.book.pk, valid_to=OPEN).values_list("kind", flat=True))


def authorise_again(link: Link, stand: Sandbox) -> None:
    """Give access anew, to the journals too."""
    inner = httpx2.WSGITransport(app=stand.app)
    providers.stand_ins["xero"] = provider(HERE, inner, clock=link.clock, JOURNALS="1")
    company = link.connection.company
    page = consent.begin(company, link.person, "xero", consent.Wishes(), session="s", now=link.clock())
    consent.complete("xero", click(inner, page), link.person, session="s", now=link.clock())


def test_by_journals_only_the_rate_is_explained(by_journals: Link) -> None:
    run = by_journals.sync()
    assert (run.state, run.reason, run.differing) == (RunState.PUBLISHED, "", 0)
    assert Publication.objects.get().verified
    assert kinds(by_journals) == {EntryKind.POSTED.value, EntryKind.REVALUATION.value}
    assert by_journals.sync().state == RunState.UNCHANGED


def test_by_documents_what_has_none_is_one_entry_a_month(by_documents: Link) -> None:
    run = by_documents.sync()
    assert (run.state, run.reason, run.differing) == (RunState.PUBLISHED, "", 0)
    assert Publication.objects.get().verified
    assert EntryKind.RESIDUAL.value in kinds(by_documents)
    assert by_documents.sync().state == RunState.UNCHANGED


def test_another_source_nets_record_by_record(by_documents: Link, stand: Sandbox) -> None:
    """All that moves is what documents could not tell: it leaves the residuals, and comes as postings of its own."""
    by_documents.sync()
    authorise_again(by_documents, stand)
    run = by_documents.sync()
    assert (run.state, run.reason, by_documents.book.source) == (RunState.PUBLISHED, "", "journals")
    first, second = Publication.objects.order_by("number")
    assert second.verified
    states = mapping_today(first), mapping_today(second)
    found = line_changes(by_documents.book, *states, payroll_accounts=None, limit=10_000)
    assert {it.before.type for it in found.page if it.before} == {"Not itemised"}
    came = {it.after.type for it in found.page if it.kind is Kind.ADDED and it.after}
    assert came == {"System Journal", "Currency revaluation", "Expense Claim", "Expense Claim Payment"}
    # The cost of what was sold from stock is in the invoice's journal and in no document.
    more = [(it.after.type, it.after.amount) for it in found.page if it.kind is Kind.CHANGED and it.after]
    assert sorted(more) == [("Invoice", -32_00), ("Invoice", 32_00)]
