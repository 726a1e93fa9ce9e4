"""``/healthz``: whether this installation works, for whoever watches over it. Nothing in it is of a company."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tieout.connections.freshness import freshness
from tieout.jobs.queries import workers_seen_at

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=5)  # a worker is seen every minute, so it is gone after this


@never_cache
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - nobody is asked who he is
    """Answer 200 if the database answers and a worker is at work, 503 if not."""
    now = timezone.now()
    try:
        seen = workers_seen_at()
        syncs = freshness()
    except DatabaseError as error:
        log.warning("the database does not answer: %s", error)
        connection.close()
        return JsonResponse({"ok": False, "database": False}, status=503)
    ok = seen is not None and now - seen < PATIENCE
    content = {
        "ok": ok,
        "database": True,
        "worker_seen_seconds_ago": _age(seen, now),
        "connections": {
            "syncing_by_themselves": syncs.well,
            "in_trouble": syncs.in_trouble,
            "oldest_comparison_seconds_ago": _age(syncs.oldest, now),
        },
    }
    return JsonResponse(content, status=200 if ok else 503)


def _age(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else max(0, int((now - moment).total_seconds()))
