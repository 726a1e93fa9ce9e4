"""Tryton from its packages, in an environment of its own, and an empty database: made on first use, kept in var/.

Nothing of it is in Tieout's own environment: Tryton is under another licence and needs other versions.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[5]
PACKAGES = ROOT / "requirements" / "tryton.txt"
DATABASE = "tryton"
CLERK, CLERK_PASSWORD = "admin", "keeps-the-books-himself"
_MODULES = ("account", "analytic_account", "account_invoice")
_refused: list[str] = []  # why it could not be installed: asked once a process


class Missing(Exception):
    """There is no Tryton on this machine and it cannot be installed. The text says why."""


def folder() -> Path:
    """Return where Tryton and its databases are kept."""
    return Path(os.environ.get("TIEOUT_TRYTON_FOLDER") or ROOT / "var" / "tryton")


def interpreter() -> Path:
    """Return Tryton's own Python, installed if it is not there. Raise Missing."""
    if _refused:
        raise Missing(_refused[0])
    if not PACKAGES.is_file():
        raise Missing(f"{PACKAGES.name} is not there: Tryton is installed from a checkout only")
    own = folder() / f"python-{digest(PACKAGES.read_bytes(), sys.version.encode())}"
    with alone("installing"):
        if not (own / "installed").exists():
            _install(own)
    return own / "bin" / "python"


def blank() -> Path:
    """Return a database with Tryton's modules and nobody's books, made if it is not there. Raise Missing."""
    python = interpreter()
    made = folder() / f"blank-{digest(str(python.parent.parent).encode(), repr(_MODULES).encode())}.sqlite"
    with alone(made.stem):
        if not made.exists():
            _initialise(python, made)
    return made


def digest(*parts: bytes) -> str:
    """Return a short name for what is made of some parts."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Let one process at a time make something."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy(database: Path, to: Path) -> None:
    """Copy a database whole, with what its last writer has left in the log beside it."""
    with closing(sqlite3.connect(database)) as there, closing(sqlite3.connect(to)) as here:
        there.backup(here)


def configuration(at: Path, *, listen: str = "127.0.0.1:0") -> Path:
    """Write Tryton's configuration for the databases in a folder and return its path."""
    path = at / "trytond.conf"
    path.write_text(f"[web]\nlisten = {listen}\n[database]\nuri = sqlite://\npath = {at}\n")
    return path


def environment(**more: str) -> Mapping[str, str]:
    """Return the environment of a process of Tryton's: none of our own settings but what is given."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TIEOUT_", "DJANGO_", "TRYTON"))}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONNOUSERSITE": "1", **more}


def _install(own: Path) -> None:
    shutil.rmtree(own, ignore_errors=True)
    pip: list[Path | str] = [own / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        _run([sys.executable, "-m", "venv", own])
        _run([*pip, "--require-hashes", "--requirement", PACKAGES])
    except subprocess.CalledProcessError as error:
        shutil.rmtree(own, ignore_errors=True)
        said = (error.stderr or error.stdout or "").strip().splitlines()
        _refused.append(f"Tryton could not be installed: {said[-1] if said else error}")
        raise Missing(_refused[0]) from error
    (own / "installed").touch()


def _initialise(python: Path, made: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="tieout-tryton-", dir=made.parent) as name:
        at = Path(name)
        (at / f"{DATABASE}.sqlite").touch()  # Tryton fills a file and makes none
        password = at / "password"
        password.write_text(CLERK_PASSWORD)
        admin: list[Path | str] = [python, python.with_name("trytond-admin"), "-c", configuration(at), "-d", DATABASE]
        own = environment(TRYTONPASSFILE=str(password))
        _run([*admin, "--all", "--email", "clerk@example.com", "-l", "en"], own)
        _run([*admin, "-u", *_MODULES, "--activate-dependencies"], own)
        copy(at / f"{DATABASE}.sqlite", at / "whole.sqlite")
        (at / "whole.sqlite").rename(made)


def _run(command: list[Path | str], env: Mapping[str, str] | None = None) -> None:
    subprocess.run(  # noqa: S603 - our own arguments
        command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env
    )
