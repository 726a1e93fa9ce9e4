"""The file of a backup: a zip with a manifest and the database, each proved by its digest before it is used."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import msgspec

Kind = Literal["sqlite", "postgresql"]

FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE = "database"
_LARGEST_MANIFEST = 10_000_000  # bytes


class CannotRestore(Exception):
    """The backup is not put in place. The text says why, and what to do; nothing has changed."""


class TableContent(msgspec.Struct, frozen=True):
    """What a table holds: how many rows, and a digest of all of them in the order of their keys."""

    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself. It holds no key and no company's data."""

    product: Literal["tieout"] = "tieout"
    format: int = FORMAT
    version: str
    made_at: datetime
    database: Kind
    schema: str = ""  # PostgreSQL's, that the tables are in
    migrations: list[str]  # "ledger.0001_initial"
    tables: dict[str, TableContent]
    bytes: int
    sha256: str


def product_version() -> str:
    """Return the version of this installation."""
    return version("tieout")


def write(file: Path, database: Path, manifest: Manifest) -> None:
    """Write a backup. Until it is whole and on the disk, it has another name."""
    partial = file.with_name(f".{file.name}.partial")
    how = zipfile.ZIP_DEFLATED if manifest.database == "sqlite" else zipfile.ZIP_STORED  # the other is packed already
    descriptor = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            with zipfile.ZipFile(stream, "w", how, compresslevel=6) as archive:
                archive.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
                archive.write(database, _DATABASE)
            stream.flush()
            os.fsync(stream.fileno())
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)


def manifest_of(file: Path) -> Manifest:
    """Return what a backup says of itself. Raise CannotRestore for anything that is not one."""
    with _opened(file) as archive:
        return _manifest(archive)


def extract(file: Path, to: Path) -> Manifest:
    """Write the database of a backup to a path, proved. Raise CannotRestore if a single byte of it is another."""
    with _opened(file) as archive:
        manifest = _manifest(archive)
        digest = hashlib.sha256()
        with archive.open(_DATABASE) as packed, to.open("wb") as out:
            while block := packed.read(1 << 20):
                digest.update(block)
                out.write(block)
        if digest.hexdigest() != manifest.sha256:
            raise CannotRestore(_DAMAGED)
    return manifest


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def room_for(path: Path, size: int) -> None:
    """Raise CannotRestore unless the disk of a folder has room for ``size`` bytes."""
    free = shutil.disk_usage(path).free
    if free < size:
        raise CannotRestore(
            f"The disk of {path} has {free:,} bytes left, and {size:,} are needed. Nothing was changed. "
            f"Make room first."
        )


_DAMAGED = (
    "The backup is damaged: what is in it is not what was put in. Nothing was changed. Take another copy of it, or an "
    "earlier backup."
)


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except FileNotFoundError as error:
        raise CannotRestore(f"There is no file {file}. Nothing was changed.") from error
    except (zipfile.BadZipFile, KeyError) as error:
        raise CannotRestore(
            f"{file} is not a backup of Tieout, or it is cut off or damaged. Nothing was changed. Take another copy of "
            f"it, or an earlier backup."
        ) from error
    # zlib and zipfile have many ways to say that bytes were changed; none of them is a bug of ours
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error) as error:
        raise CannotRestore(_DAMAGED) from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
        raise CannotRestore(_DAMAGED)
    try:
        manifest = msgspec.json.decode(archive.read(_MANIFEST), type=Manifest)
    except msgspec.DecodeError as error:
        raise CannotRestore(
            f"{archive.filename} is not a backup that this version can read. Nothing was changed."
        ) from error
    if manifest.format > FORMAT:
        raise CannotRestore(newer(manifest))
    return manifest


def newer(manifest: Manifest) -> str:
    """Return the words for a backup of a version that we cannot know."""
    return (
        f"The backup was made by a newer version, {manifest.version}; this is {product_version()}. Nothing was "
        f"changed. Upgrade this installation first."
    )
