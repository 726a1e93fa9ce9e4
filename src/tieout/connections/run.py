"""One sync run from its first call to its end: read, prove, publish.

Killed anywhere, it goes on from its checkpoint in another worker.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError

from tieout.connections import admission, checking, credentials, ending, plan, providers
from tieout.connections.holding import Hold, TakenOver
from tieout.connections.models import Connection
from tieout.connections.reading import Reader
from tieout.core.month import Month
from tieout.core.records import Organisation
from tieout.expenses.placement import prepare
from tieout.jobs.registry import Interrupted, RetryAt
from tieout.ledger import publication, versions
from tieout.ledger.models import Book
from tieout.ledger.staging import Stage
from tieout.providerkit.errors import ProviderError, QuotaSpent, TryAgainLater, UnreadableBooks
from tieout.providerkit.interface import Books

log = logging.getLogger(__name__)

_PATIENCE = 6  # how often a run waits for a platform in trouble before it ends
_FIRST_WAIT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class _Source:
    """The opened books and what they said of themselves."""

    books: Books
    organisation: Organisation
    book: Book


class _OutOfPatience(ProviderError):
    remedy = "The published figures stay. Refresh again when the provider is well."


class _Broken(ProviderError):
    remedy = "The reason is in the log of the worker. Refresh to try again."


def execute(run_id: int, *, clock: Callable[[], datetime], check: Callable[[], None]) -> None:
    """Bring a run to its end. ``clock`` tells the time (aware); ``check`` raises when the worker should stop.

    Raise RetryAt where the platform is in passing trouble: the run waits, its checkpoint stays.
    """
    hold = Hold.take(run_id, clock)
    if hold is None:
        return
    book: Book | None = hold.run.connection.book
    try:
        source = _open(hold)
        book = source.book
        _sync(hold, source, check)
    except (TryAgainLater, QuotaSpent) as trouble:
        _wait_or_fail(hold, book, trouble)
    except (ProviderError, providers.SandboxRefused) as error:
        log.warning("run %s of connection %s ended: %s", run_id, hold.run.connection_id, error)
        ending.failed(hold, book, error if isinstance(error, ProviderError) else ProviderError(str(error)))
    except (RetryAt, TakenOver, Interrupted, OperationalError, InterfaceError):
        raise  # the run goes on: later, in other hands, or when the database is back
    except Exception:  # a bug of ours: the run must look failed, and the bug must be seen
        ending.failed(hold, book, _Broken("Tieout itself failed while syncing. The published figures stay."))
        raise


def _open(hold: Hold) -> _Source:
    """Open the books and find, or make, the book that holds them."""
    connection = hold.run.connection
    provider = providers.provider(connection.provider)
    keeper = credentials.Keeper(connection.pk, provider, clock=hold.clock)
    expected = connection.organisation.external_id
    books = provider.open(expected, keeper, basis=connection.basis, observe=hold.count_call)
    organisation = books.organisation()
    if organisation.external_id != expected:
        raise UnreadableBooks(
            f"the provider answered for organisation {organisation.external_id}, not {expected}", where="organisation"
        )
    today = _today(hold, organisation)
    book, _ = Book.objects.get_or_create(
        organisation=connection.organisation,
        basis=connection.basis,
        defaults={
            "company": connection.company,
            "currency": organisation.currency,
            "digits": organisation.digits,
            "fiscal_year_first_month": organisation.fiscal_year_first_month,
            "start": today,
        },
    )
    if book.currency != organisation.currency:
        raise UnreadableBooks(
            f"the home currency is now {organisation.currency}, it was {book.currency}", where="organisation"
        )
    start = plan.start_of_history(
        connection.history,
        today=today,
        first_month=organisation.fiscal_year_first_month,
        earliest=books.capabilities.earliest,
        known=book.start if book.published else None,
    )
    if (book.start, book.fiscal_year_first_month) != (start, organisation.fiscal_year_first_month):
        book.start, book.fiscal_year_first_month = start, organisation.fiscal_year_first_month
        book.save(update_fields=["start", "fiscal_year_first_month"])
    Connection.objects.filter(pk=connection.pk).update(book=book)
    return _Source(books, organisation, book)


def _sync(hold: Hold, source: _Source, check: Callable[[], None]) -> None:
    book, books = source.book, source.books
    stage = Stage(book, _version(hold, book), hold.guard)
    reader = Reader(books, stage, hold, check)
    today = _today(hold, source.organisation)
    accounts = reader.lists()
    placement = prepare(book)
    reader.opening(accounts, placement)
    reader.windows(plan.windows(book.start, today=today, future_months=books.capabilities.future_months), placement)
    months = plan.compared_months(book.start, today=today)
    result, doubts = checking.prove(reader, months, placement)
    lines = publication.line_changes(book, stage.version)
    hold.note(lines_added=lines.added, lines_changed=lines.changed, lines_removed=lines.removed)
    if doubts:
        ending.held(hold, stage, result, doubts)
        return
    ending.published_or_unchanged(hold, stage, result, placement, due_months(hold, months))


def due_months(hold: Hold, months: Sequence[Month]) -> list[Month]:
    """Return the months that this run admits, by the company's own calendar."""
    connection = hold.run.connection
    today = hold.clock().astimezone(connection.company.zone).date()
    return admission.due_months(months, today=today, sync_day=connection.sync_day)


def _version(hold: Hold, book: Book) -> int:
    """Return the run's open version: its own from before a kill, or a new one."""
    version = hold.run.version
    book.refresh_from_db(fields=["open_version"])
    if version is not None and book.open_version == version:
        return version
    taken = versions.take(book, hold.guard)
    hold.run.windows_done, hold.run.resume = 0, ""
    hold.note(version=taken, windows_done=0, resume="")
    return taken


def _wait_or_fail(hold: Hold, book: Book | None, trouble: TryAgainLater | QuotaSpent) -> None:
    now = hold.clock()
    attempts = hold.run.attempts + 1
    match trouble:
        case QuotaSpent():
            until = trouble.until
        case TryAgainLater():
            if attempts > _PATIENCE:
                ending.failed(hold, book, _OutOfPatience(f"{trouble}. It was tried {attempts} times."))
                return
            until = now + (trouble.after or _FIRST_WAIT * 2 ** (attempts - 1))
    hold.note(attempts=attempts, waiting_until=until, reason=str(trouble), remedy=trouble.remedy)
    raise RetryAt(until, str(trouble))


def _today(hold: Hold, organisation: Organisation) -> date:
    return hold.clock().astimezone(ZoneInfo(organisation.timezone)).date()
