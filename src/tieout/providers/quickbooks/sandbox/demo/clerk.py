"""Writes documents in the shapes of the QuickBooks API, with names in place of ids and whole cents for amounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tieout.providers.quickbooks.sandbox.engine import Engine

Document = dict[str, object]
BANK = "1010"
CARD = "2110"


def money(cents: int) -> Decimal:
    """Return whole cents as the Decimal that documents hold."""
    return Decimal(cents).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Cost:
    """A line of a bill or purchase. ``account`` is an account number; ``cents`` may be negative."""

    account: str
    cents: int
    klass: str = ""
    memo: str = ""
    customer: str = ""
    item: str = ""
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class Sale:
    """A line of an invoice or another sales document."""

    item: str
    cents: int
    klass: str = ""
    memo: str = ""
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a journal entry or of raw postings: debit positive."""

    account: str
    cents: int
    klass: str = ""
    location: str = ""
    memo: str = ""
    name: tuple[str, str] = ("", "")


class Clerk:
    """Knows a company's lists by name and posts its documents; every method returns the transaction's id."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.ids: dict[tuple[str, str], str] = {}

    def add(self, entity: str, key: str, fields: Mapping[str, object]) -> str:
        """Add a list entry that documents call ``key``."""
        self.ids[entity, key] = self.engine.add(entity, fields)
        return self.ids[entity, key]

    def ref(self, entity: str, key: str) -> Document:
        """Return the reference to a list entry."""
        return {"value": self.ids[entity, key]}

    def bill(self, vendor: str, day: date, costs: Iterable[Cost], *, due: date | None = None, **head: str) -> str:
        """Post a bill."""
        fields = {"VendorRef": self.ref("Vendor", vendor), "Line": self.cost_lines(costs)}
        if due:
            fields["DueDate"] = due.isoformat()
        return self.engine.post("Bill", {**self._head(day, **head), **fields})

    def vendor_credit(self, vendor: str, day: date, costs: Iterable[Cost], **head: str) -> str:
        """Post a credit that a vendor gives."""
        fields = {"VendorRef": self.ref("Vendor", vendor), "Line": self.cost_lines(costs)}
        return self.engine.post("VendorCredit", {**self._head(day, **head), **fields})

    def pay_bills(self, vendor: str, day: date, bills: Mapping[str, int], *, account: str = BANK, **head: str) -> str:
        """Pay bills (id to cents) from a bank account or a card."""
        by_card = account.startswith("21")
        how = "CreditCard" if by_card else "Check"
        paid = {f"{how}Payment": {"CCAccountRef" if by_card else "BankAccountRef": self.ref("Account", account)}}
        lines = [
            {"Amount": money(cents), "LinkedTxn": [{"TxnId": bill, "TxnType": "Bill"}]} for bill, cents in bills.items()
        ]
        fields = {"VendorRef": self.ref("Vendor", vendor), "PayType": how, **paid, "Line": lines}
        total = money(sum(bills.values()))
        return self.engine.post("BillPayment", {**self._head(day, **head), **fields, "TotalAmt": total})

    def spend(
        self, vendor: str, day: date, costs: Iterable[Cost], *, account: str = CARD, credit: bool = False, **head: str
    ) -> str:
        """Post a purchase by card (21xx), check (with a number) or transfer; ``credit`` is money back on a card."""
        how = "CreditCard" if account.startswith("21") else "Check" if head.get("number") else "Cash"
        fields: Document = {
            "PaymentType": how,
            "AccountRef": self.ref("Account", account),
            "Line": self.cost_lines(costs),
        }
        if vendor:
            fields["EntityRef"] = {**self.ref("Vendor", vendor), "type": "Vendor"}
        if credit:
            fields["Credit"] = True
        return self.engine.post("Purchase", {**self._head(day, **head), **fields})

    def sell(
        self,
        kind: str,
        customer: str,
        day: date,
        sales: Iterable[Sale],
        *,
        tax: int = 0,
        discount: int = 0,
        into: str = "",
        due: date | None = None,
        **head: str,
    ) -> str:
        """Post an Invoice, SalesReceipt, CreditMemo or RefundReceipt; ``tax`` and ``discount`` are in cents."""
        lines = [self._sale(place, sale) for place, sale in enumerate(sales, start=1)]
        if discount:
            account = {"DiscountAccountRef": self.ref("Account", "4900")}
            lines.append({"Amount": money(discount), "DetailType": "DiscountLineDetail", "DiscountLineDetail": account})
        fields: Document = {"CustomerRef": self.ref("Customer", customer), "Line": lines}
        if tax:
            detail = {"Amount": money(tax), "DetailType": "TaxLineDetail", "TaxLineDetail": {"TaxPercent": 8}}
            fields["TxnTaxDetail"] = {"TotalTax": money(tax), "TaxLine": [detail]}
        if into:
            fields["DepositToAccountRef"] = self.ref("Account", into)
        if due:
            fields["DueDate"] = due.isoformat()
        return self.engine.post(kind, {**self._head(day, **head), **fields})

    def receive(self, customer: str, day: date, invoices: Mapping[str, int], *, into: str = "", **head: str) -> str:
        """Post a customer's payment of invoices (id to cents), to Undeposited Funds unless ``into`` says otherwise."""
        lines = [
            {"Amount": money(cents), "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
            for invoice, cents in invoices.items()
        ]
        fields: Document = {"CustomerRef": self.ref("Customer", customer), "Line": lines}
        if into:
            fields["DepositToAccountRef"] = self.ref("Account", into)
        total = money(sum(invoices.values()))
        return self.engine.post("Payment", {**self._head(day, **head), **fields, "TotalAmt": total})

    def deposit(
        self,
        day: date,
        payments: Mapping[str, int],
        others: Iterable[Cost] = (),
        *,
        into: str = BANK,
        cash_back: int = 0,
        **head: str,
    ) -> str:
        """Bank payments out of Undeposited Funds (id to cents), and money from elsewhere."""
        lines: list[Document] = [
            {"Amount": money(cents), "LinkedTxn": [{"TxnId": payment, "TxnType": "Payment", "TxnLineId": "0"}]}
            for payment, cents in payments.items()
        ]
        for place, other in enumerate(others, start=len(lines) + 1):
            detail = {"AccountRef": self.ref("Account", other.account)}
            line = {"Id": str(place), "Amount": money(other.cents), "DetailType": "DepositLineDetail"}
            lines.append({**line, "Description": other.memo, "DepositLineDetail": detail})
        fields: Document = {"DepositToAccountRef": self.ref("Account", into), "Line": lines}
        if cash_back:
            back = {"AccountRef": self.ref("Account", "1090"), "Amount": money(cash_back), "Memo": "petty cash"}
            fields["CashBack"] = back
        return self.engine.post("Deposit", {**self._head(day, **head), **fields})

    def transfer(self, day: date, source: str, target: str, cents: int, **head: str) -> str:
        """Move money between two of the company's accounts."""
        ends = {"FromAccountRef": self.ref("Account", source), "ToAccountRef": self.ref("Account", target)}
        return self.engine.post("Transfer", {**self._head(day, **head), **ends, "Amount": money(cents)})

    def pay_card(self, day: date, cents: int, *, card: str = CARD, **head: str) -> str:
        """Pay a card's balance from the bank."""
        ends = {"CreditCardAccountRef": self.ref("Account", card), "BankAccountRef": self.ref("Account", BANK)}
        return self.engine.post("CreditCardPayment", {**self._head(day, **head), **ends, "Amount": money(cents)})

    def journal(self, day: date, sides: Iterable[Side], *, adjustment: bool = False, **head: str) -> str:
        """Post a journal entry. Raise BadDocument unless its sides sum to zero."""
        lines = [self._side(place, side) for place, side in enumerate(sides)]
        fields: Document = {"Line": lines, **({"Adjustment": True} if adjustment else {})}
        return self.engine.post("JournalEntry", {**self._head(day, **head), **fields})

    def raw(self, kind: str, day: date, sides: Iterable[Side], *, name: tuple[str, str] = ("", ""), **head: str) -> str:
        """Post a kind that QuickBooks has no entity for, such as a paycheck."""
        postings = []
        for side in sides:
            posting = {"account": self.ids["Account", side.account], "amount": money(side.cents), "memo": side.memo}
            for field, entity, key in (("class", "Class", side.klass), ("location", "Department", side.location)):
                if key:
                    posting[field] = self.ids[entity, key]
            postings.append(posting)
        fields: Document = {"Postings": postings}
        if name[1]:
            fields["Name"] = {"type": name[0], "value": self.ids[name]}
        return self.engine.post(kind, {**self._head(day, **head), **fields})

    def balance(self, account: str, before: date) -> int:
        """Return an account's balance in cents before a day, debit positive."""
        return self.engine.journal.balance(self.ids["Account", account], before)

    def _head(self, day: date, *, number: str = "", memo: str = "", location: str = "") -> Document:
        head: Document = {"TxnDate": day.isoformat()}
        if number:
            head["DocNumber"] = number
        if memo:
            head["PrivateNote"] = memo
        if location:
            head["DepartmentRef"] = self.ref("Department", location)
        return head

    def cost_lines(self, costs: Iterable[Cost]) -> list[Document]:
        """Return the lines of a bill or purchase, for an edit of one."""
        return [self._cost(place, cost) for place, cost in enumerate(costs, start=1)]

    def _cost(self, place: int, cost: Cost) -> Document:
        kind = "ItemBasedExpenseLineDetail" if cost.item else "AccountBasedExpenseLineDetail"
        detail: Document = {"BillableStatus": "NotBillable"}
        if cost.item:
            detail |= {"ItemRef": self.ref("Item", cost.item), "Qty": cost.quantity}
        else:
            detail["AccountRef"] = self.ref("Account", cost.account)
        if cost.klass:
            detail["ClassRef"] = self.ref("Class", cost.klass)
        if cost.customer:
            detail["CustomerRef"] = self.ref("Customer", cost.customer)
        line: Document = {"Id": str(place), "LineNum": place, "Amount": money(cost.cents), "DetailType": kind}
        if cost.memo:
            line["Description"] = cost.memo
        return {**line, kind: detail}

    def _sale(self, place: int, sale: Sale) -> Document:
        detail: Document = {"ItemRef": self.ref("Item", sale.item), "Qty": sale.quantity}
        if sale.klass:
            detail["ClassRef"] = self.ref("Class", sale.klass)
        line: Document = {"Id": str(place), "LineNum": place, "Amount": money(sale.cents)}
        if sale.memo:
            line["Description"] = sale.memo
        return {**line, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}

    def _side(self, place: int, side: Side) -> Document:
        detail: Document = {
            "PostingType": "Credit" if side.cents < 0 else "Debit",
            "AccountRef": self.ref("Account", side.account),
        }
        if side.klass:
            detail["ClassRef"] = self.ref("Class", side.klass)
        if side.location:
            detail["DepartmentRef"] = self.ref("Department", side.location)
        if side.name[1]:
            detail["Entity"] = {"Type": side.name[0], "EntityRef": {"value": self.ids[side.name]}}
        line: Document = {"Id": str(place), "Amount": money(abs(side.cents)), "DetailType": "JournalEntryLineDetail"}
        if side.memo:
            line["Description"] = side.memo
        return {**line, "JournalEntryLineDetail": detail}
