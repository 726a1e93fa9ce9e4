"""The JSON border of the sandbox: exact amounts in, exact amounts out.

Parsed JSON is ``Json`` here and nowhere else typed: the sandbox answers for shapes that it has itself checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

Json = dict[str, Any]

encoder = msgspec.json.Encoder(decimal_format="number")
decoder = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


class BadDocument(ValueError):
    """The books refuse a document or list entry: it does not balance, or names something that does not exist."""


def ref(document: Json, key: str) -> str:
    """Return the id in a reference field such as ``AccountRef``, or "" where the field is absent."""
    value = document.get(key)
    return str(value["value"]) if isinstance(value, dict) and value.get("value") else ""


def day(value: object) -> date:
    """Return a date given as ``date`` or as ISO text."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise BadDocument(f"{value!r} is not a date") from error


@cache
def zone(name: str) -> ZoneInfo:
    """Return a time zone, or UTC on a machine that does not have its rules."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return ZoneInfo("UTC")


def stamp(seconds: int, timezone: str) -> str:
    """Return epoch seconds in the company's zone, with the colon in the offset that entities have."""
    return datetime.fromtimestamp(seconds, zone(timezone)).isoformat()


def report_stamp(seconds: int, timezone: str) -> str:
    """Return epoch seconds as reports' cells have them: no colon in the offset."""
    return datetime.fromtimestamp(seconds, zone(timezone)).strftime("%Y-%m-%dT%H:%M:%S%z")


def plain(value: object) -> object:
    """Return a document as JSON holds it: dates as text, so that a stored copy equals what a client would send."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def copied(document: Mapping[str, object]) -> Json:
    """Return a copy of a document as JSON holds it, safe to change."""
    return {key: plain(value) for key, value in document.items()}


def references(value: object) -> Iterator[tuple[str, Json]]:
    """Yield every reference of a document, however deep: its key and the ``{"value", "name"}`` object itself."""
    if isinstance(value, list):
        for inner in value:
            yield from references(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict) and "value" in inner:
                yield key, inner
            else:
                yield from references(inner)
