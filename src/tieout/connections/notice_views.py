"""What a person was told, and of what they get mails."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tieout.companies.access import CompanyRequest, member
from tieout.connections import notices
from tieout.connections.models import NoticeKind


@require_GET
@member
def page(request: CompanyRequest) -> HttpResponse:
    """List what whoever asks was told, newest first, and the mails that they get."""
    told = notices.latest(request.company, request.person.pk)
    chosen = notices.mailed(request.company, request.person.pk)
    context = {
        "told": told,
        "unread": sum(it.read_at is None for it in told),
        "kinds": [(kind, kind in chosen) for kind in NoticeKind],
    }
    return render(request, "connections/notices.html", context)


@require_POST
@member
def read(request: CompanyRequest, notice_id: int) -> HttpResponse:
    """Mark a notice of whoever asks as read; "Open" goes on to what it tells of."""
    told = next((it for it in notices.latest(request.company, request.person.pk) if it.pk == notice_id), None)
    if told is None:
        raise Http404
    notices.read(request.company, request.person.pk, notice_id, at=timezone.now())
    if "open" in request.POST:
        return redirect(told.path)
    return redirect("connections:notices", company=request.company.slug)


@require_POST
@member
def read_all(request: CompanyRequest) -> HttpResponse:
    """Mark everything as read."""
    notices.read_all(request.company, request.person.pk, at=timezone.now())
    return redirect("connections:notices", company=request.company.slug)


@require_POST
@member
def mails(request: CompanyRequest) -> HttpResponse:
    """Save of which kinds whoever asks gets mails."""
    chosen = [kind for kind in NoticeKind if kind.value in request.POST.getlist("kind")]
    notices.set_mailed(request.company, request.person.pk, chosen)
    messages.success(request, "Saved which mails you get.")
    return redirect("connections:notices", company=request.company.slug)
