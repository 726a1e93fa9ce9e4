"""What the shell shows of connections: the seal, unread notices, and the way in while there are no figures yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from tieout.companies.models import Company
from tieout.connections import notices, queries
from tieout.connections.models import Connection, ConnectionState, RunKind, RunState, SyncRun
from tieout.connections.progress import progress_of
from tieout.connections.queries import Published
from tieout.ui import figures
from tieout.ui.nav import url_of
from tieout.ui.shell import Seal, SealState, ShellFacts


def tell(request: HttpRequest) -> ShellFacts:
    """Return the seal of the request's company."""
    company = getattr(request, "company", None)
    if not isinstance(company, Company):
        return ShellFacts()
    connection = queries.connection_of(company)
    if connection is None:
        url = reverse("connections:integrations", kwargs={"company": company.slug})
        connects = getattr(getattr(request, "membership", None), "may_connect", False)
        seal = Seal(
            state=SealState.NONE, title="Not connected", note="No figure is tied out yet", short="Connect", url=url
        )
        return ShellFacts(seal=seal, home="" if connects else url)
    run = queries.last_run(connection)
    published = queries.published(connection.book)
    unread = len(notices.unread(company, int(request.user.pk or 0)))
    return ShellFacts(
        seal=seal_of(connection, run, published, now=timezone.now()),
        badges={"connections:notices": unread} if unread else {},
        home="" if published else _page_of(company, run),
    )


def seal_of(connection: Connection, run: SyncRun | None, published: Published | None, *, now: datetime) -> Seal:
    """Return the sign at the foot of the navigation, as it stands at ``now`` (aware). A sandbox's is marked as one."""
    seal = _seal(connection, run, published, now)
    return replace(seal, note=f"{seal.note} · sandbox") if connection.is_sandbox else seal


def _seal(connection: Connection, run: SyncRun | None, published: Published | None, now: datetime) -> Seal:
    company = connection.company
    integrations = reverse("connections:integrations", kwargs={"company": company.slug})
    if connection.state == ConnectionState.RECONNECT:
        as_of = f"As of {_stamp(published, company, now)}" if published else "No figures yet"
        note = f"{as_of}. Access has ended"
        return Seal(state=SealState.RECONNECT, title="Authorise again", note=note, short="Authorise", url=integrations)
    if run is not None and run.alive:
        return _busy(run, published, now=now)
    if published is None:
        url = _page_of(company, run)
        deleted = connection.state == ConnectionState.DISCONNECTED
        note = "Disconnected" if deleted else "The first sync did not finish"
        return Seal(state=SealState.PAUSED, title="No figures yet", note=note, short="No figures", url=url)
    if trouble := _trouble(connection, run):
        stamp = _stamp(published, company, now)
        return Seal(state=SealState.PAUSED, title=f"As of {stamp}", note=trouble, short=stamp, url=integrations)
    return _tie_out(published, company, url_of("reports:trial-balance", company.slug) or integrations, now)


def _busy(run: SyncRun, published: Published | None, *, now: datetime) -> Seal:
    company = run.connection.company
    url = _page_of(company, run)
    progress = progress_of(run, now=now)
    if run.waiting_until and run.waiting_until > now:
        until = figures.stamp(run.waiting_until, now=now, zone=company.zone)
        title = f"As of {_stamp(published, company, now)}" if published else "Waiting"
        return Seal(state=SealState.PAUSED, title=title, note=f"Waiting, goes on {until}", short="Waiting", url=url)
    name = "First sync" if run.kind == RunKind.INITIAL else "Refreshing"
    months = f", {progress.months_done} of {progress.months_total} months" if progress.months_total else ""
    note = f"As of {_stamp(published, company, now)}" if published else "Nothing is published before the tie-out"
    return Seal(
        state=SealState.BUSY, title=f"{name}{months}", note=note, short=f"{progress.percent}%", url=url
    )  # fmt: skip


def _trouble(connection: Connection, run: SyncRun | None) -> str:
    if connection.state == ConnectionState.DISCONNECTED:
        return "Disconnected"
    if connection.state == ConnectionState.PAUSED:
        return "Paused: nothing is read"
    if connection.state == ConnectionState.ERROR:
        return "A right is missing at the provider"
    if run is not None and run.state == RunState.HELD:
        return f"A later sync is held: {'it does not tie' if run.fell_from is None else 'less is itemised'}"
    if run is not None and run.state == RunState.FAILED:
        return "The last sync did not finish"
    return ""


def _tie_out(published: Published, company: Company, url: str, now: datetime) -> Seal:
    made = published.publication
    stamp = _stamp(published, company, now)
    if made.verified:
        note = " · ".join(filter(None, (published.part, f"sync {made.number}", stamp)))
        note = f"{note[:1].upper()}{note[1:]}"
        return Seal(state=SealState.TIED, title="Ties to the books", note=note, short="Ties", url=url)
    amount = figures.exact(published.largest, made.book.digits)
    what = f"{figures.count(published.accounts, 'account')} {'differs' if published.accounts == 1 else 'differ'}"
    return Seal(
        state=SealState.DIFFERS,
        title=f"{amount} unverified",
        note=f"{what if published.accounts else 'Net income differs'} · sync {made.number}, {stamp}",
        short=amount,
        url=url,
    )


def _stamp(published: Published | None, company: Company, now: datetime) -> str:
    return figures.stamp(published.publication.at, now=now, zone=company.zone) if published else ""


def _page_of(company: Company, run: SyncRun | None) -> str:
    if run is None:
        return reverse("connections:integrations", kwargs={"company": company.slug})
    return reverse("connections:run", kwargs={"company": company.slug, "run_id": run.pk})
