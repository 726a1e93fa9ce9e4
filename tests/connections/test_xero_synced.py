"""Whole runs over Xero's sandbox, by journals: what is published, what a day's work changes, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import cast

import httpx2
import pytest
from django.db.models import Q

from tieout.connections.models import Reach, RunState
from tieout.connections.run import execute
from tieout.jobs.registry import RetryAt
from tieout.ledger.models import OPEN, Book, Entry, Publication
from tieout.proofs import small
from tieout.proofs.comparison import our_lines
from tieout.proofs.ground import HERE
from tieout.proofs.linking import Link, Time, linked
from tieout.proofs.tying import must_be_well, must_equal_line_by_line, must_equal_the_books
from tieout.providers.xero import journals
from tieout.providers.xero.proving import damages, provider, sandbox, spoiling
from tieout.providers.xero.proving.damage import Between
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.host import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stand(tmp_path: Path) -> Sandbox:
    path = tmp_path / "small.jsonl"
    path.write_text(small.BOOKS)
    return sandbox(str(path), today=small.TODAY)


@pytest.fixture
def org(stand: Sandbox) -> Organisation:
    return stand.organisation()


@pytest.fixture
def between(stand: Sandbox) -> Between:
    return spoiling(httpx2.WSGITransport(app=stand.app))


@pytest.fixture
def link(stand: Sandbox, between: Between) -> Iterator[Link]:
    clock = Time(stand.clock.now())
    there = provider(HERE, cast("httpx2.BaseTransport", between), clock=clock, JOURNALS="1")
    with linked("xero", stand, clock=clock, provider=there) as made:
        yield made


def published(book: Book) -> set[tuple[str, bytes]]:
    """Return what readers see: each entry's key, and what stands in it, digested."""
    seen = Entry.objects.filter(
        Q(valid_to__gt=book.published) | Q(valid_to=OPEN), book=book.pk, valid_from__lte=book.published
    )
    return {(key, bytes(digest)) for key, digest in seen.values_list("key", "hash")}


def bill(org: Organisation) -> str:
    """Return the id of a bill that has not been paid."""
    return next(ident for ident, it in org.documents["Invoices"].items() if it["Status"] == "AUTHORISED")


def test_the_first_sync_publishes_every_journal_and_ties_out(link: Link) -> None:
    run = link.sync()
    assert (run.state, run.reason, run.reach) == (RunState.PUBLISHED, "", Reach.EVERYTHING)
    must_be_well(run)
    must_equal_the_books(link)
    assert Publication.objects.get().verified
    assert link.book.source == "journals"


def test_an_edit_comes_as_a_journal_that_undoes_and_one_anew(link: Link, org: Organisation) -> None:
    link.sync()
    ident = bill(org)
    lines = [{**line, "LineAmount": line["LineAmount"] + 5} for line in org.documents["Invoices"][ident]["LineItems"]]
    org.update("Invoices", ident, {"LineItems": lines})
    run = link.sync()
    must_be_well(run)
    must_equal_the_books(link)
    assert run.reach == Reach.CHANGES
    entries = list(Entry.objects.filter(book=link.book.pk, record=f"Invoice:{ident}", valid_to=OPEN).order_by("pk"))
    assert [bool(it.reverses) for it in entries] == [False, True, False]
    assert entries[1].reverses == entries[0].key
    assert {it.party for it in entries} == {entries[0].party}
    assert len({it.number for it in entries}) == 1


def test_a_contact_that_is_changed_is_there_after_the_next_sync(link: Link, org: Organisation) -> None:
    link.sync()
    ident = bill(org)
    before = Entry.objects.get(book=link.book.pk, record=f"Invoice:{ident}", valid_to=OPEN)
    posted = len(org.journals)
    own = org.documents["Invoices"][ident]["Contact"]["ContactID"]
    other = next(it for it in org.documents["Contacts"] if it != own)
    org.update("Invoices", ident, {"Contact": {"ContactID": other}})
    must_be_well(link.sync())
    found = Entry.objects.filter(book=link.book.pk, record=f"Invoice:{ident}", valid_to=OPEN)
    assert len(org.journals) in (posted, posted + 2)  # whether a journal comes of it is the platform's
    standing = found.order_by("-pk")[0]
    assert standing.party != before.party
    assert standing.party is not None


def test_a_quiet_day_writes_nothing(link: Link) -> None:
    link.sync()
    before = published(link.book)
    assert link.sync().state == RunState.UNCHANGED
    assert published(link.book) == before


def test_what_was_misread_at_the_first_sync_is_put_right_by_it(
    link: Link, stand: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "OVERLAP", 0)  # these books have few: none of them is looked at again by itself
    stand.faults.set("alter_amount", times=1, path="Journals")
    run = link.sync()
    must_be_well(run)
    must_equal_the_books(link)
    assert Publication.objects.get().verified


def test_a_day_whose_calls_are_used_up_ends_and_the_next_goes_on(link: Link, stand: Sandbox) -> None:
    stand.faults.set("short_page", 4)
    run = link.request()
    stand.faults.set("day_limit", 3600, times=1, path="Journals")
    with pytest.raises(RetryAt) as later:
        execute(run.pk, clock=link.clock, check=lambda: None)
    assert timedelta(minutes=59) < later.value.when - link.clock() <= timedelta(hours=1)
    must_be_well(link.sync())
    must_equal_the_books(link)


def test_a_user_who_may_not_see_reports_is_told_so(link: Link, stand: Sandbox) -> None:
    link.control("role", role="no_reports")
    run = link.sync()
    assert run.state == RunState.FAILED
    assert "may not see reports" in run.reason
    link.control("role", role="adviser")
    must_be_well(link.sync())


@pytest.mark.parametrize("seed", range(4))
def test_spoilt_pages(seed: int, link: Link, between: Between) -> None:
    """Whatever is spoilt, what is published stays, or is right."""
    dice = Random(seed)
    must_be_well(link.sync())
    between.sound.clear()
    must_be_well(link.sync(everything=True))
    sound = dict(between.sound)
    for page in dice.sample(sorted(sound), 4):
        damage = dice.choice(damages(page, sound[page], dice))
        before = published(link.book)
        between.page, between.spoil, between.hits = page, lambda _, body=damage.body: body, 0
        run = link.sync(everything=True)
        between.page = None
        told = f"{page}, {damage.name}: the run ended {run.state} ({run.reason})"
        if run.state in (RunState.FAILED, RunState.HELD):
            assert published(link.book) == before, told
            assert damage.ending in ("refused", "either"), told
            assert run.remedy, told
        else:
            assert damage.ending != "refused", told
            must_equal_the_books(link)
        must_be_well(link.sync(everything=True))
        must_equal_the_books(link)


def test_what_a_merged_contact_had_is_the_others_and_one_more_run_writes_nothing(link: Link, org: Organisation) -> None:
    must_be_well(link.sync())
    gone, stays = (next(ident for ident, it in org.documents["Contacts"].items() if it["Name"] == name)
                   for name in ("Adobe", "Bay Power"))  # fmt: skip
    link.control("merge", source=gone, target=stays)
    run = link.sync()
    assert run.state == RunState.PUBLISHED
    about = {line.party[1] for line in our_lines(link.book, link.book.published) if line.party}
    assert (gone in about, stays in about) == (False, True)
    must_equal_line_by_line(link)
    again = link.sync()
    assert (again.state, again.rows_written) == (RunState.UNCHANGED, 0)
