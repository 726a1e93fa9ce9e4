"""What this part has to do: authorise again, decide about a held sync, look at what does not tie."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from tieout.companies.models import Company
from tieout.connections import queries
from tieout.connections.models import Connection, ConnectionState, RunState, SyncRun
from tieout.ledger import tie_out
from tieout.ledger.models import Book
from tieout.ledger.tie_out import NET_INCOME
from tieout.ui.figures import count, exact, long_month
from tieout.ui.nav import url_of
from tieout.ui.todo import Todo, Urgency


def tell(request: HttpRequest) -> Iterator[Todo]:
    """Yield what waits about the company's connection."""
    company = getattr(request, "company", None)
    connection = queries.connection_of(company) if isinstance(company, Company) else None
    if connection is None:
        return
    yield from _access(connection)
    run = queries.last_run(connection)
    if run is not None and not run.alive:
        yield from _run(connection, run)
    if connection.book is not None and connection.book.published:
        yield from _untied(connection, connection.book)


def _access(connection: Connection) -> Iterator[Todo]:
    url = reverse("connections:integrations", kwargs={"company": connection.company.slug})
    if connection.state in (ConnectionState.RECONNECT, ConnectionState.ERROR):
        lost = connection.state == ConnectionState.RECONNECT
        yield Todo(
            urgency=Urgency.STOPPED,
            icon="plug",
            text=f"Authorise {connection.organisation.name} again" if lost else "A right is missing at the provider",
            note=connection.trouble or "Nothing is read until then",
            url=url,
        )
    elif connection.state in (ConnectionState.DISCONNECTED, ConnectionState.PAUSED):
        paused = connection.state == ConnectionState.PAUSED
        yield Todo(
            urgency=Urgency.STOPPED,
            icon="clock" if paused else "plug",
            text="Syncs are paused" if paused else f"{connection.organisation.name} is disconnected",
            note="The figures stay as they were read last",
            url=url,
        )


def _run(connection: Connection, run: SyncRun) -> Iterator[Todo]:
    url = reverse("connections:run", kwargs={"company": connection.company.slug, "run_id": run.pk})
    if run.state == RunState.HELD and connection.book and connection.book.open_version == run.version:
        yield Todo(
            urgency=Urgency.STOPPED,
            icon="differ",
            text="A sync is held: decide whether it is published",
            note="It does not tie" if run.fell_from is None else "Less of it is itemised than before",
            url=url,
        )
    elif run.state == RunState.FAILED:
        yield Todo(
            urgency=Urgency.STOPPED, icon="warn", text="The last sync did not finish", note=run.reason, url=url
        )  # fmt: skip


def _untied(connection: Connection, book: Book) -> Iterator[Todo]:
    found = tie_out.mismatches(book, book.published)
    if not found:
        return
    slug = connection.company.slug
    largest = max(found, key=lambda it: abs(it.difference))
    accounts = len({it.account for it in found if it.account != NET_INCOME})
    first = min(it.month for it in found)
    target = url_of("reports:trial-balance", slug) or reverse("connections:integrations", kwargs={"company": slug})
    yield Todo(
        urgency=Urgency.DOUBTFUL,
        icon="differ",
        text=f"{exact(abs(largest.difference), book.digits)} differs from the books",
        note=f"{count(accounts, 'account') if accounts else 'Net income'}, since {long_month(first)}",
        url=f"{target}?month={largest.month}",
    )
