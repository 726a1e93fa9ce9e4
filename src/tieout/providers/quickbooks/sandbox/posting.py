"""The posting table: which accounts each QuickBooks document debits and credits, on the accrual basis.

The table is quickbooks.md §5.3. Legs are debit positive; the first leg of each draft is the control account.
"""

from __future__ import annotations

from collections.abc import Callable

from tieout.providers.quickbooks.sandbox.draft import Draft
from tieout.providers.quickbooks.sandbox.lists import Lists
from tieout.providers.quickbooks.sandbox.posting_ground import Ground
from tieout.providers.quickbooks.sandbox.posting_money import (
    bill_payment,
    card_payment,
    deposit,
    journal_entry,
    payment,
    stock_adjustment,
    transfer,
)
from tieout.providers.quickbooks.sandbox.posting_purchases import bill, purchase, vendor_credit
from tieout.providers.quickbooks.sandbox.posting_sales import credit_memo, invoice, refund, sales_receipt
from tieout.providers.quickbooks.sandbox.wire import Json, ref

_Rule = Callable[[Ground, Draft, str], None]
RULES: dict[str, _Rule] = {
    "Invoice": invoice,
    "SalesReceipt": sales_receipt,
    "CreditMemo": credit_memo,
    "RefundReceipt": refund,
    "Payment": payment,
    "Bill": bill,
    "VendorCredit": vendor_credit,
    "BillPayment": bill_payment,
    "Purchase": purchase,
    "Deposit": deposit,
    "Transfer": transfer,
    "CreditCardPayment": card_payment,
    "JournalEntry": journal_entry,
    "InventoryAdjustment": stock_adjustment,
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


_PURCHASES = ("Check", "Expense", "Cash Expense", "Credit Card Expense", "Credit Card Credit")
_PAYMENTS = ("Bill Payment (Check)", "Bill Payment (Credit Card)", "Bill Pmt -Check")
_ENTITIES = (
    {label: entity for entity, label in _LABELS.items()}
    | dict.fromkeys(_PURCHASES, "Purchase")
    | dict.fromkeys(_PAYMENTS, "BillPayment")
)


def entity_of(label: str) -> str:
    """Return the entity behind what reports call a document, "" for a kind that only reports know."""
    return _ENTITIES.get(label, "")


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
