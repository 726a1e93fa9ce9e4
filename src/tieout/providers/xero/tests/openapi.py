"""Xero's published OpenAPI file (its licence lies beside it), and what an answer breaks of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker

Json = dict[str, Any]

# What real answers hold and the file does not say (xero.md §5).
UNSAID = {
    "DateString",
    "DueDateString",
    "ExpiryDateString",
    "HasErrors",
    "IsDiscounted",
    "HasValidationErrors",
    "IsDeleted",
    "IsArchived",
    "IsActive",
    "HasAccount",
    "UpdatedDateUTCString",
    "pagination",
    "ExpenseClaim",  # of a payment: how the platform shows what a claim's payment pays is not confirmed
}


@cache
def accounting() -> Json:
    """Return the file."""
    path = Path(__file__).parent / "specs" / "xero_accounting.yaml"
    return dict(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))


def schema_of(path: str) -> Json:
    """Return the schema of a read's answer, by the path as the file has it."""
    answer = accounting()["paths"][path]["get"]["responses"]["200"]
    return dict(answer["content"]["application/json"]["schema"])


def breaches(path: str, answer: object) -> list[str]:
    """Return in words where an answer is not as the file says."""
    whole = {**schema_of(path), "components": accounting()["components"]}
    validator = OAS30Validator(whole, format_checker=oas30_format_checker)
    return [f"{'/'.join(map(str, it.path))}: {it.message}"[:300] for it in validator.iter_errors(answer)]


def inventions(path: str, answer: object) -> set[str]:
    """Return the keys of an answer that the file does not have where they stand."""
    return {where for where in _unknown(schema_of(path), answer, "") if where.rpartition(".")[2] not in UNSAID}


def _unknown(schema: Json, value: object, where: str) -> Iterator[str]:
    schema = _resolved(schema)
    if isinstance(value, list):
        for inner in value:
            yield from _unknown(schema.get("items", {}), inner, where)
    elif isinstance(value, dict) and "properties" in schema:
        for key, inner in value.items():
            if key not in schema["properties"]:
                if where or key not in ("Id", "Status", "ProviderName", "DateTimeUTC"):  # the envelope's
                    yield f"{where}.{key}"
            else:
                yield from _unknown(schema["properties"][key], inner, f"{where}.{key}")


def _resolved(schema: Json) -> Json:
    while "$ref" in schema:
        found: Any = accounting()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema
