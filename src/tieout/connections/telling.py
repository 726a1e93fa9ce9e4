"""What the end of a run tells, and whom. Each is called within the transaction that ends the run."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from tieout.companies.models import Company
from tieout.connections import notices
from tieout.connections.log_words import part_explained, sentence
from tieout.connections.models import ConnectionState, NoticeKind, RunKind, RunState, SyncRun
from tieout.expenses.queries import unassigned
from tieout.ledger.accounts import new_accounts
from tieout.ledger.queries import publication_before
from tieout.ui import figures

_NAMED = 5  # new accounts that a notice names one by one


def run_ended(run_id: int, *, at: datetime) -> None:
    """Tell what a run's end means: to the person who started the first sync, else to those who can act."""
    run = SyncRun.objects.select_related(
        "connection__company", "connection__organisation", "requested_by", "book", "publication"
    ).get(pk=run_id)
    if run.kind == RunKind.INITIAL:
        _first_sync(run, at)
    match run.state:
        case RunState.PUBLISHED:
            _new_accounts(run, at)
            _no_longer_ties(run, at)
        case RunState.HELD:
            _held(run, at)
        case RunState.FAILED:
            _access_is_gone(run, at)
        case _:
            pass


def _first_sync(run: SyncRun, at: datetime) -> None:
    if run.requested_by is None:
        return
    company, name = run.connection.company, run.connection.organisation.name
    match run.state:
        case RunState.PUBLISHED if not run.differing:
            title = f"{name}: the first sync is done, and it ties"
            read = (
                f"{run.lines_read:,} ledger lines were read and {run.compared:,} balances compared with the books; "
                "none differs."
            )
            following = "Next: give the expense accounts their departments."
            text = " ".join(filter(None, (read, part_explained(run), following)))
            page = "expenses:organise"
        case RunState.PUBLISHED | RunState.UNCHANGED:
            title = f"{name}: the first sync is done, {run.differing:,} balances differ from the books"
            text = "They are marked UNVERIFIED wherever they are shown. Next: look at what differs."
            page = "reports:trial-balance"
        case _:
            title = f"{name}: the first sync did not finish"
            text = f"{sentence(run.reason)} {run.remedy}".strip()
            page = "connections:integrations"
    notices.tell_one(
        company, run.requested_by, NoticeKind.FIRST_SYNC, f"run:{run.pk}", title=title, text=text,
        path=_page(company, page), at=at,
    )  # fmt: skip


def _new_accounts(run: SyncRun, at: datetime) -> None:
    """Tell of accounts that came with this sync and that nobody has organised. At the first sync all are new."""
    if run.book is None or run.version is None or not run.new_accounts or run.kind == RunKind.INITIAL:
        return
    company = run.connection.company
    waiting = {it.id for it in unassigned(company)}
    new = [it for it in new_accounts(run.book, run.version) if it.id in waiting]
    if not new:
        return
    named = ", ".join(it.label for it in new[:_NAMED])
    more = f" and {len(new) - _NAMED} more" if len(new) > _NAMED else ""
    notices.tell(
        company, NoticeKind.UNASSIGNED, f"version:{run.book.pk}:{run.version}",
        title=f"{figures.count(len(new), 'new account')} without a department",
        text=f"{named}{more}: their amounts are in the totals already, under Unassigned. Next: give them a department.",
        path=_page(company, "expenses:organise"), at=at,
    )  # fmt: skip


def _no_longer_ties(run: SyncRun, at: datetime) -> None:
    made = run.publication
    if made is None or made.verified or run.kind == RunKind.INITIAL:
        return
    before = publication_before(made)
    if before is not None and not before.verified:
        return  # it was told when it began
    company = run.connection.company
    notices.tell(
        company, NoticeKind.UNTIED, f"sync:{made.number}",
        title=f"{run.connection.organisation.name}: sync {made.number} does not tie",
        text=f"{figures.count(run.differing, 'balance')} of {run.compared:,} differ from the books. They are marked "
        "UNVERIFIED wherever they are shown. Next: look at what differs.",
        path=_page(company, "reports:trial-balance"), at=at,
    )  # fmt: skip


def _held(run: SyncRun, at: datetime) -> None:
    """Tell of a held sync once for each published version: the runs after it say the same until it is decided."""
    company = run.connection.company
    shown = run.book.published if run.book else 0
    notices.tell(
        company, NoticeKind.UNTIED, f"held:{run.book_id}:{shown}",
        title=f"{run.connection.organisation.name}: a sync is held, "
        f"{'the books no longer tie' if run.fell_from is None else 'less of the books is itemised'}",
        text=f"{sentence(run.reason)} {run.remedy}",
        path=_page(company, "connections:integrations"), at=at,
    )  # fmt: skip


def _access_is_gone(run: SyncRun, at: datetime) -> None:
    """Tell at once what only a person can mend: the grant is gone, or the connected user lost a right."""
    connection = run.connection
    name = connection.organisation.name
    match connection.state:
        case ConnectionState.RECONNECT:
            title = f"{name} needs to be authorised again"
        case ConnectionState.ERROR:
            title = f"{name}: the user who authorised may no longer read the books"
        case _:
            return
    since = connection.failing_since or at
    notices.tell(
        connection.company, NoticeKind.RECONNECT, f"{connection.state}:{connection.pk}:{since.isoformat()}",
        title=title,
        text=f"{connection.trouble}. The figures of the last sync stay, as of that day. {connection.remedy}",
        path=_page(connection.company, "connections:integrations"), at=at,
    )  # fmt: skip


def _page(company: Company, name: str) -> str:
    return reverse(name, kwargs={"company": company.slug})
