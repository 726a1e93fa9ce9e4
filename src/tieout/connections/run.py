"""One sync run from its first call to its end: read, prove, publish.

Killed anywhere, it goes on from its checkpoint in another worker.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction

from tieout.connections import admission, checking, ending, providers
from tieout.connections.holding import Hold, TakenOver
from tieout.connections.models import RunState, SyncRun
from tieout.connections.plan import Plan, compared_months, windows
from tieout.connections.reading import Reader
from tieout.connections.source import Source, open_source
from tieout.core.month import Month
from tieout.jobs.registry import Interrupted, RetryAt
from tieout.ledger import publication, versions
from tieout.ledger.models import Book
from tieout.ledger.staging import Stage
from tieout.providerkit.errors import ProviderError, QuotaSpent, TryAgainLater

log = logging.getLogger(__name__)

_PATIENCE = 6  # how often a run waits for a platform in trouble before it ends
_FIRST_WAIT = timedelta(seconds=10)


class _OutOfPatience(ProviderError):
    remedy = "The published figures stay. Refresh again when the provider is well."


class _Broken(ProviderError):
    remedy = "The reason is in the log of the worker. Refresh to try again."


def execute(run_id: int, *, clock: Callable[[], datetime], check: Callable[[], None]) -> None:
    """Bring a run to its end. ``clock`` tells the time (aware); ``check`` raises when the worker should stop.

    Raise RetryAt where the platform is in passing trouble: the run waits, its checkpoint stays.
    """
    resting = SyncRun.objects.filter(pk=run_id).values_list("waiting_until", flat=True).get()
    if resting is not None and resting > clock():
        raise RetryAt(resting)  # the provider said until when: a second job for the run must not ask earlier
    hold = Hold.take(run_id, clock)
    if hold is None:
        return
    try:
        _sync(hold, open_source(hold), check)
    except (TryAgainLater, QuotaSpent) as trouble:
        _wait_or_fail(hold, trouble)
    except (ProviderError, providers.SandboxRefused) as error:
        log.warning("run %s of connection %s ended: %s", run_id, hold.run.connection_id, error)
        ending.failed(hold, error if isinstance(error, ProviderError) else ProviderError(str(error)))
    except (RetryAt, TakenOver, Interrupted, OperationalError, InterfaceError):
        raise  # the run goes on: later, in other hands, or when the database is back
    except Exception:  # a bug of ours: the run must look failed, and the bug must be seen
        ending.failed(hold, _Broken("Tieout itself failed while syncing. The published figures stay."))
        raise


def _sync(hold: Hold, source: Source, check: Callable[[], None]) -> None:
    book, books = source.book, source.books
    version, plan = _version(hold, source)
    # What the version is read by becomes the book's own at its publication: until then readers have the old one.
    book.start, book.fiscal_year_first_month = plan.start, plan.first_month
    stage = Stage(book, version, hold.guard)
    reader = Reader(books, stage, hold, check)
    reader.lists()
    reader.opening()
    reader.windows(windows(plan.start, today=plan.day, future_months=books.capabilities.future_months))
    months = compared_months(plan.start, today=plan.day)
    result, doubts = checking.prove(reader, months)
    _count(hold, book, version)
    if doubts:
        ending.held(hold, stage, result, doubts)
        return
    ending.published_or_unchanged(hold, stage, result, reader.placement, due_months(hold.run, months))


def due_months(run: SyncRun, months: Sequence[Month]) -> list[Month]:
    """Return the months that a run admits, by the company's calendar on the day on which it began to read."""
    connection = run.connection
    began = (run.started_at or run.requested_at).astimezone(connection.company.zone).date()
    return admission.due_months(months, today=began, sync_day=connection.sync_day)


def _version(hold: Hold, source: Source) -> tuple[int, Plan]:
    """Return the run's open version and by what it is read: its own from before a kill, or a new one.

    A version that was begun by another plan is given up: its checkpoint counts windows of that plan.
    """
    run, book = hold.run, source.book
    book.refresh_from_db(fields=["open_version"])
    kept = run.plan
    mine = run.version is not None and run.book_id == book.pk and book.open_version == run.version
    same = kept is not None and (kept.start, kept.first_month) == (source.plan.start, source.plan.first_month)
    if mine and same and run.version is not None and kept is not None:
        return run.version, kept
    with transaction.atomic():
        hold.guard()  # what an earlier run holds is swept now: nobody may publish the remains
        SyncRun.objects.filter(connection=run.connection_id, state=RunState.HELD).update(version=None)
    taken = versions.take(book, hold.guard)
    plan = source.plan
    hold.note(
        book=book.pk, version=taken, windows_done=0, resume="", planned_start=plan.start,
        planned_first_month=plan.first_month, planned_day=plan.day,
    )  # fmt: skip
    run.book, run.version, run.windows_done, run.resume = book, taken, 0, ""
    return taken, plan


def _count(hold: Hold, book: Book, version: int) -> None:
    lines, listed = publication.line_changes(book, version), publication.new_in_lists(book, version)
    hold.note(
        lines_added=lines.added, lines_changed=lines.changed, lines_removed=lines.removed,
        new_accounts=listed.get("account", 0), new_parties=listed.get("party", 0),
    )  # fmt: skip


def _wait_or_fail(hold: Hold, trouble: TryAgainLater | QuotaSpent) -> None:
    now = hold.clock()
    attempts = hold.run.attempts + 1
    match trouble:
        case QuotaSpent():
            until = trouble.until
        case TryAgainLater():
            if attempts > _PATIENCE:
                ending.failed(hold, _OutOfPatience(f"{trouble}. It was tried {attempts} times."))
                return
            until = now + (trouble.after or _FIRST_WAIT * 2 ** (attempts - 1))
    hold.note(attempts=attempts, waiting_until=until, reason=str(trouble), remedy=trouble.remedy)
    raise RetryAt(until, str(trouble))
