"""The posting table: which accounts each QuickBooks document debits and credits, on the accrual basis.

The table is quickbooks.md §5.3. Legs are debit positive; the first leg of each draft is the control account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Protocol

from tieout.core.money import to_decimal
from tieout.providers.quickbooks.sandbox.draft import Draft, Leg
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


def _sales_legs(ground: Ground, draft: Draft, txn_id: str, sign: int) -> int:
    """Add income, discount, tax and cost legs; return the document's total. ``sign`` is +1 for a sale, -1 back."""
    document = draft.document
    total = 0
    costs: list[Leg] = []
    for line in _lines(document):
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
            draft.add(account or ground.special("DiscountsRefundsGiven"), sign * amount, memo=_memo(line))
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
        memo=_memo(line),
        quantity=_number(detail.get("Qty")),
        rate=_number(detail.get("UnitPrice")),
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
    draft.party = _customer(draft.document)
    leg.amount = sign * _sales_legs(ground, draft, txn_id, sign)
    _settle_total(draft, leg.amount * sign)


def _invoice(ground: Ground, draft: Draft, txn_id: str) -> None:
    _sale(ground, draft, txn_id, ground.special("AccountsReceivable", draft.currency), 1)


def _credit_memo(ground: Ground, draft: Draft, txn_id: str) -> None:
    _sale(ground, draft, txn_id, ground.special("AccountsReceivable", draft.currency), -1)


def _sales_receipt(ground: Ground, draft: Draft, txn_id: str) -> None:
    _sale(ground, draft, txn_id, _deposit_to(ground, draft.document), 1)


def _refund(ground: Ground, draft: Draft, txn_id: str) -> None:
    _sale(ground, draft, txn_id, _deposit_to(ground, draft.document), -1)


def _payment(ground: Ground, draft: Draft, _txn_id: str) -> None:
    draft.party = _customer(draft.document)
    total = draft.minor(draft.document["TotalAmt"])
    memo = str(draft.document.get("PrivateNote", ""))
    draft.add(_deposit_to(ground, draft.document), total, memo=memo)
    receivable = ref(draft.document, "ARAccountRef") or ground.special("AccountsReceivable", draft.currency)
    leg = draft.add(receivable, -total, memo=memo)
    _exchange_difference(ground, draft, leg)


def _purchase_legs(ground: Ground, draft: Draft, txn_id: str, sign: int) -> int:
    """Add expense and item legs; return the document's total. ``sign`` is +1 for a purchase, -1 back."""
    total = 0
    for line in _lines(draft.document):
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
            memo=_memo(line),
            quantity=_number(detail.get("Qty")),
            rate=_number(detail.get("UnitPrice")),
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
    _settle_total(draft, -leg.amount * sign)


def _bill(ground: Ground, draft: Draft, txn_id: str) -> None:
    _vendor_document(ground, draft, txn_id, 1)


def _vendor_credit(ground: Ground, draft: Draft, txn_id: str) -> None:
    _vendor_document(ground, draft, txn_id, -1)


def _purchase(ground: Ground, draft: Draft, txn_id: str) -> None:
    document = draft.document
    sign = -1 if document.get("Credit") else 1
    entity = document.get("EntityRef")
    if isinstance(entity, dict) and entity.get("value"):
        draft.party = (str(entity.get("type", "Vendor")).capitalize(), str(entity["value"]))
    leg = draft.add(ref(document, "AccountRef"), 0, memo=str(document.get("PrivateNote", "")))
    leg.amount = -sign * _purchase_legs(ground, draft, txn_id, sign)
    _settle_total(draft, -leg.amount * sign)


def _bill_payment(ground: Ground, draft: Draft, _txn_id: str) -> None:
    document = draft.document
    draft.party = ("Vendor", ref(document, "VendorRef"))
    total = draft.minor(document["TotalAmt"])
    by_card = document.get("PayType") == "CreditCard"
    paid_from = document.get("CreditCardPayment" if by_card else "CheckPayment", {})
    memo = str(document.get("PrivateNote", ""))
    draft.add(ref(paid_from, "CCAccountRef" if by_card else "BankAccountRef"), -total, memo=memo)
    payable = ref(document, "APAccountRef") or ground.special("AccountsPayable", draft.currency)
    leg = draft.add(payable, total, memo=memo)
    _exchange_difference(ground, draft, leg)


