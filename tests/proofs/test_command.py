"""``tieout prove`` as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.network]


def prove(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in an empty folder, with what a user may have set."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "TIEOUT_MODE")}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "tieout", "prove", *arguments],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def test_the_short_form_holds_beside_an_installation_and_leaves_it_alone(tmp_path: Path) -> None:
    own = {
        "TIEOUT_MODE": "production",
        "TIEOUT_DATA": str(tmp_path / "own"),
        "DATABASE_URL": "sqlite:////nowhere/at.all",
    }
    done = prove("--short", "--seed", "20261124", "--json", folder=tmp_path, **own)
    assert done.returncode == 0, done.stdout + done.stderr
    outcomes = json.loads(done.stdout.splitlines()[-1])["outcomes"]
    assert {it["claim"] for it in outcomes if it["not_run"]} <= {"3p"}
    assert all(it["trials"] and not it["failures"] for it in outcomes if not it["not_run"])
    assert {it["seed"] for it in outcomes} == {20261124}
    assert sum(it["calls"] for it in outcomes) > 500
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong", [("--only", "99"), ("--provider", "nobody"), ("--provider", "tryton"), ("--trials", "0")]
)
def test_a_wrong_order_is_refused_with_words(wrong: tuple[str, str], tmp_path: Path) -> None:
    done = prove(*wrong, folder=tmp_path)
    assert done.returncode == 2
    assert wrong[0] in done.stderr or wrong[1] in done.stderr
