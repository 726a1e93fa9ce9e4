"""What is open of each contact, oldest first, and how money takes it off."""

from __future__ import annotations

from collections import defaultdict, deque
from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.core.money import currency_digits
from tieout.providerkit.books import Entry
from tieout.providers.xero.sandbox.entry_legs import Leg, Role
from tieout.providers.xero.sandbox.exact_rates import exact_rate
from tieout.providers.xero.sandbox.payments import PAYABLE, rest_of
from tieout.providers.xero.sandbox.posting import to_base
from tieout.providers.xero.sandbox.values import ZERO, Json, rounded

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_Open = tuple[str, str]  # endpoint, id


class OpenDocuments:
    """The open documents of contacts: what they owe or are owed, and what they hold to be set against it."""

    def __init__(self, org: Organisation) -> None:
        self._org = org
        self._queues: dict[tuple[str, Role, int], deque[_Open]] = defaultdict(deque)

    def add(self, contact: str, role: Role, endpoint: str, id_: str, *, first: bool) -> None:
        """Take note of a document that was just approved; ``first`` lets it be paid before all others."""
        base = self._org.open_base.get(id_, ZERO)
        if not base:
            return
        sign = 1 if base > 0 else -1
        if not first:
            self._offset(endpoint, self._org.document(endpoint, id_), self._queues[contact, role, -sign])
        if self._org.open_base[id_]:
            queue = self._queues[contact, role, sign]
            (queue.appendleft if first else queue.append)((endpoint, id_))

    def _offset(self, endpoint: str, document: Json, against: deque[_Open]) -> None:
        """Set a document in base currency against what is open the other way, as far as that is in base currency."""
        for other, id_ in list(against):
            opposite = self._org.document(other, id_)
            if not opposite["CurrencyCode"] == document["CurrencyCode"] == self._org.currency:
                continue
            pair = (endpoint, document), (other, opposite)
            credit, due = pair if other == "Invoices" else (pair[1], pair[0])
            if credit[0] == "Invoices" or not rest_of(document):
                continue
            self._org.allocate(
                credit[0],
                credit[1][PAYABLE[credit[0]].id],
                invoice=due[1]["InvoiceID"],
                amount=min(rest_of(credit[1]), rest_of(due[1])),
                day=max(credit[1]["Date"], due[1]["Date"]),
            )
            if not rest_of(opposite):
                against.remove((other, id_))

    def pay_whole(self, entry: Entry, contact: str, role: Role, money: Leg, off: Decimal, foreign: Decimal) -> bool:
        """Pay the oldest foreign document that stands at just these amounts, base and foreign; False without one."""
        org = self._org
        queue = self._queues[contact, role, -1 if off > 0 else 1]
        if money.account.get("CurrencyCode", org.currency) != org.currency or (money.amount > 0) == (off > 0):
            return False
        for endpoint, id_ in queue:
            document = org.document(endpoint, id_)
            if org.open_base[id_] == -off and rest_of(document) == abs(foreign) != abs(off):
                fields = self._fields(entry, endpoint, document, money)
                rate = exact_rate([(foreign, -money.amount)], org.digits) or document["CurrencyRate"]
                more = {"Amount": abs(foreign), "BankAmount": abs(money.amount), "CurrencyRate": rate}
                org.create("Payments", fields | more)
                queue.remove((endpoint, id_))
                return True
        return False

    def pay(self, entry: Entry, contact: str, role: Role, money: Leg) -> Decimal:
        """Pay open documents by what moves at an account; return the part that none takes, signed as it moves."""
        queue = self._queues[contact, role, 1 if money.amount > 0 else -1]
        left, passed = money.amount, deque[_Open]()
        while queue and left:
            endpoint, id_ = queue[0]
            document = self._org.document(endpoint, id_)
            taken = self._pay_one(entry, endpoint, document, money, left)
            if not taken:
                passed.append(queue.popleft())
                continue
            left -= taken
            if not rest_of(document):
                queue.popleft()
        queue.extendleft(reversed(passed))
        return left

    def _pay_one(self, entry: Entry, endpoint: str, document: Json, money: Leg, left: Decimal) -> Decimal:
        """Pay one document as far as the money goes; return what it took, 0 where no amount of its currency fits."""
        org, of = self._org, PAYABLE[endpoint]
        owed = org.open_base[document[of.id]]
        taken = owed if abs(owed) <= abs(left) else left
        rate: Decimal = document["CurrencyRate"]
        amount = rest_of(document)
        if taken != owed:
            digits = org.digits if rate == 1 else currency_digits(document["CurrencyCode"])
            amount = rounded(abs(taken) * rate, digits)
            if not 0 < amount < rest_of(document) or to_base(org, amount, rate) != abs(taken):
                return ZERO
        if not amount:
            return ZERO
        fields = self._fields(entry, endpoint, document, money) | {"Amount": amount}
        kept_in = money.account.get("CurrencyCode", org.currency)
        if kept_in == org.currency:
            fields["BankAmount"] = abs(taken)
        elif kept_in != document["CurrencyCode"]:
            fields["BankAmount"] = abs(money.foreign * taken / money.amount)
        elif taken != owed or to_base(org, amount, rate) != abs(taken) or amount != abs(money.foreign):
            return ZERO
        org.create("Payments", fields)
        return taken

    @staticmethod
    def _fields(entry: Entry, endpoint: str, document: Json, money: Leg) -> Json:
        of = PAYABLE[endpoint]
        return {
            of.name: {of.id: document[of.id]},
            "Date": entry.date,
            "Account": {"AccountID": money.account["AccountID"]},
            "Reference": entry.number or entry.memo,
        }
