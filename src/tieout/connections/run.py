"""One sync run from its first call to its end: read, prove, publish.

Killed anywhere, it goes on from its checkpoint in another worker.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction

from tieout.connections import admission, checking, ending, parts, providers
from tieout.connections.deciding import decide
from tieout.connections.holding import Hold, TakenOver
from tieout.connections.models import Phase, Reach, RunState, SyncRun
from tieout.connections.plan import WHOLE_EVERY, Plan, check_is_due, compared_months, still_right
from tieout.connections.reading import AFRESH, LISTS, OPENING, Reader
from tieout.connections.source import Source, open_source
from tieout.core.month import Month
from tieout.core.records import After
from tieout.jobs.registry import Interrupted, RetryAt
from tieout.ledger import publication, tie_out, touched, versions
from tieout.ledger.models import Book
from tieout.ledger.staging import Stage
from tieout.providerkit.errors import ProviderError, QuotaSpent, TryAgainLater

log = logging.getLogger(__name__)

PATIENCE = timedelta(hours=24)  # how long a run waits for a platform in trouble before it ends
_FIRST_WAIT = timedelta(seconds=10)  # each wait is twice the one before
_LONGEST_WAIT = timedelta(hours=1)


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
        raise RetryAt(resting)  # a second job for the run must not ask earlier
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
    book.source = books.capabilities.source
    stage = Stage(book, version, hold.guard)
    reader = Reader(books, stage, hold, check)
    reader.afresh()
    reader.lists()
    reader.opening()
    hold.note(phase=Phase.LINES)
    reader.read()
    if books.capabilities.numbered:
        plan = _from_the_first_entry(hold, book, plan)
    months = compared_months(plan.start, today=plan.day)
    result, doubts = checking.prove(reader, months)
    fall = tie_out.coverage_fall(book, result)
    if (doubts or fall) and hold.run.reach == Reach.CHANGES and not _begun_anew_lately(hold):
        _everything_instead(hold, _UNEXPLAINED if doubts else _LESS_ITEMISED)
        _sync(hold, source, check)
        return
    reader.explain(result.explanation)
    _count(hold, book, version)
    if doubts or fall:
        ending.held(hold, stage, result, doubts, fall)
        return
    ending.published_or_unchanged(hold, stage, result, reader.placement, due_months(hold.run, months))


def _from_the_first_entry(hold: Hold, book: Book, plan: Plan) -> Plan:
    """Return the plan with the start that a numbered feed has shown: known when it has been read."""
    first = touched.first_day(book)
    if first is None:
        return plan
    start = Month.of(first).fiscal_year_start(plan.first_month).start
    hold.note(planned_start=start)
    hold.run.planned_start = book.start = start
    return replace(plan, start=start)


_UNEXPLAINED = "Balances differed, and reading the months in which they begin to did not explain it."
_LESS_ITEMISED = "Much less of the books was itemised than at the last sync."


def _everything_instead(hold: Hold, because: str) -> None:
    """Begin anew, with every month: what changed is neither told nor where the balances differ."""
    hold.note(everything=True, because=because, version=None)
    hold.run.everything, hold.run.because, hold.run.version = True, because, None


def _begun_anew_lately(hold: Hold) -> bool:
    """Whether a numbered feed was read from its beginning within a week.

    That may take hours and most of a day's calls; what it holds never changes, so that often it cannot help.
    """
    run = hold.run
    if not parts.is_numbered(run.parts):
        return False
    ended = SyncRun.objects.filter(connection=run.connection_id, finished_at__gt=hold.clock() - WHOLE_EVERY)
    return any(parts.stored(After()) in read for read in ended.values_list("parts", flat=True))


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
    book.refresh_from_db(fields=["open_version", "start", "fiscal_year_first_month"])
    kept = run.plan
    mine = run.version is not None and run.book_id == book.pk and book.open_version == run.version
    if mine and kept is not None and run.version is not None and _still_right(kept, source, run):
        return run.version, kept
    with transaction.atomic():
        hold.guard()  # what an earlier run holds is swept now: nobody may publish the remains
        SyncRun.objects.filter(connection=run.connection_id, state=RunState.HELD).update(version=None)
    taken = versions.take(book, hold.guard)
    decision = decide(source, run, weekly=check_is_due(book.read_whole_at, now=hold.clock()))
    plan = decision.plan
    received: dict[str, list[int]] = {}
    if not decision.lists:
        received[LISTS] = []
    if not decision.opening:
        received[OPENING] = []
    if not decision.afresh:
        received[AFRESH] = []
    hold.progress(
        book_id=book.pk, version=taken, windows_done=0, resume="", planned_start=plan.start,
        planned_first_month=plan.first_month, planned_day=plan.day, reach=decision.reach, because=decision.because,
        cursor=decision.cursor, source=source.books.capabilities.source, told=decision.told, drifted=0,
        received=received, windows_total=len(decision.parts), parts=[parts.stored(part) for part in decision.parts],
    )  # fmt: skip
    run.book = book
    return taken, plan


def _still_right(kept: Plan, source: Source, run: SyncRun) -> bool:
    can = source.books.capabilities
    if can.source != run.source:
        return False  # the grant opens another one now
    return can.numbered or still_right(
        kept,
        run.connection.history,
        today=source.today,
        first_month=source.first_month,
        earliest=source.books.earliest,
    )


def _count(hold: Hold, book: Book, version: int) -> None:
    lines, listed = publication.line_changes(book, version), publication.new_in_lists(book, version)
    hold.note(
        lines_added=lines.added, lines_changed=lines.changed, lines_removed=lines.removed,
        new_accounts=listed.get("account", 0), new_parties=listed.get("party", 0),
    )  # fmt: skip


def _wait_or_fail(hold: Hold, trouble: TryAgainLater | QuotaSpent) -> None:
    """Put the run to rest. A platform in trouble is asked less and less often, for a day; a quota has its time."""
    now, run = hold.clock(), hold.run
    attempts, since = run.attempts + 1, run.troubled_since
    match trouble:
        case QuotaSpent():
            until, told = trouble.until, True
        case TryAgainLater():
            since = since or now
            if now - since >= PATIENCE:
                ending.failed(hold, _OutOfPatience(f"{trouble}. It was tried {attempts} times, for 24 hours."))
                return
            wait = min(_FIRST_WAIT * 2 ** min(run.attempts, 20), _LONGEST_WAIT)
            until = now + max(trouble.after or wait, wait)
            told = trouble.after is not None
    hold.note(
        attempts=attempts, waiting_until=until, told_to_wait=told, troubled_since=since, reason=str(trouble),
        remedy=trouble.remedy,
    )  # fmt: skip
    raise RetryAt(until, str(trouble))
