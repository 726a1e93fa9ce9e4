"""Worker processes that are killed and frozen, and the log of what they wrote."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tieout.proofs.ground import Ground
from tieout.proofs.outcome import Broken, must

PATIENCE = 120.0  # seconds until something that must happen has not


def until(true: Callable[[], bool], what: str, *, patience: float = PATIENCE) -> None:
    """Wait for something to become true; raise Broken with what did not."""
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise Broken(f"{what} did not happen within {patience:.0f} s")
        time.sleep(0.01)


@dataclass(frozen=True, slots=True)
class Process:
    """A process that was started here."""

    pid: int

    @property
    def alive(self) -> bool:
        """Whether it is still there, frozen or not."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """Kill it as the kernel would (-9), and wait until it is gone."""
        self._send(signal.SIGKILL)
        until(lambda: not self.alive, f"the end of process {self.pid}", patience=30)

    def freeze(self) -> None:
        """Stop it in the middle of whatever it does."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Processes:
    """Starts processes on a ground; all of them end with the block."""

    def __init__(self, ground: Ground, *, url: str = "") -> None:
        """``url`` is another database than the ground's own."""
        self._ground = ground
        self._url = url or ground.home.url
        self.started: list[Process] = []

    def __enter__(self) -> Self:
        """Load everything once."""
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tieout.proofs.working"],
            env={**os.environ, "DATABASE_URL": self._url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.started:
            process.thaw()
            process.kill()
        self._parent.communicate(timeout=60)

    def start(self, call: str, **given: object) -> Process:
        """Start a process that calls ``module:function`` with these arguments."""
        pipe = self._parent.stdin
        assert pipe is not None
        pipe.write(json.dumps({"plant": self._ground.plant, "call": call, "given": given}) + "\n")
        pipe.flush()
        process = Process(self._answer())
        self.started.append(process)
        return process

    def worker(self, *, address: str, log: Path, lease: float) -> Process:
        """Start a worker; ``lease`` is in seconds."""
        provider = self._ground.provider
        return self.start("tieout.proofs.working:work", provider=provider, address=address, lease=lease, log=str(log))

    def _answer(self) -> int:
        assert self._parent.stdout is not None
        line = self._parent.stdout.readline()
        if not line:
            raise RuntimeError(f"the process that starts workers ended with {self._parent.wait()}")
        return int(line)


class Written(NamedTuple):
    """One committed write of a run."""

    at: int
    process: int
    connection: int
    run: int
    fence: int
    windows: str  # how many are staged, "+" where it is a stretch more of one, "-" where the write says nothing of it

    @property
    def checkpoint(self) -> bool:
        """Whether it staged a window whole, or a stretch of one."""
        return self.windows not in ("-", "0")


def written(log: Path) -> list[Written]:
    """Return the log in the order in which the database took the writes."""
    if not log.exists():
        return []
    rows = (line.split() for line in log.read_text().rpartition("\n")[0].splitlines())
    return sorted(
        Written(int(at), int(process), int(connection), int(run), int(fence), windows)
        for at, process, connection, run, fence, windows in rows
    )


def must_have_one_holder_at_a_time(log: Path) -> None:
    """Require that in each run fences only grow, a fence has one process, and no window is staged twice.

    And that no two runs of one connection write at once: the one ends before the next begins.
    """
    rows = written(log)
    for run in sorted({row.run for row in rows}):
        own = [row for row in rows if row.run == run]
        fences = [row.fence for row in own]
        must(fences == sorted(fences), f"run {run}: an older holder wrote after a newer one: fences {fences}")
        holders = {(row.fence, row.process) for row in own}
        must(len(holders) == len(set(fences)), f"run {run}: two processes wrote under one fence: {sorted(holders)}")
        staged = [int(row.windows) for row in own if row.checkpoint and row.windows != "+"]
        must(staged == sorted(set(staged)), f"run {run}: a window was staged twice: {staged}")
    for connection in sorted({row.connection for row in rows}):
        runs = [row.run for row in rows if row.connection == connection]
        told = [run for run, before in zip(runs, [0, *runs], strict=False) if run != before]
        must(told == sorted(set(told)), f"connection {connection}: runs wrote in turns, so two were at work: {told}")