def _deposit(ground: Ground, draft: Draft, _txn_id: str) -> None:
    document = draft.document
    bank = draft.add(ref(document, "DepositToAccountRef"), 0, memo=str(document.get("PrivateNote", "")))
    for line in _lines(document):
        amount = draft.minor(line["Amount"])
        bank.amount += amount
        if linked := line.get("LinkedTxn"):
            paid = ground.transaction(str(linked[0]["TxnId"]))
            held = paid.postings[0].account if paid.postings else ground.special("UndepositedFunds")
            draft.add(held, -amount, party=paid.party, memo=_memo(line))
            continue
        detail = line["DepositLineDetail"]
        entity = detail.get("Entity") or {}
        kind = str(entity.get("type", "Vendor")).capitalize()
        draft.add(
            ref(detail, "AccountRef"),
            -amount,
            party=(kind, str(entity["value"])) if entity.get("value") else None,
            klass=ref(detail, "ClassRef"),
            memo=_memo(line),
        )
    if cash := document.get("CashBack"):
        amount = draft.minor(cash["Amount"])
        bank.amount -= amount
        draft.add(ref(cash, "AccountRef"), amount, memo=str(cash.get("Memo", "")))
    _settle_total(draft, bank.amount)


def _transfer(_ground: Ground, draft: Draft, _txn_id: str) -> None:
    amount = draft.minor(draft.document["Amount"])
    memo = str(draft.document.get("PrivateNote", ""))
    draft.add(ref(draft.document, "ToAccountRef"), amount, memo=memo)
    draft.add(ref(draft.document, "FromAccountRef"), -amount, memo=memo)


def _card_payment(_ground: Ground, draft: Draft, _txn_id: str) -> None:
    amount = draft.minor(draft.document["Amount"])
    memo = str(draft.document.get("PrivateNote", ""))
    draft.add(ref(draft.document, "CreditCardAccountRef"), amount, memo=memo)
    draft.add(ref(draft.document, "BankAccountRef"), -amount, memo=memo)


def _journal_entry(_ground: Ground, draft: Draft, _txn_id: str) -> None:
    for line in _lines(draft.document):
        detail = line["JournalEntryLineDetail"]
        amount = draft.minor(line["Amount"])
        sign = {"Debit": 1, "Credit": -1}[detail["PostingType"]]
        entity = detail.get("Entity") or {}
        party = (str(entity["Type"]).capitalize(), ref(entity, "EntityRef")) if entity.get("EntityRef") else None
        draft.add(
            ref(detail, "AccountRef"),
            sign * amount,
            party=party,
            klass=ref(detail, "ClassRef"),
            location=ref(detail, "DepartmentRef"),
            memo=_memo(line) or str(draft.document.get("PrivateNote", "")),
        )


def _stock_adjustment(ground: Ground, draft: Draft, txn_id: str) -> None:
    shrinkage = draft.add(ref(draft.document, "AdjustAccountRef"), 0)
    for line in _lines(draft.document):
        detail = line["ItemAdjustmentLineDetail"]
        item_id = ref(detail, "ItemRef")
        item = ground.lists.get("Item", item_id)
        quantity = Decimal(str(detail["QtyDiff"]))
        if quantity < 0:
            cost = -ground.inventory.issue(txn_id, item_id, -quantity)
        else:
            cost = draft.cost(quantity, item.get("PurchaseCost"))
            ground.inventory.receive(txn_id, item_id, quantity, cost)
        shrinkage.amount -= cost
        draft.add(ref(item, "AssetAccountRef"), cost, item=item_id, quantity=quantity)
        # The platform's ledger has a second row of the adjustment, without an amount.
        draft.add(ref(item, "AssetAccountRef"), 0, item=item_id, quantity=quantity)


