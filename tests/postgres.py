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

# The data lives minutes, so nothing is forced to disk.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")


@contextmanager
def temporary(binaries: Path, *, patience: float = 30.0) -> Iterator[str]:
    """Yield the DATABASE_URL of a new, empty server that only this machine can reach. ``patience`` is in seconds."""
    folder = Path(tempfile.mkdtemp(prefix="tieout-pg-"))
    user = _server_user()
    if user is not None:
        shutil.chown(folder, user)
    options = [part for setting in _FAST for part in ("-c", setting)]
    try:
        _run(
            [binaries / "initdb", "-D", folder / "data", "-U", "tieout", "-A", "trust", "-E", "UTF8", "--no-sync"], user
        )
        server = subprocess.Popen(  # noqa: S603 - our own arguments
            [binaries / "postgres", "-D", folder / "data", "-k", folder, *options],
            user=user,
            group=_group(user),
            extra_groups=[] if user else None,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=(folder / "log").open("wb"),
        )
        try:
            _wait(folder, server, patience)
            yield f"postgresql://tieout@{quote(str(folder), safe='')}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # "fast": ends open sessions
            server.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
