"""PostgreSQL for trying claims: databases that are made on a server and dropped again, and servers of our own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

# The data lives minutes, so nothing is forced to disk: what a killed server wrote is with the system, which lives on.
_SETTINGS = ("fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=200")
_FASTER = ("synchronous_commit=off",)  # then a commit is told before it is written: not for a server that is killed


class NoDatabase(Exception):
    """There is no database to try things in. The text says why."""


# --- databases of a server ------------------------------------------------------------------------------------------


def beside(url: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def name_of(url: str) -> str:
    """Return the database that an address names."""
    return str(conninfo_to_dict(url)["dbname"])


def make_database(server: str, name: str) -> str:
    """Make an empty database on a server and return its address. Raise NoDatabase."""
    try:
        _do(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise NoDatabase(f"no database can be made on the server: {str(error).strip()}") from error
    return beside(server, name)


def copy_database(url: str, template: str) -> None:
    """Make a database anew as a copy of another one of its server; whoever is still in it is thrown out."""
    name, server = name_of(url), beside(url, "postgres")
    drop_database(server, name)
    _do(server, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop_database(server: str, name: str) -> None:
    """Drop a database, also from under its users."""
    _do(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _do(server: str, command: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True, connect_timeout=10) as there:
        there.execute(command)


# --- a server of our own --------------------------------------------------------------------------------------------


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest that Debian has, or the one on PATH, or None."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Server(msgspec.Struct, frozen=True):
    """A server that only this machine can reach, on a Unix socket in its folder."""

    programs: str
    folder: str
    settings: tuple[str, ...] = _SETTINGS

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"postgresql://tieout@{quote(self.folder, safe='')}/postgres"

    def start(self, *, patience: float = 60.0) -> None:
        """Start it and return when it answers. Raise RuntimeError with its own words if it does not."""
        user = _server_user()
        options = [part for setting in self.settings for part in ("-c", setting)]
        with Path(self.folder, "log").open("ab") as log:
            server = subprocess.Popen(  # noqa: S603 - our own arguments
                [f"{self.programs}/postgres", "-D", f"{self.folder}/data", "-k", self.folder, *options],
                user=user,
                group=_group(user),
                extra_groups=[] if user else None,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        # Whoever ends it, its remains are taken away here: a new one refuses to start beside them.
        threading.Thread(target=server.wait, daemon=True).start()
        end = time.monotonic() + patience
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                if server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(Path(self.folder, "log").read_text()) from None
                time.sleep(0.05)
            else:
                return

    def crash(self) -> None:
        """Kill it (-9) with all its processes, as a machine that loses its power would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it; open sessions are ended."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        process = int(Path(self.folder, "data", "postmaster.pid").read_text().split()[0])
        own = [process, *_children(process)] if number == signal.SIGKILL else [process]
        for each in own:
            with suppress(ProcessLookupError):
                os.kill(each, number)
        end = time.monotonic() + 30
        while any(map(_there, own)):
            if time.monotonic() > end:
                raise RuntimeError(f"the server {process} does not end")
            time.sleep(0.02)


@contextmanager
def own_server(*, faster: bool = False) -> Iterator[Server]:
    """Give a new, empty server for as long as the block runs. Raise NoDatabase where its programs are missing.

    With ``faster`` it may lose what it has committed when it is killed.
    """
    programs = binaries()
    if programs is None:
        raise NoDatabase("this machine has no PostgreSQL server programs")
    folder = Path(tempfile.mkdtemp(prefix="tieout-pg-"))
    user = _server_user()
    if user is not None:
        shutil.chown(folder, user)
    server = Server(str(programs), str(folder), _SETTINGS + _FASTER if faster else _SETTINGS)
    try:
        subprocess.run(  # noqa: S603 - our own arguments
            [programs / "initdb", "-D", folder / "data", "-U", "tieout", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            user=user,
            group=_group(user),
            extra_groups=[] if user else None,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )
        server.start()
        try:
            yield server
        finally:
            with suppress(OSError):
                server.stop()
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


def _children(parent: int) -> list[int]:
    """Return the processes that a process has started, where the system tells."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found


def _there(process: int) -> bool:
    """Whether a process is still known to the system."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
