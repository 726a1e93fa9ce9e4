"""The processes of a demo end with it: also those that they have started, and that do not hear of Ctrl-C in order."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tieout.config.demo import processes

# Starts a process that never ends by itself, tells its id, and ends on SIGTERM without it.
_CARELESS = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import signal, time\\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\\n"
                          "print(flush=True)\\ntime.sleep(600)"], stdout=subprocess.PIPE)
child.stdout.readline()
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(600)
"""


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _within(seconds: float, path: Path) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.02)
    raise AssertionError(f"{path.name} did not come")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="tells by /proc what runs")
def test_nothing_that_a_process_has_started_outlives_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_tieout", lambda: [sys.executable, "-c", _CARELESS])
    demo = processes.Demo(data=tmp_path, name="quickbooks", books="demo")
    told = tmp_path / "child"
    demo._start("site", [str(told)], dict(os.environ))
    child = int(_within(20, told))
    site = demo.processes["site"]
    assert os.getsid(site.pid) == site.pid != os.getsid(0)  # Ctrl-C of a terminal is not for it
    assert _is_running(child)
    demo.__exit__(None, None, None)
    assert site.returncode == -signal.SIGTERM
    for _ in range(100):
        if not _is_running(child):
            return
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    pytest.fail("a process was left behind")
