"""A PostgreSQL of our own for as long as the tests run: on a Unix socket, in a folder that goes away with it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

# The data lives minutes, so nothing is forced to disk. What a killed server had written, the kernel still has.
_SETTINGS = ("fsync=off", "full_page_writes=off", "listen_addresses=")
_FASTER = ("synchronous_commit=off",)  # then a commit is told before it is written: not for a server that is killed


class Server:
    """One server. It can be killed and started again on the same data."""

    def __init__(
        self, binaries: Path, folder: Path, *, user: str | None, patience: float, settings: tuple[str, ...]
    ) -> None:
        self.url = f"postgresql://tieout@{quote(str(folder), safe='')}/postgres"
        self._binaries = binaries
        self._folder = folder
        self._user = user
        self._patience = patience
        self._options = [part for setting in settings for part in ("-c", setting)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raise RuntimeError with its log if it does not."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own arguments
                [self._binaries / "postgres", "-D", self._folder / "data", "-k", self._folder, *self._options],
                user=self._user,
                group=_group(self._user),
                extra_groups=[] if self._user else None,
                cwd=self._folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        _wait(self._folder, self._process, self._patience)

    def kill(self) -> None:
        """End it and all its sessions at once, as a power cut would."""
        if self._process is not None and self._process.poll() is None:
            # A session has its own process group, but all have their server as parent.
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
            sessions = [int(pid) for pid in children.read_text().split()] if children.exists() else []
            self._process.kill()
            for pid in sessions:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            self._process.wait(timeout=30)

    def stop(self) -> None:
        """End it in order; open sessions are ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=30)


@contextmanager
def serving(binaries: Path, *, patience: float = 30.0, settings: tuple[str, ...] = _SETTINGS) -> Iterator[Server]:
    """Yield a new, empty server that only this machine can reach, and that keeps what it has committed when killed.

    ``patience`` is in seconds.
    """
    folder = Path(tempfile.mkdtemp(prefix="tieout-pg-"))
    user = _server_user()
    if user is not None:
        shutil.chown(folder, user)
    try:
        _run(
            [binaries / "initdb", "-D", folder / "data", "-U", "tieout", "-A", "trust", "-E", "UTF8", "--no-sync"], user
        )
        server = Server(binaries, folder, user=user, patience=patience, settings=settings)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def temporary(binaries: Path, *, patience: float = 30.0) -> Iterator[str]:
    """Yield the DATABASE_URL of a new, empty server that only this machine can reach. ``patience`` is in seconds."""
    with serving(binaries, patience=patience, settings=_SETTINGS + _FASTER) as server:
        yield server.url


def _server_user() -> str | None:
    """Return whom the server must run as: initdb refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def _run(command: list[Path | str], user: str | None) -> None:
    subprocess.run(  # noqa: S603 - our own arguments
        command,
        check=True,
        user=user,
        group=_group(user),
        extra_groups=[] if user else None,
        cwd="/",
        stdout=subprocess.DEVNULL,
    )


def _wait(folder: Path, server: subprocess.Popen[bytes], patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            psycopg.connect(host=str(folder), user="tieout", dbname="postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError((folder / "log").read_text()) from None
            time.sleep(0.05)
        else:
            return
