"""Encrypts bytes at rest, with keys that can be rotated. Knows no database and no framework."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Undecryptable(Exception):
    """None of the keys opens it, or it belongs to something else than was asked for."""


class Box:
    """Seals bytes for one owner. The first key seals; every key opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, content: bytes, *, owner: str) -> bytes:
        """Return ciphertext that opens only for the same owner: rows swapped in the database do not decrypt."""
        return self._fernet.encrypt(owner.encode() + b"\0" + content)

    def open(self, sealed: bytes, *, owner: str) -> bytes:
        """Return the content; raise Undecryptable."""
        try:
            name, _, content = self._fernet.decrypt(sealed).partition(b"\0")
        except InvalidToken as error:
            raise Undecryptable("no key opens it") from error
        if name != owner.encode():
            raise Undecryptable("it was sealed for another owner")
        return content


def new_key() -> str:
    """Return a key that nobody has had."""
    return Fernet.generate_key().decode()


def read_or_make_key(path: Path) -> str:
    """Return the key in a file, made at the first call, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
    return path.read_text().strip()
