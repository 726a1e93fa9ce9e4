"""Kinds without an entity post what they are given: paychecks, tax payments, starting values of stock."""

from __future__ import annotations

from decimal import Decimal

from tieout.core.money import currency_digits, to_decimal, to_minor
from tieout.providers.quickbooks.sandbox.draft import Draft
from tieout.providers.quickbooks.sandbox.journal import Party, Posting
from tieout.providers.quickbooks.sandbox.posting_ground import Ground
from tieout.providers.quickbooks.sandbox.wire import BadDocument, Json, ref


def given_postings(ground: Ground, draft: Draft, location: str) -> tuple[Posting, ...]:
    """Return the postings of a document's ``Postings``. Raise BadDocument if they do not balance."""
    postings = tuple(_posting(ground, draft, line, location) for line in draft.document["Postings"])
    if off := sum(posting.amount for posting in postings):
        raise BadDocument(f"debits exceed credits by {to_decimal(off, draft.home_digits)}")
    return postings


def named(name: object) -> Party | None:
    """Return the party in ``{"type": "Vendor", "value": "48"}``, or None."""
    if not isinstance(name, dict) or not name.get("value"):
        return None
    return (str(name["type"]), str(name["value"]))


def _posting(ground: Ground, draft: Draft, line: Json, location: str) -> Posting:
    currency = str(line.get("currency") or "")
    foreign = 0
    if currency and currency != draft.home_currency:
        foreign = to_minor(Decimal(str(line.get("currency_amount", 0))), currency_digits(currency))
    posting = Posting(
        account=str(line["account"]),
        amount=draft.minor(line["amount"]),
        party=named(line.get("name")) or draft.party,
        item=str(line.get("item") or ""),
        klass=str(line.get("class") or ""),
        location=str(line.get("location") or "") or location,
        memo=str(line.get("memo") or draft.document.get("PrivateNote") or ""),
        quantity=Decimal(str(line["quantity"])) if line.get("quantity") is not None else None,
        currency=currency if currency != draft.home_currency else "",
        foreign=foreign,
    )
    for entity, entry in (("Item", posting.item), ("Class", posting.klass), ("Department", posting.location)):
        if entry:
            ground.lists.get(entity, entry)
    if posting.party:
        ground.lists.get(*posting.party)
    _starting_stock(ground, draft, posting)
    return posting


def _starting_stock(ground: Ground, draft: Draft, posting: Posting) -> None:
    """Bring in the pieces of "Inventory Starting Value", the only kind without an entity that has any."""
    if posting.item and posting.quantity and draft.label == "Inventory Starting Value":
        item = ground.lists.get("Item", posting.item)
        if ref(item, "AssetAccountRef") == posting.account:
            ground.inventory.receive(draft.document["Id"], posting.item, posting.quantity, posting.amount)
