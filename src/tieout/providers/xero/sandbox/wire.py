r"""The JSON border of the sandbox: exact amounts, and ``"\/Date(ms+0000)\/"`` for days and moments (xero.md §2.1)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

Json = dict[str, Any]

decoder = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(rb'"/Date\(([-+\d]+)\)/"')


def encode(value: object) -> bytes:
    """Return JSON as the platform writes it: the slashes of its dates are escaped."""
    return _DATE.sub(rb'"\\/Date(\1)\\/"', _encoder.encode(written(value)))


def plain(value: object) -> bytes:
    """Return JSON as the control address writes it, with dates in ISO."""
    return _encoder.encode(value)


def written(value: object) -> object:
    """Return a value with its days and moments in the platform's form."""
    if isinstance(value, dict):
        return {key: written(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [written(inner) for inner in value]
    if isinstance(value, datetime):
        return f"/Date({milliseconds(value)}+0000)/"
    if isinstance(value, date):
        return f"/Date({milliseconds(midnight(value))}+0000)/"
    return value


def milliseconds(moment: datetime) -> int:
    """Return a moment in milliseconds since 1970, exact; before that it is negative."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def midnight(day: date) -> datetime:
    """Return a day as the platform has it on the wire: midnight UTC, whatever the organisation's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def envelope_time(moment: datetime) -> str:
    """Return the time of an answer, which has no offset."""
    return f"/Date({milliseconds(moment)})/"
