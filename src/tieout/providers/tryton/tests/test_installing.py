"""Where Tryton cannot be installed, that is said once and in words; what needs it is skipped by its marker."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import machine

from tieout.providers.tryton.sandbox import make_sandbox
from tieout.providers.tryton.server import Missing, installing


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_TRYTON_FOLDER", str(tmp_path / "own"))
    monkeypatch.setattr(installing, "_refused", [])


def test_without_its_list_of_packages_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(installing, "PACKAGES", tmp_path / "gone.txt")
    with pytest.raises(Missing, match="from a checkout only"):
        installing.interpreter()
    assert not machine.tryton()


@pytest.mark.slow
def test_what_pip_refuses_is_told_and_not_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packages = tmp_path / "packages.txt"
    packages.write_text("this is no requirement\n")
    monkeypatch.setattr(installing, "PACKAGES", packages)
    with pytest.raises(Missing, match="Tryton could not be installed: "):
        installing.interpreter()
    packages.unlink()
    with pytest.raises(ValueError, match="Tryton could not be installed: "):
        make_sandbox()
    assert not [path for path in installing.folder().iterdir() if path.name.startswith("python-")]
