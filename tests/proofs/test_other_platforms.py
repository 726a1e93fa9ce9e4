"""Claims hold on Xero too, by its journals and by its documents, and are seen to break where a defect is planted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.proofs import plants
from tieout.ledger.staging import Stage
from tieout.proofs.claims import CLAIMS
from tieout.proofs.ground import Ground
from tieout.proofs.outcome import Tried
from tieout.proofs.trying import once
from tieout.providerkit.errors import TryAgainLater
from tieout.providers.xero import faults
from tieout.providers.xero.pairing import Pairing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BY_JOURNALS, BY_DOCUMENTS = "xero", "xero-documents"
Plant = Callable[[pytest.MonkeyPatch], None]


def tried(name: str, key: str, ground: Ground, seed: int = 11) -> Tried:
    """Return one short trial of a claim on a platform."""
    ground.provider = name
    claim = next(it for it in CLAIMS if it.key == key)
    return once(claim, ground, seed=seed, number=0, short=True)


@pytest.mark.parametrize(
    ("name", "key"),
    [(BY_JOURNALS, "8"), (BY_JOURNALS, "14"), (BY_DOCUMENTS, "7"), (BY_DOCUMENTS, "8")],
)
def test_it_holds(name: str, key: str, ground: Ground) -> None:
    it = tried(name, key, ground)
    assert (it.broken, it.not_run) == ("", "")
    assert it.calls


def losing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Stage, "entries", Stage.entries)  # put back at the end
    plants.a_lost_entry()


def doubled(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Stage, "_alive_between", lambda *_: {})
    patch.setattr(Stage, "_alive_by_key", lambda *_: {})


def unpaired(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Pairing, "undoing", lambda *_: None)


def hopeful(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(faults, "ReconnectRequired", TryAgainLater)


@pytest.mark.parametrize(
    ("name", "key", "plant", "words"),
    [
        (BY_JOURNALS, "7", doubled, "differences"),
        (BY_JOURNALS, "8", unpaired, "only in the ledger"),
        (BY_JOURNALS, "14", hopeful, "not to be authorised again"),
        (BY_DOCUMENTS, "8", losing, "in the books: Share("),
    ],
)
def test_a_defect_breaks_it(
    name: str, key: str, plant: Plant, words: str, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert words in tried(name, key, ground).broken
