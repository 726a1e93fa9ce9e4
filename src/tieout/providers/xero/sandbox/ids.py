"""Identifiers of the platform's form. The same organisation has the same ones every time that it is made."""

from __future__ import annotations

import random
from functools import cache
from uuid import NAMESPACE_URL, uuid5


class Ids:
    """Draws identifiers, one after another, from a tenant's own row."""

    def __init__(self, tenant: str) -> None:
        self._dice = random.Random(tenant)

    def new(self) -> str:
        """Return the next identifier."""
        return text(self._dice.getrandbits(128))


def text(number: int) -> str:
    """Return 128 bits as a random (version 4) UUID is written."""
    plain = f"{number:032x}"
    return f"{plain[:8]}-{plain[8:12]}-4{plain[13:16]}-a{plain[17:20]}-{plain[20:]}"


def line_id(journal: str, place: int) -> str:
    """Return the identifier of a journal's line: it follows from the journal's, so it need not be kept."""
    return f"{int(journal[:8], 16) ^ (place + 1):08x}{journal[8:]}"


@cache
def named(tenant: str, kind: str, name: str) -> str:
    """Return the identifier of what has a name elsewhere: a row of a books file."""
    return str(uuid5(NAMESPACE_URL, f"{tenant}/{kind}/{name}"))
