"""Defects, planted in a process before it works: each is a line of the product left out or turned round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tieout.connections.credentials import Keeper
from tieout.connections.holding import Hold, Value
from tieout.connections.models import SyncRun
from tieout.core.records import EntryRecord
from tieout.ledger.staging import Stage


def no_fence() -> None:
    """Whoever writes for a run may do so, whether it still holds it or not."""

    def note(self: Hold, **changes: Value) -> None:
        SyncRun.objects.filter(pk=self.run.pk).update(heartbeat=self.clock(), **changes)

    planted: Any = Hold
    planted.note = note


def a_lost_entry() -> None:
    """The last entry of each page is not staged."""
    planted: Any = Stage
    really = planted.entries

    def entries(self: Stage, records: Sequence[EntryRecord], *given: object) -> object:
        return really(self, records[:-1], *given)

    planted.entries = entries


def no_refresh_lock() -> None:
    """Whoever finds the token over refreshes it."""
    planted: Any = Keeper
    planted._claim = lambda _self, _generation: True
