"""Databases that are filled once and copied, and Tryton's server on a copy."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tieout.providers.tryton import desk
from tieout.providers.tryton.server.clerk import Desk
from tieout.providers.tryton.server.installing import (
    CLERK,
    CLERK_PASSWORD,
    DATABASE,
    alone,
    blank,
    configuration,
    copy,
    digest,
    environment,
    folder,
    interpreter,
)

_KEPT = 14 * 86400.0  # seconds
_PATIENCE = 60.0  # seconds until the server must answer


def prepared(orders: Sequence[Mapping[str, Any]]) -> tuple[Path, list[Any]]:
    """Return a database in which orders were carried out, and what came of each: done once, then kept.

    Raise Missing where there is no Tryton, Refused where it does not do as ordered.
    """
    empty = blank()
    sources = sorted(Path(desk.__file__).parent.glob("*.py"))
    told = [json.dumps(order, sort_keys=True).encode() for order in orders]
    name = digest(empty.name.encode(), *(path.read_bytes() for path in sources), *told)
    made, outcome = folder() / f"books-{name}.sqlite", folder() / f"books-{name}.json"
    with alone(made.stem):
        if not outcome.exists():
            with tempfile.TemporaryDirectory(prefix="tieout-tryton-", dir=folder()) as place:
                at = Path(place)
                copy(empty, at / f"{DATABASE}.sqlite")
                with Desk(f"sqlite:///{DATABASE}", configuration(at)) as at_work:
                    done = [at_work.order(**order) for order in orders]
                copy(at / f"{DATABASE}.sqlite", made)
            outcome.write_text(json.dumps(done))
            _forget_old()
    return made, json.loads(outcome.read_text())


def _forget_old() -> None:
    """Take away books that were made weeks ago: each day's demo, and each change of the desk, makes others."""
    for path in folder().glob("books-*"):
        if time.time() - path.stat().st_mtime > _KEPT:
            path.unlink(missing_ok=True)


class Server:
    """Tryton's own server on loopback, on a copy of a database that is its own."""

    def __init__(self, books: Path, *, port: int = 0) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="tieout-tryton-")
        self._folder = Path(self._place.name)
        copy(books, self._folder / f"{DATABASE}.sqlite")
        self._port = port or _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def database(self) -> str:
        """The name of its database."""
        return DATABASE

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The server's process. RuntimeError if it is not running."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process

    @cached_property
    def desk(self) -> Desk:
        """The clerk at this server, as its administrator."""
        where = f"http://{CLERK}:{CLERK_PASSWORD}@127.0.0.1:{self._port}/{DATABASE}/rpc/"
        return Desk(where)

    def start(self) -> None:
        """Start it and return when it answers. Raise RuntimeError with its own words if it does not."""
        settings = configuration(self._folder, listen=f"127.0.0.1:{self._port}")
        python = interpreter()
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own arguments
                [python, python.with_name("trytond"), "-c", settings, "-d", DATABASE],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
            )
        end = time.monotonic() + _PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self._folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server; its database stays, so that it can be started again."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def close(self) -> None:
        """Stop the server, send the clerk home and take the database away."""
        if "desk" in vars(self):
            self.desk.close()
        self.stop()
        self._place.cleanup()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _answers(self) -> bool:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self._port), timeout=1)):
            return True
        return False


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
