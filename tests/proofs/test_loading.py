"""The processes that try claims: what breaks in one is told, and stays in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieout.proofs.loading import Loaded
from tieout.proofs.runner import environment

pytestmark = [pytest.mark.slow, pytest.mark.network]


def test_a_process_that_breaks_leaves_its_words_and_others_alone(tmp_path: Path) -> None:
    loaded = Loaded(environment(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path), tmp_path / "loaded")
    first, second = (loaded.fork(b'{"claim": 7}', tmp_path / name) for name in ("first", "second"))
    assert first.pid != second.pid
    for process, name in ((first, "first"), (second, "second")):
        with process.tells as tells:
            assert tells.read() == ""
        process.end()
        assert "Expected `str`, got `int`" in (tmp_path / name).read_text()
    loaded.close()
    assert (tmp_path / "loaded").read_text() == ""


def test_what_cannot_even_be_loaded_says_why(tmp_path: Path) -> None:
    wrong = {**environment("", tmp_path), "DJANGO_SETTINGS_MODULE": "settings_of_nobody"}
    loaded = Loaded(wrong, tmp_path / "loaded")
    with pytest.raises(RuntimeError, match="settings_of_nobody"):
        loaded.fork(b"{}", tmp_path / "said")
    loaded.close()
