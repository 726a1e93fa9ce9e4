"""How a run ends: published, unchanged, held or failed. Each ending is one transaction with all that goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Model

from tieout.connections import admission, deciding, restating, telling
from tieout.connections.holding import Hold
from tieout.connections.models import Connection, ConnectionState, Phase, Reach, RunState
from tieout.core.month import Month
from tieout.ledger import publication, tie_out, versions
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book, Publication
from tieout.ledger.placing import Placement
from tieout.ledger.staging import Stage
from tieout.ledger.tie_out import CoverageFall, Mismatch, TieOut
from tieout.providerkit.errors import PermissionMissing, ProviderError, ReconnectRequired
from tieout.ui import figures

_SHUT = (
    "The figures of the last sync stay. The platform gives this connection other postings than before: ask whoever "
    "runs Tieout whether its access was cut down there. Once it is restored, refresh again. If it stays so, an admin "
    "can publish this sync: every balance is still that of the books."
)


def published_or_unchanged(
    hold: Hold, stage: Stage, result: TieOut, placement: Placement, months: Sequence[Month]
) -> None:
    """End a run whose books tie, or differ where they differed before."""
    book, version = stage.book, stage.version
    if not publication.has_changes(book, version) and _is_shown(book):
        publication.discard(book, version, hold.guard, also=lambda: _unchanged(hold, book, months))
        return
    hold.note(phase=Phase.PUBLISH, reading="")
    tie_out.record(book, version, result, hold.guard)
    publication.publish(
        book, version, placement, verified=result.tied, at=hold.clock(), guard=hold.guard,
        also=lambda made: finish_published(hold, made, months),
    )  # fmt: skip


def _is_shown(book: Book) -> bool:
    """Whether readers see this book: the company's newest publication is one of it."""
    last = Publication.objects.filter(company=book.company_id).order_by("-number").first()
    return last is not None and last.book_id == book.pk and last.version == book.published


def finish_published(hold: Hold, made: Publication, months: Sequence[Month]) -> None:
    """Write what goes with a publication; within its transaction."""
    admission.admit(made, months)
    _goes_on(hold)
    _connection_is_well(hold, made.at)
    restating.tell_restated(hold, made)
    hold.note(state=RunState.PUBLISHED, phase=Phase.DONE, reading="", publication=_pk(made), finished_at=hold.clock())
    telling.run_ended(hold.run.pk, at=hold.clock())


def held(
    hold: Hold, stage: Stage, result: TieOut, doubts: Sequence[Mismatch], fall: CoverageFall | None = None
) -> None:
    """End a run whose books no longer tie, or of which much less is itemised.

    The old figures stay, what was read is kept for an admin to decide.
    """
    tie_out.record(stage.book, stage.version, result, hold.guard)
    with transaction.atomic():
        Connection.objects.filter(pk=hold.run.connection_id).update(failing_since=None)  # they could be read
        hold.note(
            state=RunState.HELD,
            finished_at=hold.clock(),
            reading="",
            fell_from=fall.before if fall and not doubts else None,
            reason=held_reason(stage.book, stage.version, doubts) if doubts else _less_itemised(fall),
            remedy=_SHUT if not doubts and hold.run.because == deciding.OTHER_SOURCE else _may_be_posting(doubts),
        )
        telling.run_ended(hold.run.pk, at=hold.clock())


def failed(hold: Hold, error: ProviderError) -> None:
    """End a run that could not trust, or could not reach, the books: what it staged is undone, old figures stay."""
    book = hold.run.book
    if book is not None and hold.run.version is not None:
        book.refresh_from_db(fields=["open_version"])
        if book.open_version == hold.run.version:  # not what an earlier run holds for an admin to decide
            versions.sweep(book, hold.guard)
    now = hold.clock()
    with transaction.atomic():
        hold.note(
            state=RunState.FAILED, finished_at=now, reading="", version=None, reason=str(error), remedy=error.remedy
        )
        _connection_fails(hold.run.connection_id, error, hold.run.troubled_since or now)
        telling.run_ended(hold.run.pk, at=hold.clock())


def held_reason(book: Book, version: int, doubts: Sequence[Mismatch]) -> str:
    """Return what differs, in a sentence: the first places, and how many there are."""
    names = {id_: account.label for id_, account in chart(book, version).items()}
    first = doubts[0]
    name = names.get(first.account, "Net income")
    places = "One balance that tied" if len(doubts) == 1 else f"{len(doubts)} balances that tied"
    return (
        f"{places} before would now differ from the books. First: {name} at the end of {first.month.start:%B %Y}, "
        f"by {figures.difference(abs(first.difference), book.digits)} {book.currency} "
        f"(ours {figures.difference(first.ours, book.digits)}, {first.statement.replace('_', ' ')} "
        f"{figures.difference(first.theirs, book.digits)})."
    )


def _may_be_posting(doubts: Sequence[Mismatch]) -> str:
    return (
        "The figures of the last sync stay. Refresh again: somebody may have been posting. If the books are right as "
        f"they are now, an admin can publish this sync{', marked UNVERIFIED' if doubts else ''}."
    )


def _less_itemised(fall: CoverageFall | None) -> str:
    if fall is None:
        return ""
    return (
        f"Single postings explain {figures.share(fall.now)} of what moved in the books, {figures.share(fall.before)} "
        "at the last sync: much more would be shown as not itemised. Postings may be missing from what the provider "
        "lets us read."
    )


def _unchanged(hold: Hold, book: Book, months: Sequence[Month]) -> None:
    last = Publication.objects.filter(book=book, version=book.published).get()
    admission.admit(last, months)
    _goes_on(hold)
    _connection_is_well(hold, hold.clock())
    hold.note(
        state=RunState.UNCHANGED, phase=Phase.DONE, reading="", publication=_pk(last), finished_at=hold.clock(),
        version=None,
    )  # fmt: skip
    telling.run_ended(hold.run.pk, at=hold.clock())


def _goes_on(hold: Hold) -> None:
    """Let the next run ask for what changed since this one began; within the transaction that ends the run."""
    run = hold.run
    if run.book is not None:
        whole = run.started_at if run.reach == Reach.EVERYTHING else None
        publication.goes_on(run.book, run.cursor, read_whole_at=whole)


def _connection_is_well(hold: Hold, compared_at: datetime) -> None:
    """Take back what was told of trouble; a grant that is gone, and a pause, stay whatever is published."""
    Connection.objects.filter(pk=hold.run.connection_id).update(verified_at=compared_at, failing_since=None)
    stays = (ConnectionState.DISCONNECTED, ConnectionState.RECONNECT, ConnectionState.PAUSED)
    Connection.objects.filter(pk=hold.run.connection_id).exclude(state__in=stays).update(
        state=ConnectionState.CONNECTED, trouble="", remedy=""
    )


def _connection_fails(connection: int, error: ProviderError, since: datetime) -> None:
    """Say since when, and what is lost with it: the schedule ends with the access, a pause stays."""
    still = Connection.objects.filter(pk=connection).exclude(state=ConnectionState.DISCONNECTED)
    still.filter(failing_since=None).update(failing_since=since)
    told = {"trouble": str(error), "remedy": error.remedy}
    if isinstance(error, ReconnectRequired):
        still.update(state=ConnectionState.RECONNECT, next_sync_at=None, **told)
    elif isinstance(error, PermissionMissing):
        still.exclude(state=ConnectionState.PAUSED).update(state=ConnectionState.ERROR, **told)


def _pk(row: Model) -> int:
    return int(row.pk)
