"""What the posting rules share: the company that posts, and how documents are read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

from tieout.core.money import to_decimal
from tieout.providers.quickbooks.sandbox.draft import Draft
from tieout.providers.quickbooks.sandbox.inventory import Inventory
from tieout.providers.quickbooks.sandbox.journal import Txn
from tieout.providers.quickbooks.sandbox.lists import Lists
from tieout.providers.quickbooks.sandbox.wire import BadDocument, Json, ref


class Ground(Protocol):
    """What the rules ask of the company that posts."""

    lists: Lists
    inventory: Inventory

    def special(self, subtype: str, currency: str = "") -> str:
        """Return the account that the platform uses for a purpose, made when first needed."""
        ...

    def transaction(self, txn_id: str) -> Txn:
        """Return a posted transaction."""
        ...


def lines(document: Json) -> Iterator[Json]:
    """Yield the lines that post, those of bundles included."""
    for line in document.get("Line", ()):
        if line.get("DetailType") == "GroupLineDetail":  # a bundle: its members post, it does not
            yield from lines({"Line": line["GroupLineDetail"].get("Line", ())})
        elif line.get("DetailType") not in ("SubTotalLineDetail", "DescriptionOnly"):
            yield line


def customer(document: Json) -> tuple[str, str]:
    """Return the customer that a document is for."""
    return ("Customer", ref(document, "CustomerRef"))


def deposit_to(ground: Ground, document: Json) -> str:
    """Return the account that money of a sale goes to."""
    return ref(document, "DepositToAccountRef") or ground.special("UndepositedFunds")


def memo(line: Json) -> str:
    """Return a line's description."""
    return str(line.get("Description") or "")


def number(value: object) -> Decimal | None:
    """Return a quantity or a rate, or None."""
    return None if value is None else Decimal(str(value))


def settle_total(draft: Draft, total: int) -> None:
    """Fill the document's total in, or refuse one that is not the sum of its lines."""
    said = draft.document.get("TotalAmt")
    if said is None:
        draft.document["TotalAmt"] = to_decimal(total, draft.digits)
    elif draft.minor(said) != total:
        raise BadDocument(f"{draft.label}: TotalAmt is {said}, the lines say {total} minor units")
