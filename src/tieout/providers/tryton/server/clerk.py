"""Orders to the desk: a process in Tryton's own interpreter that works through Tryton's own client."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tieout.providers.tryton.server.installing import environment, interpreter


class Refused(Exception):
    """Tryton, or the desk, did not do what was ordered; the text is its own."""


class Desk:
    """One process at a database file or at a running server, which takes orders one after the other."""

    def __init__(self, address: str, *configuration: Path) -> None:
        command: list[Path | str] = [interpreter(), "-m", "tieout.providers.tryton.desk", address, *configuration]
        # Not a pipe: nobody would read it until the end.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - `close` does
        self._process = subprocess.Popen(  # noqa: S603 - our own arguments
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            env=environment(),
        )

    def order(self, order: str, **more: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
        """Give an order and return what came of it. Raise Refused."""
        if self._process.stdin is None or self._process.stdout is None:
            raise Refused("the desk is closed")
        self._process.stdin.write(json.dumps({"order": order, **more}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise Refused(f"the desk ended: {self._last_words()}")
        answer = json.loads(line)
        if "failed" in answer:
            raise Refused(answer["failed"])
        return answer["done"]

    def close(self) -> None:
        """Send the clerk home."""
        self._process.communicate()
        self._said.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _last_words(self) -> str:
        self._process.communicate()
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip().splitlines()
        return said[-1] if said else "it said nothing"
