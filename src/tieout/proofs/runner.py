"""Tries claims, each in a process of its own on a ground of its own, several at a time; counts what they tell.

Opens no database itself. A process that dies, or does not come back, is a failure of its claim and of no other.
"""

from __future__ import annotations

import os
import queue
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

from tieout.proofs import servers
from tieout.proofs.claims import Claim, seed_of
from tieout.proofs.loading import Forked, Loaded
from tieout.proofs.outcome import Outcome, Tried
from tieout.proofs.trying import Order

_TOLD_OF_A_CRASH = 600  # characters of the last words of a process


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to try."""

    claims: Sequence[Claim]
    seed: int
    short: bool
    provider: str
    trials: int | None = None  # None: each claim's own number
    database: str = ""  # a PostgreSQL server's address; "": SQLite files
    at_once: int = 2

    def trials_of(self, claim: Claim) -> int:
        """Return how often a claim is tried."""
        if self.trials is not None:
            return self.trials
        return claim.short if self.short else claim.trials


def prove(wanted: Wanted, told: Callable[[Outcome], None]) -> list[Outcome]:
    """Try the claims and return what came of them, in their order; ``told`` hears of each one as it ends."""
    with _folder() as folder, _Grounds(folder, wanted.database) as grounds, ThreadPoolExecutor(wanted.at_once) as pool:

        def one(claim: Claim) -> Outcome:
            outcome = _try(claim, wanted, grounds)
            told(outcome)
            return outcome

        try:
            return list(pool.map(one, wanted.claims))
        except BaseException:
            grounds.stop()
            raise


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tieout-prove-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Grounds:
    """Empty databases, made once, and the processes that try claims on copies of them."""

    def __init__(self, folder: Path, server: str) -> None:
        self.folder = folder
        self._server = server
        self._lock = threading.Lock()
        self._made: dict[str, str] = {}
        self._databases: list[str] = []
        self._loaded: dict[str, Loaded] = {}
        self._running: list[Forked] = []
        self._stopped = False
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        for loaded in self._loaded.values():
            loaded.close()
        for name in self._databases:
            with suppress(Exception):  # what is left is named so that its owner knows what it was
                servers.drop_database(self._server, name)
        self._stack.close()

    def stop(self) -> None:
        """End every process that is still trying."""
        self._stopped = True
        for process in self._running:
            process.end()

    def order(self, claim: Claim, wanted: Wanted) -> Order:
        """Return what a process needs to try a claim. Raise servers.NoDatabase, or RuntimeError."""
        folder = self.folder / claim.key
        folder.mkdir()
        url, template, server = f"sqlite:///{folder / 'ground.sqlite3'}", "", None
        if claim.home == "server":
            server = self._stack.enter_context(servers.own_server())
            template = self._migrated(servers.make_database(server.url, "empty"), "empty")
            url = servers.beside(server.url, "ground")
        elif self._server and claim.home != "sqlite":
            template = self._template("server")
            url = servers.beside(self._server, self._name(claim.key))
        else:
            template = self._template("sqlite")
        return Order(
            claim=claim.key, seed=wanted.seed, first=0, trials=wanted.trials_of(claim), short=wanted.short,
            provider=wanted.provider, folder=str(folder), url=url, template=template, server=server,
        )  # fmt: skip

    def start(self, order: Order) -> Forked:
        """Start the process that tries a claim."""
        process = self._loaded_for(order).fork(msgspec.json.encode(order), Path(order.folder, "said"))
        self._running.append(process)
        if self._stopped:
            process.end()
        return process

    def _loaded_for(self, order: Order) -> Loaded:
        """Return the process to fork: one for each server, for its settings cannot change any more."""
        server = servers.beside(order.url, "postgres") if order.url.startswith("postgres") else ""
        with self._lock:
            if server not in self._loaded:
                said = self.folder / f"said-{len(self._loaded)}"
                self._loaded[server] = Loaded(environment(order.url, self.folder), said)
            return self._loaded[server]

    def _template(self, kind: str) -> str:
        with self._lock:
            if kind not in self._made:
                self._made[kind] = self._new_template(kind)
            return self._made[kind]

    def _new_template(self, kind: str) -> str:
        if kind == "server":
            name = self._name("empty")
            return self._migrated(servers.make_database(self._server, name), name)
        path = self.folder / "empty.sqlite3"
        self._migrated(f"sqlite:///{path}", path.name)
        _settle(path)
        return str(path)

    def _migrated(self, url: str, name: str) -> str:
        made = subprocess.run(
            [sys.executable, "-m", "tieout", "migrate"],
            env=environment(url, self.folder), check=False, capture_output=True, text=True,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"the empty database could not be made: {made.stderr[-_TOLD_OF_A_CRASH:]}")
        return name

    def _name(self, of: str) -> str:
        """Return a database's name that nobody else has, noted so that it is dropped at the end."""
        name = f"tieout_prove_{of}_{secrets.token_hex(4)}"
        self._databases.append(name)
        return name


def _settle(path: Path) -> None:
    """Bring a SQLite database into its one file, to be copied."""
    import sqlite3  # noqa: PLC0415 - for this alone

    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    database.close()


def environment(url: str, folder: Path) -> dict[str, str]:
    """Return the environment of a throw-away installation: nothing of the user's own settings is in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIEOUT_", "PG", "DATABASE_"))}
    return {
        **kept,
        "TIEOUT_MODE": "demo",
        "TIEOUT_DATA": str(folder / "data"),
        "TIEOUT_LOG_LEVEL": "ERROR",
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tieout.config.settings",
    }


def _try(claim: Claim, wanted: Wanted, grounds: _Grounds) -> Outcome:
    outcome = Outcome(claim=claim.key, says=claim.says, seed=wanted.seed)
    began = time.monotonic()
    try:
        order = grounds.order(claim, wanted)
    except servers.NoDatabase as why:
        outcome.not_run = str(why)
        return outcome
    process = grounds.start(order)
    _listen(process, claim, order, outcome)
    outcome.seconds = round(time.monotonic() - began, 1)
    return outcome


def _listen(process: Forked, claim: Claim, order: Order, outcome: Outcome) -> None:
    """Take in what a process tells, until it has told all, or is given up."""
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()
    for number in range(order.first, order.first + order.trials):
        why = ""
        try:
            line = lines.get(timeout=claim.patience)
        except queue.Empty:
            line, why = None, f"the trial did not end within {claim.patience:.0f} s"
        if line is None:
            process.end()
            why = why or f"the process that tried it ended: {_last_words(order)}"
            outcome.take(Tried(number=number, seed=seed_of(order.seed, order.claim, number), broken=why))
            return
        outcome.take(msgspec.json.decode(line, type=Tried))
        if outcome.not_run:
            break
    process.end()


def _read(process: Forked, lines: queue.Queue[str | None]) -> None:
    with process.tells as tells:
        for line in tells:
            lines.put(line)
    lines.put(None)


def _last_words(order: Order) -> str:
    said = Path(order.folder, "said").read_text(errors="replace").strip()
    return said[-_TOLD_OF_A_CRASH:] or "it said nothing"


def again(outcome: Outcome, tried: Tried, wanted: Mapping[str, str]) -> str:
    """Return the command that makes exactly this trial again."""
    row = outcome.claim.rstrip("abcdefghijklmnopqrstuvwxyz")
    more = "".join(f" {name}{f' {value}' if value else ''}" for name, value in wanted.items())
    return f"tieout prove --only {row} --seed {tried.seed} --trials 1{more}"
