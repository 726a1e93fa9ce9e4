"""What the report's label of a transaction tells: its page in QuickBooks, and whether it may be pay.

Labels are translated in other countries, so any may be right: they are kept verbatim, and nothing is refused for one.
"""

from __future__ import annotations

# The page of each kind of document. What is not here (paychecks, tax payments, system postings) has no page.
PAGES = {
    "Bill": "bill",
    "Bill Payment (Check)": "billpayment",
    "Bill Payment (Credit Card)": "billpayment",
    "Cash Expense": "expense",
    "Check": "check",
    "Credit Card Credit": "creditcardcredit",
    "Credit Card Expense": "expense",
    "Credit Card Payment": "creditcardpayment",
    "Credit Memo": "creditmemo",
    "Deposit": "deposit",
    "Expense": "expense",
    "Inventory Qty Adjust": "inventoryadjustment",
    "Invoice": "invoice",
    "Journal Entry": "journal",
    "Payment": "recvpayment",
    "Refund": "refundreceipt",
    "Sales Receipt": "salesreceipt",
    "Transfer": "transfer",
    "Vendor Credit": "vendorcredit",
}
# Documents that are made out to several parties, or to none: a name on one of their lines says nothing of the others.
_OF_NOBODY = frozenset({"Credit Card Payment", "Deposit", "Inventory Qty Adjust", "Journal Entry", "Transfer"})
_PAYROLL_WORDS = ("payroll", "paycheck", "pay check", "paycheque")


def is_payroll(label: str, *, pays_an_employee: bool) -> bool:
    """Whether an entry carries people's pay: by its English label, or by an employee under a label we do not know."""
    return label.lower().startswith(_PAYROLL_WORDS) or (pays_an_employee and label not in PAGES)


def is_of_one_party(label: str) -> bool:
    """Whether a document of this label is made out to one party, as a bill is to its vendor."""
    return label in PAGES and label not in _OF_NOBODY
