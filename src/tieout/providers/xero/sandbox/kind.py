"""What an endpoint's documents can go through. A kind allows what it implements; the rest is refused here."""
# ruff: noqa: ARG002 - what is refused here is used where a kind allows it

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.values import BadDocument, Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class Kind:
    """The rules of one endpoint."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a document and return its id."""
        raise BadDocument("such a document is not made by itself")

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:
        """Change a document."""
        raise BadDocument("such a document cannot be changed")

    def void(self, org: Organisation, document: Json) -> None:
        """Void a posted document."""
        raise BadDocument("such a document cannot be voided")

    def delete(self, org: Organisation, document: Json) -> None:
        """Delete a document."""
        raise BadDocument("such a document cannot be deleted")


def claim(org: Organisation, kind: str, given: object) -> str:
    """Return the id of a new document: the given one if nothing has it yet, or the next."""
    id_ = str(given or "") or org.ids.new()
    if id_ in org.documents[kind]:
        raise BadDocument(f"{kind} has {id_} already")
    return id_


def without_nothing(document: Json) -> Json:
    """Return a document without the keys that have no value: the platform leaves them out."""
    return {key: value for key, value in document.items() if value is not None and value != ""}
