"""Reads an export of an organisation in the platform's own JSON: days become days, stamps become stamps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tieout.providers.xero.sandbox.export_files import gather
from tieout.providers.xero.sandbox.values import Json

_DATE = re.compile(r"\\?/Date\((-?\d+)(?:[+-]\d{4})?\)\\?/")
_STAMPS = {"UpdatedDateUTC", "CreatedDateUTC"}
_DAYS = {
    "Date",
    "JournalDate",
    "DueDate",
    "FullyPaidOnDate",
    "ExpectedPaymentDate",
    "PlannedPaymentDate",
    "PeriodLockDate",
    "EndOfYearLockDate",
    "ReportingDate",
    "PaymentDueDate",
}
# The ISO twins of days and stamps: they are written anew with what they double.
_TWINS = {f"{name}String" for name in _STAMPS | _DAYS}
_AMOUNTS = re.compile(r".*(Amount|Total|Due|Rate|Credit|Tax|Quantity|Paid|Credited|Outstanding|Price|Pool|OnHand)")
_WHOLE = ("FinancialYearEndMonth", "FinancialYearEndDay")
_DECIMALS = 6  # the platform has four at most
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadExport(ValueError):
    """The export cannot be served as it is; ``place`` says where."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place


def read_files(path: Path) -> Json:
    """Return the documents of a JSON file, or of a folder of them, by endpoint; "Organisation" is one document."""
    try:
        return read(gather(path), path.name)
    except BadExport:
        raise
    except ValueError as error:
        raise BadExport(path.name, str(error)) from error


def read(given: Json, name: str) -> Json:
    """Return an export's documents by endpoint, read. Raise BadExport for a journal without number, day or lines."""
    found: Json = {}
    for key, value in given.items():
        documents = value.get(key, value) if isinstance(value, dict) else value  # a whole answer has the list in it
        if key in ("Organisation", "Organisations"):
            one = documents[0] if isinstance(documents, list) and documents else documents
            one = one.get("Organisations", [one])[0] if isinstance(one, dict) else {}
            found["Organisation"] = known(one, "Organisation")
        elif isinstance(documents, list):
            found[key] = [known(document, f"{name}, {key}") for document in documents if isinstance(document, dict)]
    if not found.get("Journals"):
        raise BadExport(name, "there are no journals in it")
    found["Journals"] = list(_checked_journals(found["Journals"], name))
    return found


def _checked_journals(journals: Iterable[Json], name: str) -> Iterator[Json]:
    """Yield each journal once: pages that were saved one after the other may overlap."""
    numbers: dict[int, object] = {}
    for place, journal in enumerate(journals, start=1):
        where = f"{name}, journal {journal.get('JournalNumber', f'at place {place}')}"
        for key in ("JournalNumber", "JournalDate", "JournalLines"):
            if not journal.get(key) and journal.get(key) != []:
                raise BadExport(where, f"{key} is missing")
        journal["JournalNumber"] = int(journal["JournalNumber"])
        number, id_ = journal["JournalNumber"], journal.get("JournalID")
        if number in numbers:
            if id_ and id_ == numbers[number]:
                continue
            raise BadExport(where, "the number was given before")
        numbers[number] = id_
        for line in journal["JournalLines"]:
            if line.get("NetAmount") is None:
                raise BadExport(where, "NetAmount of a line is missing")
            for key in ("NetAmount", "GrossAmount", "TaxAmount"):
                if line.get(key) is not None:
                    line[key] = amount(line[key], where)
        yield journal


def known(value: Any, where: str, key: str = "") -> Any:  # noqa: ANN401 - JSON is what it is
    """Return a value of the export with its days, stamps and amounts as such, and without the twins of days."""
    if isinstance(value, dict):
        read = {name: known(inner, where, name) for name, inner in value.items() if name not in _TWINS}
        return {name: inner for name, inner in read.items() if inner is not None}
    if isinstance(value, list):
        return [known(inner, where, key) for inner in value]
    if key in _STAMPS or key in _DAYS:
        if value in (None, ""):
            return None
        at = moment(value, where)
        return at if key in _STAMPS else at.date()
    if key in _WHOLE and isinstance(value, str) and value.isdecimal():
        return int(value)
    return Decimal(value) if isinstance(value, str) and _AMOUNTS.fullmatch(key) and _NUMBER.fullmatch(value) else value


def amount(value: object, where: str) -> Decimal:
    """Return an amount given as a number or as text. What a binary fraction adds to one far behind is cut off."""
    try:
        given = Decimal(str(value))
        exact = int(given.as_tuple().exponent) >= -_DECIMALS
        return given if exact else given.quantize(Decimal(1).scaleb(-4)).normalize() + 0
    except (InvalidOperation, TypeError, ValueError) as error:
        raise BadExport(where, f"{value!r} is not an amount") from error


def moment(value: object, where: str) -> datetime:
    """Return a moment given as ``/Date(ms)/``, as ISO text with or without a zone (then UTC), or as a plain day."""
    text = str(value).strip()
    if found := _DATE.fullmatch(text):
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    iso = re.sub(r"(\.\d{6})\d+", r"\1", text.removesuffix(" UTC").replace("Z", "+00:00"))
    try:
        at = datetime.fromisoformat(iso)
    except ValueError as error:
        raise BadExport(where, f"{text!r} is not a date") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