_Rule = Callable[[Ground, Draft, str], None]
RULES: dict[str, _Rule] = {
    "Invoice": _invoice,
    "SalesReceipt": _sales_receipt,
    "CreditMemo": _credit_memo,
    "RefundReceipt": _refund,
    "Payment": _payment,
    "Bill": _bill,
    "VendorCredit": _vendor_credit,
    "BillPayment": _bill_payment,
    "Purchase": _purchase,
    "Deposit": _deposit,
    "Transfer": _transfer,
    "CreditCardPayment": _card_payment,
    "JournalEntry": _journal_entry,
    "InventoryAdjustment": _stock_adjustment,
}
_LABELS = {
    "Invoice": "Invoice",
    "SalesReceipt": "Sales Receipt",
    "CreditMemo": "Credit Memo",
    "RefundReceipt": "Refund",
    "Payment": "Payment",
    "Bill": "Bill",
    "VendorCredit": "Vendor Credit",
    "Deposit": "Deposit",
    "Transfer": "Transfer",
    "CreditCardPayment": "Credit Card Payment",
    "JournalEntry": "Journal Entry",
    "InventoryAdjustment": "Inventory Qty Adjust",
}


def label_of(entity: str, document: Json, lists: Lists) -> str:
    """Return what reports call a document: a Purchase is a Check, an Expense, or a card's expense or credit."""
    if entity == "BillPayment":
        return f"Bill Payment ({'Credit Card' if document.get('PayType') == 'CreditCard' else 'Check'})"
    if entity != "Purchase":
        return _LABELS[entity]
    if document.get("PaymentType") == "CreditCard":
        return "Credit Card Credit" if document.get("Credit") else "Credit Card Expense"
    if document.get("PaymentType") == "Check":
        return "Check"
    account = lists.get("Account", ref(document, "AccountRef"))
    return "Cash Expense" if account["AccountSubType"] == "CashOnHand" else "Expense"


def _lines(document: Json) -> Iterator[Json]:
    for line in document.get("Line", ()):
        if line.get("DetailType") == "GroupLineDetail":  # a bundle: its members post, it does not
            yield from _lines({"Line": line["GroupLineDetail"].get("Line", ())})
        elif line.get("DetailType") not in ("SubTotalLineDetail", "DescriptionOnly"):
            yield line


def _customer(document: Json) -> tuple[str, str]:
    return ("Customer", ref(document, "CustomerRef"))


def _deposit_to(ground: Ground, document: Json) -> str:
    return ref(document, "DepositToAccountRef") or ground.special("UndepositedFunds")


def _memo(line: Json) -> str:
    return str(line.get("Description") or "")


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _settle_total(draft: Draft, total: int) -> None:
    """Fill the document's total in, or refuse one that is not the sum of its lines."""
    said = draft.document.get("TotalAmt")
    if said is None:
        draft.document["TotalAmt"] = to_decimal(total, draft.digits)
    elif draft.minor(said) != total:
        raise BadDocument(f"{draft.label}: TotalAmt is {said}, the lines say {total} minor units")


def _exchange_difference(ground: Ground, draft: Draft, control: Leg) -> None:
    """Settle receivables and payables at the rate at which they were booked; the rest is exchange gain or loss."""
    if not draft.foreign or not draft.document.get("Line"):
        return
    sign = 1 if control.amount > 0 else -1
    left, home = abs(control.amount), 0
    for line in draft.document["Line"]:
        for linked in line.get("LinkedTxn", ()):
            amount = draft.minor(line["Amount"])
            booked = ground.transaction(str(linked["TxnId"])).postings[0]
            if booked.foreign:
                home += round(Decimal(amount) * abs(booked.amount) / abs(booked.foreign))
                left -= amount
    home += draft.home(left)
    control.home = sign * home
    gain = draft.home(control.amount) - control.home
    if gain:
        draft.add(ground.special("ExchangeGainOrLoss"), 0, home=gain)
