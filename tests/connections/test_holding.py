"""Holding a run: one process at a time, however close their takes come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection as database

from tieout.connections.holding import Hold, TakenOver
from tieout.connections.models import Connection, SyncRun

NOW = datetime(2026, 1, 5, tzinfo=UTC)
Execute = Callable[[str, object, bool, dict[str, object]], object]


def take(run: SyncRun) -> Hold:
    held = Hold.take(run.pk, lambda: NOW)
    assert held is not None
    return held


def test_whoever_held_a_run_before_can_write_no_more(connected: Connection) -> None:
    run = SyncRun.objects.get(connection=connected)
    before = take(run)
    after = take(run)
    with pytest.raises(TakenOver):
        before.guard()
    after.guard()


def test_a_run_that_is_taken_right_after_ours_is_not_held_with_the_others_fence(connected: Connection) -> None:
    run = SyncRun.objects.get(connection=connected)
    others: list[Hold] = []

    def another_comes(execute: Execute, sql: str, params: object, many: bool, context: dict[str, object]) -> object:
        done = execute(sql, params, many, context)
        if sql.startswith("UPDATE") and "connections_syncrun" in sql and not others:
            others.append(None)  # type: ignore[arg-type] # its own take passes here too
            others[0] = take(run)
        return done

    with database.execute_wrapper(another_comes), pytest.raises(TakenOver):
        Hold.take(run.pk, lambda: NOW)
    others[0].guard()
