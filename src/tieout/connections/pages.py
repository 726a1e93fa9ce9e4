"""The Integrations page, as the views that show it and the views that come back to it with a refusal draw it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tieout.companies.access import CompanyRequest
from tieout.connections import card, including, notices, providers, queries, scheduling
from tieout.connections.forms import SyncDateForm, ordinal
from tieout.connections.imports_table import Table, imports_of
from tieout.connections.log_words import log_row
from tieout.connections.models import Connection, ConnectionState, NoticeKind
from tieout.providerkit.interface import About
from tieout.ui import figures
from tieout.ui.middleware import let_forms_leave
from tieout.ui.nav import url_of

_SHOWN_DIFFERENCES = 50
_SHOWN_NOTICES = 3  # all of them stand on their own page
NEEDS_CONSENT = (ConnectionState.DISCONNECTED, ConnectionState.RECONNECT, ConnectionState.ERROR)


def integrations_page(request: CompanyRequest, *, form: SyncDateForm | None = None, refusal: str = "") -> HttpResponse:
    """Answer with the connection's card, what waits for a decision, and the sync log."""
    connection = queries.connection_of(request.company)
    held = _held(connection) if connection is not None else {}
    # What is held is told by its panel, whole: its notice would say the same below.
    told = NoticeKind.UNTIED if held.get("held") else None
    unread = [it for it in notices.unread(request.company, request.person.pk) if it.kind != told]
    context: dict[str, object] = {
        "connection": connection,
        "notices": unread[:_SHOWN_NOTICES],
        "more_notices": max(len(unread) - _SHOWN_NOTICES, 0),
        "refusal": refusal,
        "payroll": [it.about for it in providers.payroll_providers()],
        "payroll_url": url_of("payroll:runs", request.company.slug),
    }
    if connection is not None:
        context |= _card(connection) | held | _log(request, connection)
        context |= {
            "about": about_of(connection.provider),
            "table": _imports(connection),
            "form": form or SyncDateForm(initial={"sync_day": connection.sync_day}),
            "trial_balance": url_of("reports:trial-balance", request.company.slug),
            "change_log": url_of("reports:change-log", request.company.slug),
            "closed_months": url_of("planning:closed", request.company.slug),
        }
    status = 422 if refusal or (form and form.errors) else 200
    response = render(request, "connections/integrations.html", context, status=status)
    return let_forms_leave(response)  # "Authorise again" ends at the provider's consent page


def about_of(key: str) -> About | None:
    """Return what is told of a provider, or None where it is not installed any more."""
    return next((it.about for it in providers.all_providers() if it.about.key == key), None)


def _imports(connection: Connection) -> Table | None:
    """Return what the connected platform lets us read, by the source that the book is read from."""
    found = next((it for it in providers.all_providers() if it.about.key == connection.provider), None)
    return imports_of(found, connection.book.source if connection.book else "") if found else None


def _card(connection: Connection) -> dict[str, object]:
    now = timezone.now()
    last = queries.last_run(connection)
    coming = scheduling.upcoming(connection)
    published = queries.published(connection.book)
    stamp = figures.stamp(published.publication.at, now=now, zone=connection.company.zone) if published else ""
    coming_words = card.coming_in_words(coming, now=now, connection=connection)
    return {
        "book": connection.book,
        "published": published,
        "last": last,
        "words": card.words(
            connection, last, as_of=f"as of {stamp}" if stamp else "", coming=coming_words, now=now
        ),
        "coming": coming,
        "coming_at": coming_words,
        "waiting": including.waiting(connection, now=now),
        "day": ordinal(connection.sync_day),
        "needs_consent": connection.state in NEEDS_CONSENT,
    }  # fmt: skip


def _held(connection: Connection) -> dict[str, object]:
    held, book = queries.held_run(connection), connection.book
    differing = queries.differences(book, held.version) if held and book and held.version else []
    return {
        "held": held,
        "differences": differing[:_SHOWN_DIFFERENCES],
        "more_differences": len(differing) - _SHOWN_DIFFERENCES,
    }


def _log(request: CompanyRequest, connection: Connection) -> dict[str, object]:
    pages = Paginator(queries.log(connection), queries.LOG_PAGE).get_page(request.GET.get("page"))
    syncs = queries.syncs_before(connection.company, [run.requested_at for run in pages])
    return {"pages": pages, "log": [log_row(run, kept=kept) for run, kept in zip(pages, syncs, strict=True)]}
