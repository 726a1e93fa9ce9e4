"""One worker takes together what shares something dear to start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.together import TOGETHER

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("group", TOGETHER)
def test_what_is_named_is_there(group: str) -> None:
    assert (ROOT / group).exists()


def test_a_group_stays_with_one_worker_and_goes_first(tmp_path: Path) -> None:
    """Tried on files that are named like ours and do nothing: a xdist that hands out otherwise says nothing of it."""
    for name, count in (("core/test_one", 5), ("e2e/test_one", 4), ("e2e/test_other", 4)):
        path = tmp_path / "tests" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"def test_{number}(): pass\n" for number in range(count)))
    (tmp_path / "pytest.ini").touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
    plugins = ["-p", "tests.together", "-p", "no:django", "-p", "no:randomly"]
    done = subprocess.run(  # noqa: S603 - pytest itself
        [sys.executable, "-m", "pytest", "-v", "-n", "2", "--import-mode=importlib", *plugins, "tests"],
        cwd=tmp_path, env={**kept, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    ran = re.findall(r"^\[(gw\d)\] .* PASSED tests/(\w+)/", done.stdout, re.MULTILINE)
    assert len(ran) == 13
    (worker,) = {worker for worker, folder in ran if folder == "e2e"}
    assert [folder for of, folder in ran if of == worker][:8] == ["e2e"] * 8
