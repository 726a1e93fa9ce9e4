"""Each claim holds, and is seen to break where a defect is planted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tieout.connections import requests
from tieout.core.money import to_decimal
from tieout.expenses.matching import Matcher
from tieout.expenses.placement import RulePlacement
from tieout.kit.http import Guard
from tieout.kit.limits import Limit
from tieout.ledger.placing import Content
from tieout.ledger.staging import Stage
from tieout.proofs.claims import CLAIMS
from tieout.proofs.ground import Ground
from tieout.proofs.outcome import Tried
from tieout.proofs.trying import once
from tieout.providerkit.errors import TryAgainLater
from tieout.providers.quickbooks import client, grant
from tieout.reports import xlsx_layout
from tieout.reports.document import Document

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.network]

Plant = Callable[[pytest.MonkeyPatch], None]


def tried(key: str, ground: Ground, seed: int = 11) -> Tried:
    """Return one short trial of a claim."""
    claim = next(it for it in CLAIMS if it.key == key)
    return once(claim, ground, seed=seed, number=0, short=True)


@pytest.mark.parametrize("key", ["7", "14", "17", "18", "22"])
def test_it_holds(key: str, ground: Ground) -> None:
    it = tried(key, ground)
    assert (it.broken, it.not_run) == ("", "")
    assert it.calls


@pytest.mark.parametrize(
    ("key", "plant", "words"),
    [
        ("1", "a_lost_entry", "differences"),
        ("4", "no_fence", "an older holder wrote after a newer one"),
        ("13", "no_refresh_lock", "refreshes were made in one round"),
    ],
)
def test_a_defect_in_its_processes_breaks_it(key: str, plant: str, words: str, ground: Ground) -> None:
    ground.plant = f"tests.proofs.plants:{plant}"
    assert words in tried(key, ground).broken


def doubled(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Stage, "_alive_between", lambda *_: {})
    patch.setattr(Stage, "_alive_by_key", lambda *_: {})


def ungoverned(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Limit, "wait", lambda _: None)
    patch.setattr(client, "_retry_after", lambda _: 0.0)


def impatient(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(client, "_retry_after", lambda _: 0.0)


def hopeful(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(grant, "ReconnectRequired", TryAgainLater)


def unguarded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Guard, "check", lambda *_: None)


def unjoined(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(requests, "_alive", lambda _: None)


def lineless(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Document, "cells", lambda *_: ())


def misread(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(xlsx_layout, "to_decimal", lambda amount, digits: to_decimal(amount + 1, digits))


def sideless(patch: pytest.MonkeyPatch) -> None:
    def first(self: RulePlacement, line: Content, matchers: Sequence[Matcher], *, pinned: bool = False) -> int:
        del pinned
        own = self._own.get(line.account)
        return next((it.link.expense for it in matchers if own and it.takes(line)), own.id if own else 0)

    patch.setattr(RulePlacement, "_first", first)


@pytest.mark.parametrize(
    ("key", "plant", "words"),
    [
        ("5", unjoined, "IntegrityError"),
        ("7", doubled, "differences"),
        ("12", ungoverned, "over the platform's limits"),
        ("12", impatient, "came too early"),
        ("14", hopeful, "not to be authorised again"),
        ("17", lineless, "its lines are 0"),
        ("17", misread, "a file says"),
        ("18", sideless, "on the other side"),
        ("22", unguarded, "has left"),
    ],
)
def test_a_defect_breaks_it(
    key: str, plant: Plant, words: str, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert words in tried(key, ground).broken
