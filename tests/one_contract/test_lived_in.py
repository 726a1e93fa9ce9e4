"""Organisations with a past, as Xero has them: edits, voids, currencies, stock, pay; and one replayed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests.one_contract.platforms import xero_serving
from tieout.connections.models import RunState
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import replay
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.large import large
from tieout.providers.xero.sandbox.small import small
from tieout.providers.xero.tests.test_sandbox_replay import exported


def shop(_: Path) -> Organisation:
    return small().org


def grown(_: Path) -> Organisation:
    return large(3_000, Clock.at(date(2026, 11, 20)))


def replayed(folder: Path) -> Organisation:
    file = folder / "export.json"
    given = exported(large(2_000, Clock.at(date(2026, 11, 20))))
    # Real exports have gaps between their numbers, and lists that nobody fetched.
    for place, journal in enumerate(given["Journals"]):
        journal["JournalNumber"] += place // 100
    del given["Contacts"], given["Currencies"]
    file.write_text(json.dumps(given), encoding="utf-8")
    return replay.organisation(file, Clock.at(date(2026, 11, 20)))


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{"JOURNALS": "1"}, {}], ids=["journals", "documents"])
@pytest.mark.parametrize("make", [shop, grown, replayed])
def test_every_month_ties(
    make: Callable[[Path], Organisation], settings: dict[str, str], tmp_path: Path, alice: User
) -> None:
    with xero_serving(make(tmp_path), alice, settings) as link:
        run = link.sync()
        assert (run.state, run.reason, run.differing) == (RunState.PUBLISHED, "", 0)
        assert link.sync().rows_written == 0
