"""Finds an organisation's documents in files as people save them: whole answers page by page, bare lists, lines.

What a list holds is told by what stands around it: the key of an answer ("Journals"), the stream of a record that an
extraction tool wrote, or else the file's name or its folder's. A document with a JournalNumber is a journal anywhere.
Names of fields may be those of the API, of its JavaScript client (``journalNumber``) or in snake_case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from tieout.providers.xero.sandbox.values import Json

_ENDPOINTS = (
    "Accounts", "BankTransactions", "BankTransfers", "Budgets", "Contacts", "CreditNotes", "Currencies",
    "ExpenseClaims", "Invoices", "Items", "Journals", "ManualJournals", "Organisation", "Overpayments", "Payments",
    "Prepayments", "TaxRates", "TrackingCategories", "Users",
)  # fmt: skip
# The field that tells a document of an endpoint from an answer with such documents in it.
_ID = {endpoint: f"{endpoint.removesuffix('s')}ID" for endpoint in _ENDPOINTS} | {
    "Currencies": "Code",
    "TaxRates": "TaxType",
    "TrackingCategories": "TrackingCategoryID",
}
_WORDS = {"id": "ID", "utc": "UTC"}
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def endpoint_named(name: str) -> str:
    """Return the endpoint that a key, a stream or a file is named for, "" for none: "bank_transactions_2" is one."""
    return _by_letters().get(re.sub(r"[^a-z]", "", name.lower()), "")


@cache
def _by_letters() -> dict[str, str]:
    found = {endpoint.lower(): endpoint for endpoint in _ENDPOINTS}
    for name, endpoint in list(found.items()):
        found[name.removesuffix("ies") + "y" if name.endswith("ies") else name.removesuffix("s")] = endpoint
    return found | dict.fromkeys(("organisations", "organization", "organizations"), "Organisation")


def field_named(name: str) -> str:
    """Return the API's name of a field that is in snake_case or begins with a small letter."""
    if name != name.lower():
        return name[:1].upper() + name[1:]
    return "".join(_WORDS.get(part) or part.capitalize() for part in name.strip("_").split("_"))


def gather(path: Path) -> Json:
    """Return the documents of a JSON file, or of all JSON files in a folder, by endpoint, unread.

    Raise ValueError for what is no JSON: its words name the file, and the line of a file of lines.
    """
    found: Json = {}
    for file in json_files(path) if path.is_dir() else (path,):
        hint = endpoint_named(file.stem) or endpoint_named(file.parent.name)
        for value in _values(file):
            for endpoint, document in _documents(value, hint):
                found.setdefault(endpoint, []).append(document)
    return found


def json_files(folder: Path) -> list[Path]:
    """Return all JSON files in a folder and its folders."""
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in (".json", ".jsonl", ".ndjson"))


def _values(file: Path) -> Iterator[Any]:
    raw = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        yield _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeError) as error:
        lines = [line for line in raw.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].rstrip().endswith((b"}", b"]")):
            raise ValueError(f"{file.name}: {error}") from error
        for place, line in enumerate(lines, start=1):
            try:
                yield _decoder.decode(line)
            except (msgspec.DecodeError, UnicodeError) as bad:
                raise ValueError(f"{file.name}, line {place}: {bad}") from bad


def _documents(value: Any, hint: str) -> Iterator[tuple[str, Json]]:  # noqa: ANN401 - JSON is what it is
    """Yield each document in a value with its endpoint. ``hint`` is that of documents which do not tell."""
    if isinstance(value, list):
        for one in value:
            yield from _documents(one, hint)
    elif isinstance(value, dict):
        if isinstance(value.get("record"), dict):  # a record as extraction tools write them, one a line
            yield from _documents(value["record"], endpoint_named(str(value.get("stream", ""))) or hint)
            return
        names = {field_named(name) for name in value}
        if "JournalNumber" in names:
            yield "Journals", named_as_in_api(value)
            return
        lists = [] if _ID.get(hint) in names else [(endpoint_named(name), inner) for name, inner in value.items()]
        lists = [(endpoint, inner) for endpoint, inner in lists if endpoint and isinstance(inner, list | dict)]
        for endpoint, inner in lists:
            yield from _documents(inner, endpoint)
        if hint and not lists:
            yield hint, named_as_in_api(value)


def named_as_in_api(value: Any) -> Any:  # noqa: ANN401 - JSON is what it is
    """Return a value with its fields named as the API names them."""
    if isinstance(value, dict):
        return {field_named(name): named_as_in_api(inner) for name, inner in value.items()}
    return [named_as_in_api(inner) for inner in value] if isinstance(value, list) else value
