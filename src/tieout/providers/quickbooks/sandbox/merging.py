"""Merging two entries of a list into one: everything of the first is the second's from then on.

As on the platform, no transaction counts as changed: only the list tells that an entry has become inactive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tieout.providers.quickbooks.sandbox.journal import Party, Posting, Txn
from tieout.providers.quickbooks.sandbox.lists import POINTS_TO
from tieout.providers.quickbooks.sandbox.wire import BadDocument, Json, decoder, encoder, references

if TYPE_CHECKING:
    from tieout.providers.quickbooks.sandbox.engine import Engine

EARNINGS = "RetainedEarnings"  # the sub-type of the account that takes the profit of ended years
_IN_POSTINGS = {"Account": "account", "Item": "item", "Class": "class", "Department": "location"}  # as documents say it


def merge(engine: Engine, entity: str, source: str, target: str) -> None:
    """Move everything of one list entry to another and make the first inactive. Raise BadDocument if they differ."""
    _check(engine, entity, source, target)
    mover = _Mover(entity, source, target)
    for txn in list(engine.journal.txns.values()):
        moved = mover.transaction(txn)
        if moved is not txn:
            engine.journal.put(moved)
    for item in list(engine.lists.all("Item")):
        if mover.document(changed := msgspec.json.decode(encoder.encode(item))):
            engine.change("Item", item["Id"], {key: changed[key] for key in changed if key in POINTS_TO})
    engine.deactivate(entity, source)


def _check(engine: Engine, entity: str, source: str, target: str) -> None:
    one, two = engine.lists.get(entity, source), engine.lists.get(entity, target)
    kinds = ("AccountType", "Type")
    if (
        source == target
        or any(one.get(kind) != two.get(kind) for kind in kinds)
        or EARNINGS in (one.get("AccountSubType"), two.get("AccountSubType"))
    ):
        raise BadDocument(f"{entity} {source} and {target} cannot be merged")
    if one.get("Type") == "Inventory":
        raise BadDocument("items with stock cannot be merged")
    if not (one["Active"] and two["Active"]):
        raise BadDocument("an inactive entry cannot be merged: it has to be made active first")
    if source in engine.lists.children(entity):
        raise BadDocument(f"{entity} {source} has entries below it")


class _Mover:
    """Puts the target in the source's place."""

    def __init__(self, entity: str, source: str, target: str) -> None:
        self.entity, self.source, self.target = entity, source, target

    def transaction(self, txn: Txn) -> Txn:
        """Return a transaction as it stands after the merge: itself, if the source is not in it."""
        postings = tuple(map(self._posting, txn.postings))
        location = self._id("Department", txn.location)
        party = self._party(txn.party)
        document: Json = decoder.decode(txn.source)
        inside = self.document(document)
        if not inside and postings == txn.postings and (location, party) == (txn.location, txn.party):
            return txn
        source = encoder.encode(document)
        return msgspec.structs.replace(txn, postings=postings, location=location, party=party, source=source)

    def document(self, document: Json) -> bool:
        """Change a document in place; return whether it named the source."""
        found = False
        for key, reference in references(document):
            named = POINTS_TO.get(key) or str(reference.get("type", "Vendor")).capitalize()
            if named == self.entity and str(reference["value"]) == self.source:
                reference["value"], found = self.target, True
        own = _IN_POSTINGS.get(self.entity)
        for posting in document.get("Postings", ()):
            if own and str(posting.get(own, "")) == self.source:
                posting[own], found = self.target, True
        return found

    def _posting(self, posting: Posting) -> Posting:
        moved = msgspec.structs.replace(
            posting,
            account=self._id("Account", posting.account),
            party=self._party(posting.party),
            customer=self._id("Customer", posting.customer),
            item=self._id("Item", posting.item),
            klass=self._id("Class", posting.klass),
            location=self._id("Department", posting.location),
        )
        return posting if moved == posting else moved

    def _id(self, entity: str, entry: str) -> str:
        return self.target if (entity, entry) == (self.entity, self.source) else entry

    def _party(self, party: Party | None) -> Party | None:
        return (party[0], self._id(*party)) if party else None
