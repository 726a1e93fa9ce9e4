"""Processes that try claims, forked from one that has loaded everything: loading takes longer than many a trial."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

_PATIENCE = 2.0  # seconds for an end of its own accord


@dataclass(slots=True)
class Forked:
    """A process that tries a claim. What it tells ends with it."""

    pid: int
    tells: TextIO
    ended: bool = False

    def end(self) -> None:
        """End it with all that it started. Once: later its number may be another's."""
        if self.ended:
            return
        self.ended = True
        end = time.monotonic() + _PATIENCE
        while self._alive() and time.monotonic() < end:
            time.sleep(0.01)
        for kill in (os.kill, os.killpg):
            with suppress(ProcessLookupError, PermissionError):
                kill(self.pid, signal.SIGKILL)

    def _alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


class Loaded:
    """The process that they are forked from (`trying`): it has loaded everything and opened nothing."""

    def __init__(self, environment: Mapping[str, str], said: Path) -> None:
        """``said`` takes what it says should it not even load."""
        self._said = said
        self._lock = threading.Lock()
        self._channel, theirs = socket.socketpair()
        with theirs, said.open("w") as words:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "tieout.proofs.trying", str(theirs.fileno())],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=words,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def fork(self, order: bytes, said: Path) -> Forked:
        """Return a new process that tries a claim. Raise RuntimeError with its words where nothing could be loaded."""
        tells, telling = os.pipe()
        with said.open("w") as words, suppress(ConnectionError), self._lock:
            try:
                socket.send_fds(self._channel, [order], [telling, words.fileno()])
            finally:
                os.close(telling)
            if answer := self._channel.recv(64):
                return Forked(int(answer), os.fdopen(tells))
        os.close(tells)
        raise RuntimeError(f"what tries claims could not be loaded: {self._said.read_text()}")

    def close(self) -> None:
        """End it. What was forked lives on."""
        self._channel.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        self._process.kill()
        self._process.wait()
