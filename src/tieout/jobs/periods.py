"""Firing periodic tasks: each once a period, however many workers look, in either home."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from tieout.jobs import registry
from tieout.jobs.models import Firing
from tieout.jobs.services import enqueue


def fire_due(*, now: datetime) -> int:
    """Enqueue the periodic tasks whose present period nobody has fired yet; return how many.

    The job and the note that it was fired are one transaction. Where a run of the same task still waits, that one is
    the run.
    """
    fired = 0
    for name, every in registry.periods().items():
        period = int(now.timestamp() // every.total_seconds())
        if Firing.objects.filter(name=name, period__in=_done(period)).exists():  # without the write lock
            continue
        with transaction.atomic():
            if _first(name, period):
                enqueue(name, {}, lock=f"periodic:{name}", run_at=now)
                fired += 1
    return fired


def _done(period: int) -> tuple[int, int]:
    """Return the notes that say that a period was fired.

    The next one counts: another worker may have looked a moment later. One further ahead is of a clock that was set
    back since, and does not keep the task waiting until the clock has caught up.
    """
    return period, period + 1


def _first(name: str, period: int) -> bool:
    behind = Q(period__lt=period) | Q(period__gt=period + 1)
    if Firing.objects.filter(behind, name=name).update(period=period):
        return True
    if Firing.objects.filter(name=name).exists():
        return False  # another worker was faster
    try:
        with transaction.atomic():
            Firing.objects.create(name=name, period=period)
    except IntegrityError:
        return False
    return True
