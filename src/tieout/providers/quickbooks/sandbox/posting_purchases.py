"""What purchases post: expense or stock against the vendor, the bank or a card (quickbooks.md §5.3)."""

from __future__ import annotations

from tieout.providers.quickbooks.sandbox.draft import Draft, Leg
from tieout.providers.quickbooks.sandbox.posting_ground import Ground, lines, memo, number, settle_total
from tieout.providers.quickbooks.sandbox.wire import BadDocument, ref


def _purchase_legs(ground: Ground, draft: Draft, txn_id: str, sign: int) -> int:
    """Add expense and item legs; return the document's total. ``sign`` is +1 for a purchase, -1 back."""
    total = 0
    for line in lines(draft.document):
        detail = line.get(str(line.get("DetailType")))
        if detail is None or line["DetailType"] not in ("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"):
            raise BadDocument(f"{draft.label}: a line of type {line.get('DetailType')!r}")
        amount = draft.minor(line["Amount"])
        total += amount
        leg = draft.add(
            ref(detail, "AccountRef"),
            sign * amount,
            item=ref(detail, "ItemRef"),
            klass=ref(detail, "ClassRef") or ref(draft.document, "ClassRef"),
            customer=ref(detail, "CustomerRef"),
            memo=memo(line),
            quantity=number(detail.get("Qty")),
            rate=number(detail.get("UnitPrice")),
        )
        if leg.item:
            _purchased_item(ground, draft, leg, txn_id)
    return total


def _purchased_item(ground: Ground, draft: Draft, leg: Leg, txn_id: str) -> None:
    item = ground.lists.get("Item", leg.item)
    stocked = item.get("Type") == "Inventory"
    leg.account = leg.account or ref(item, "AssetAccountRef" if stocked else "ExpenseAccountRef")
    if stocked and leg.quantity:
        if leg.amount > 0:
            ground.inventory.receive(txn_id, leg.item, leg.quantity, draft.home(leg.amount))
        else:
            ground.inventory.issue(txn_id, leg.item, leg.quantity)


def _vendor_document(ground: Ground, draft: Draft, txn_id: str, sign: int) -> None:
    draft.party = ("Vendor", ref(draft.document, "VendorRef"))
    payable = ref(draft.document, "APAccountRef") or ground.special("AccountsPayable", draft.currency)
    leg = draft.add(payable, 0, memo=str(draft.document.get("PrivateNote", "")))
    leg.amount = -sign * _purchase_legs(ground, draft, txn_id, sign)
    settle_total(draft, -leg.amount * sign)


def bill(ground: Ground, draft: Draft, txn_id: str) -> None:
    """The vendor is owed the total."""
    _vendor_document(ground, draft, txn_id, 1)


def vendor_credit(ground: Ground, draft: Draft, txn_id: str) -> None:
    """The vendor is owed less."""
    _vendor_document(ground, draft, txn_id, -1)


def purchase(ground: Ground, draft: Draft, txn_id: str) -> None:
    """A check, an expense or a card pays at once; a card credit gives back."""
    document = draft.document
    sign = -1 if document.get("Credit") else 1
    entity = document.get("EntityRef")
    if isinstance(entity, dict) and entity.get("value"):
        draft.party = (str(entity.get("type", "Vendor")).capitalize(), str(entity["value"]))
    leg = draft.add(ref(document, "AccountRef"), 0, memo=str(document.get("PrivateNote", "")))
    leg.amount = -sign * _purchase_legs(ground, draft, txn_id, sign)
    settle_total(draft, -leg.amount * sign)
