"""The XML that the API answers with unless JSON is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

from tieout.providers.xero.sandbox.shown import iso
from tieout.providers.xero.sandbox.wire import Json

_ODD = {"Currencies": "Currency", "TrackingCategories": "TrackingCategory", "Addresses": "Address",
        "BankTransactions": "BankTransaction", "Tracking": "TrackingCategory", "Fields": "Field", "Status": "Status",
        "ReportTitles": "ReportTitle"}  # fmt: skip


def encode(content: Mapping[str, object]) -> bytes:
    """Return the envelope as XML; its elements are in the order of the keys."""
    root = ET.Element("Response")
    for key, value in content.items():
        _add(root, key, value)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _add(parent: ET.Element, key: str, value: object) -> None:
    if value is None:
        return
    element = ET.SubElement(parent, key)
    if isinstance(value, Mapping):
        for inner_key, inner in value.items():
            _add(element, inner_key, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _add(element, _singular(key), inner)
    else:
        element.text = _text(value)


def _text(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case date() | datetime():
            return iso(value)
        case Decimal():
            return f"{value:f}"
        case _:
            return _legal(str(value))


def _legal(text: str) -> str:
    """Return text without the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")


def _singular(key: str) -> str:
    if key in _ODD:
        return _ODD[key]
    return key.removesuffix("s")


def envelope_moment(content: Json, now: datetime) -> Json:
    """Return the envelope with its time as XML has it."""
    return {**content, "DateTimeUTC": iso(now) + "Z"}
