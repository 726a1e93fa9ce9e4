"""How well all connections together keep up with their books, for whoever runs the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from tieout.connections.models import Connection, ConnectionState


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Numbers of connections, and when the books of the well ones were last compared with ours: the oldest of them."""

    well: int
    in_trouble: int  # they need a person
    oldest: datetime | None


def freshness() -> Freshness:
    """Return how all connections stand, without those that are paused or disconnected."""
    well = Q(state=ConnectionState.CONNECTED)
    trouble = Q(state__in=[ConnectionState.ERROR, ConnectionState.RECONNECT])
    found = Connection.objects.aggregate(
        well=Count("pk", filter=well), trouble=Count("pk", filter=trouble), oldest=Min("verified_at", filter=well)
    )
    return Freshness(well=found["well"], in_trouble=found["trouble"], oldest=found["oldest"])
