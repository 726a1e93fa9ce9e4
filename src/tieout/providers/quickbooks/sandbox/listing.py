"""The books line by line, for those who compare: what is posted, in plain words, without any wire format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tieout.core.money import to_text
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.lists import NAME_FIELD
from tieout.providers.quickbooks.sandbox.posting import entity_of
from tieout.providers.quickbooks.sandbox.wire import Json, decoder, ref


def lines(engine: Engine, start: date = date.min, end: date = date.max) -> Iterator[Json]:
    """Yield each line posted from ``start`` to before ``end``, in ledger order.

    ``amount`` is a decimal string, debit positive. ``party`` and ``customer`` are as the line has them; ``entity`` is
    "" for a kind that the change feed does not know; ``given`` says that it was entered as mere postings. Zero lines of
    voided transactions are there too.
    """
    for txn in engine.journal.between(start, end):
        given = "Postings" in decoder.decode(txn.source)
        for posting in txn.postings:
            yield {
                "id": txn.id,
                "type": txn.label,
                "entity": txn.entity or entity_of(txn.label),
                "given": given,
                "date": txn.day.isoformat(),
                "number": txn.number,
                "account": posting.account,
                "amount": to_text(posting.amount, engine.digits),
                "party": None if posting.party is None else {"type": posting.party[0], "id": posting.party[1]},
                "customer": posting.customer,
                "item": posting.item,
                "class": posting.klass,
                "location": posting.location,
                "memo": posting.memo,
            }


def lists(engine: Engine) -> Json:
    """Return each list's entries, inactive ones too: id, name, kind, parent, whether it is active."""
    return {
        entity: [
            {
                "id": entry["Id"],
                "name": entry[NAME_FIELD[entity]],
                "kind": str(entry.get("AccountType") or entry.get("Type") or ""),
                "subtype": str(entry.get("AccountSubType") or ""),
                "parent": ref(entry, "ParentRef"),
                "active": entry["Active"],
                "merged": (entity, entry["Id"]) in engine.merged,
            }
            for entry in engine.lists.all(entity)
        ]
        for entity in NAME_FIELD
    }
