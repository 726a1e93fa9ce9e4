"""What sales post: income, discount and tax against the customer, and cost of goods for stock (quickbooks.md §5.3)."""

from __future__ import annotations

from tieout.providers.quickbooks.sandbox.draft import Draft, Leg
from tieout.providers.quickbooks.sandbox.posting_ground import (
    Ground,
    customer,
    deposit_to,
    lines,
    memo,
    number,
    settle_total,
)
from tieout.providers.quickbooks.sandbox.wire import Json, ref


def _sales_legs(ground: Ground, draft: Draft, txn_id: str, sign: int) -> int:
    """Add income, discount, tax and cost legs; return the document's total. ``sign`` is +1 for a sale, -1 back."""
    document = draft.document
    total = 0
    costs: list[Leg] = []
    for line in lines(document):
        kind = line.get("DetailType")
        if kind == "SalesItemLineDetail":
            amount = draft.minor(line["Amount"])
            total += amount
            leg = _sales_line(ground, draft, line, amount, sign)
            costs += _cost_legs(ground, draft, leg, txn_id, sign)
        elif kind == "DiscountLineDetail":
            amount = draft.minor(line["Amount"])
            total -= amount
            account = ref(line["DiscountLineDetail"], "DiscountAccountRef")
            draft.add(account or ground.special("DiscountsRefundsGiven"), sign * amount, memo=memo(line))
    for tax in document.get("TxnTaxDetail", {}).get("TaxLine", ()):
        amount = draft.minor(tax["Amount"])
        total += amount
        draft.add(ground.special("SalesTaxPayable"), -sign * amount)
    draft.legs += costs
    return total


def _sales_line(ground: Ground, draft: Draft, line: Json, amount: int, sign: int) -> Leg:
    detail = line["SalesItemLineDetail"]
    item = ref(detail, "ItemRef")
    account = ref(detail, "ItemAccountRef") or (ref(ground.lists.get("Item", item), "IncomeAccountRef") if item else "")
    return draft.add(
        account or ground.special("SalesOfProductIncome"),
        -sign * amount,
        item=item,
        klass=ref(detail, "ClassRef") or ref(draft.document, "ClassRef"),
        memo=memo(line),
        quantity=number(detail.get("Qty")),
        rate=number(detail.get("UnitPrice")),
    )


def _cost_legs(ground: Ground, draft: Draft, sale: Leg, txn_id: str, sign: int) -> list[Leg]:
    """Return cost of goods sold against inventory, for a stocked item."""
    if not sale.item or not sale.quantity:
        return []
    item = ground.lists.get("Item", sale.item)
    if item.get("Type") != "Inventory":
        return []
    if sign > 0:
        cost = ground.inventory.issue(txn_id, sale.item, sale.quantity)
    else:
        cost = draft.cost(sale.quantity, item.get("PurchaseCost"))
        ground.inventory.receive(txn_id, sale.item, sale.quantity, cost)
    goods = ref(item, "ExpenseAccountRef") or ground.special("SuppliesMaterialsCogs")

    def leg(account: str, amount: int) -> Leg:
        return Leg(
            account=account,
            amount=amount,
            home=amount,
            item=sale.item,
            klass=sale.klass,
            memo=sale.memo,
            quantity=sale.quantity,
        )

    return [leg(goods, sign * cost), leg(ref(item, "AssetAccountRef"), -sign * cost)]


def _sale(ground: Ground, draft: Draft, txn_id: str, control: str, sign: int) -> None:
    leg = draft.add(control, 0, memo=str(draft.document.get("PrivateNote", "")))
    draft.party = customer(draft.document)
    leg.amount = sign * _sales_legs(ground, draft, txn_id, sign)
    settle_total(draft, leg.amount * sign)


def invoice(ground: Ground, draft: Draft, txn_id: str) -> None:
    """The customer owes the total."""
    _sale(ground, draft, txn_id, ground.special("AccountsReceivable", draft.currency), 1)


def credit_memo(ground: Ground, draft: Draft, txn_id: str) -> None:
    """The customer owes less."""
    _sale(ground, draft, txn_id, ground.special("AccountsReceivable", draft.currency), -1)


def sales_receipt(ground: Ground, draft: Draft, txn_id: str) -> None:
    """The money is there at once."""
    _sale(ground, draft, txn_id, deposit_to(ground, draft.document), 1)


def refund(ground: Ground, draft: Draft, txn_id: str) -> None:
    """The money goes back at once."""
    _sale(ground, draft, txn_id, deposit_to(ground, draft.document), -1)
