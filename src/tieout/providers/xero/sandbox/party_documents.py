"""The documents of one vendor or customer that hold a balanced group of legs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tieout.providerkit.books import Entry
from tieout.providers.xero.sandbox.account_types import folded
from tieout.providers.xero.sandbox.chart import REALISED
from tieout.providers.xero.sandbox.entry_legs import Leg, Role, by_account, moves_profit, of, total
from tieout.providers.xero.sandbox.exact_rates import exact_rate
from tieout.providers.xero.sandbox.open_documents import OpenDocuments
from tieout.providers.xero.sandbox.values import ZERO, Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class Side(NamedTuple):
    """What is done with a party: its control account, and +1 where its invoices debit that."""

    role: Role
    sign: int
    invoice: str
    credit: str
    over: str


VENDOR = Side(Role.CREDITORS, -1, "ACCPAY", "ACCPAYCREDIT", "SPEND-OVERPAYMENT")
CUSTOMER = Side(Role.DEBTORS, 1, "ACCREC", "ACCRECCREDIT", "RECEIVE-OVERPAYMENT")


class PartyDocuments:
    """Writes the documents of vendors and customers."""

    def __init__(self, org: Organisation, place: Callable[[str, str], str]) -> None:
        self.org = org
        self.place = place
        self.open = OpenDocuments(org)
        self._suspense: Json | None = None

    @property
    def suspense(self) -> Json:
        """The account that documents of one entry pass amounts through; they leave it at nothing."""
        if self._suspense is None:
            taken = {account.get("Code") for account in self.org.documents["Accounts"].values()}
            code = next(text for text in ("850", "SUSPENSE", "850-X") if text not in taken)
            fields = {"Code": code, "Name": f"Suspense ({code})", "Type": "CURRLIAB"}
            self._suspense = self.org.documents["Accounts"][self.org.create("Accounts", fields)]
        return self._suspense

    def write(self, entry: Entry, legs: list[Leg], party: str, *, is_vendor: bool) -> None:
        """Write the documents for legs that sum to zero."""
        side, other = (VENDOR, CUSTOMER) if is_vendor else (CUSTOMER, VENDOR)
        contact = self.place("contact", party)
        wrong = total(of(legs, other.role))
        if wrong:
            # What stands on the other side's control account goes there by a document of its own.
            through = self._through(-wrong)
            self._charge(entry, contact, other, [through], paid=False)
            legs = [leg for leg in legs if leg.role is not other.role]
            legs.append(self._through(wrong))
        banks, others = by_account(of(legs, Role.BANK)), of(legs, Role.OTHER)
        control = of(legs, side.role)
        if not control and len(banks) == 1 and others and self._spend(entry, contact, side, banks[0], others):
            return
        if control and not banks and self._pays_by_another_account(entry, contact, side, others):
            return
        if len(banks) == 1 and self._pays_abroad(entry, contact, side, control, banks[0], others):
            return
        if others and (rate := self._rate(side, [*others, *control], banks)):
            self._charge(entry, contact, side, others, rate=rate, currency=others[0].currency, paid=False)
        elif others:
            self._charge(entry, contact, side, others, paid=bool(banks) and not control)
        for bank in banks:
            self._settle(entry, contact, side, bank)

    def bank_transaction(self, entry: Entry, bank: Leg, others: list[Leg], contact: str = "", kind: str = "") -> bool:
        """Write money spent or received; False where a foreign account's amounts cannot come out exact."""
        sign = 1 if bank.amount > 0 else -1
        currency = bank.account["CurrencyCode"]
        abroad = currency != self.org.currency
        rate: Decimal | None = None
        if abroad:
            if any(leg.currency != currency for leg in others) or bank.foreign + sum(leg.foreign for leg in others):
                return False
            rate = exact_rate([(leg.foreign, leg.amount) for leg in (bank, *others)], self.org.digits)
            if rate is None:
                return False
        fields: Json = {
            "Type": kind or ("RECEIVE" if sign > 0 else "SPEND"),
            "BankAccount": {"AccountID": bank.account["AccountID"]},
            "Date": entry.date,
            "Reference": entry.number or entry.memo,
            "LineAmountTypes": "NoTax",
            "LineItems": [_item(leg, -sign * (leg.foreign if abroad else leg.amount)) for leg in others],
        }
        if rate:
            fields["CurrencyRate"] = rate
        if contact:
            fields["Contact"] = {"ContactID": contact}
        self.org.create("BankTransactions", fields)
        return True

    def _spend(self, entry: Entry, contact: str, side: Side, bank: Leg, others: list[Leg]) -> bool:
        """Write a bank transaction where the money goes the way that it goes with such a party."""
        if bank.amount * side.sign < 0:
            return False
        return self.bank_transaction(entry, bank, others, contact)

    def _charge(
        self,
        entry: Entry,
        contact: str,
        side: Side,
        others: list[Leg],
        *,
        paid: bool,
        rate: Decimal | None = None,
        currency: str = "",
    ) -> None:
        """Write an invoice or a credit note for legs that are not the control account's.

        ``paid`` puts it before the party's older documents: what moves at the bank is its payment.
        """
        amounts = [leg.foreign if rate else leg.amount for leg in others]
        is_credit = sum(amounts, ZERO) * side.sign > 0
        turn = 1 if is_credit == (side.sign > 0) else -1
        kind = "CreditNotes" if is_credit else "Invoices"
        fields: Json = {
            "Type": side.credit if is_credit else side.invoice,
            "Contact": {"ContactID": contact},
            "Date": entry.date,
            "Status": "AUTHORISED",
            "CreditNoteNumber" if is_credit else "InvoiceNumber": entry.number,
            "Reference": entry.memo,
            "LineAmountTypes": "NoTax",
            "LineItems": [_item(leg, turn * amount) for leg, amount in zip(others, amounts, strict=True)],
        }
        if rate:
            fields |= {"CurrencyCode": currency, "CurrencyRate": rate}
        id_ = self.org.create(kind, fields)
        self.open.add(contact, side.role, kind, id_, first=paid)

    def _rate(self, side: Side, legs: list[Leg], banks: list[Leg]) -> Decimal | None:
        """Return the rate of a document all of whose legs are in one foreign currency; None for any other."""
        currencies = {leg.currency for leg in legs}
        if banks or len(currencies) != 1 or not legs[0].currency or sum((leg.foreign for leg in legs), ZERO):
            return None
        control = of(legs, side.role)
        whole = (sum((leg.foreign for leg in control), ZERO), total(control))
        pairs = [(leg.foreign, leg.amount) for leg in legs if leg.role is Role.OTHER]
        return exact_rate([*pairs, whole], self.org.digits) if whole[0] else None

    def _pays_by_another_account(self, entry: Entry, contact: str, side: Side, others: list[Leg]) -> bool:
        """Write a payment by an account that is no bank's, such as money that is not deposited yet."""
        merged = by_account(others)
        is_payment = "payment" in folded(entry.type) or "pmt" in folded(entry.type)
        if not is_payment or len(merged) != 1 or moves_profit(merged[0]) or merged[0].amount * side.sign < 0:
            return False
        if not merged[0].account["EnablePaymentsToAccount"]:
            self.org.update("Accounts", merged[0].account["AccountID"], {"EnablePaymentsToAccount": True})
        left = self.open.pay(entry, contact, side.role, merged[0])
        if left:
            self._charge(entry, contact, side, [msgspec.structs.replace(merged[0], amount=left)], paid=False)
        return True

    def _pays_abroad(
        self, entry: Entry, contact: str, side: Side, control: list[Leg], bank: Leg, others: list[Leg]
    ) -> bool:
        """Write the payment of a foreign document where all that is left over is what the rate gained or lost."""
        gains = all(self.org.refs.is_system(leg.account, REALISED) for leg in others)
        if not gains or not control or any(leg.tracking or leg.memo for leg in others):
            return False
        foreign = sum((leg.foreign for leg in control), ZERO)
        return bool(foreign) and self.open.pay_whole(entry, contact, side.role, bank, total(control), foreign)

    def _settle(self, entry: Entry, contact: str, side: Side, bank: Leg) -> None:
        """Write what goes between a bank account and the control account."""
        left = self.open.pay(entry, contact, side.role, bank)
        if not left:
            return
        rest = bank if left == bank.amount else _part(bank, left)
        if left * side.sign > 0 and self._overpay(entry, contact, side, rest):
            return
        # Nothing is open that could be paid back: the money passes through suspense.
        through = self._through(-left)
        back = self._through(left)
        self._charge(entry, contact, side, [back], paid=False)
        if not self.bank_transaction(entry, rest, [_like(through, rest)], contact):
            self.org.post_system(entry.date, [_plain(rest), _plain(through)])

    def _overpay(self, entry: Entry, contact: str, side: Side, bank: Leg) -> bool:
        line = Leg(account=bank.account, amount=-bank.amount, role=Role.OTHER, memo=entry.memo or entry.type)
        return self.bank_transaction(entry, bank, [_like(line, bank)], contact, side.over)

    def _through(self, amount: Decimal) -> Leg:
        return Leg(account=self.suspense, amount=amount, role=Role.OTHER)


def _item(leg: Leg, amount: Decimal) -> Json:
    item: Json = {
        "AccountID": leg.account["AccountID"],
        "LineAmount": amount,
        "Description": leg.memo,
        "Tracking": leg.tracking,
    }
    return item | ({"ItemCode": leg.item} if leg.item else {})


def _like(leg: Leg, bank: Leg) -> Leg:
    """Return a leg that is in a bank account's currency, against all that moves there."""
    return msgspec.structs.replace(leg, currency=bank.currency, foreign=-bank.foreign)


def _part(bank: Leg, amount: Decimal) -> Leg:
    share = (bank.foreign * amount / bank.amount).quantize(bank.foreign) if bank.foreign else ZERO
    return msgspec.structs.replace(bank, amount=amount, foreign=share)


def _plain(leg: Leg) -> Json:
    return {"AccountID": leg.account["AccountID"], "NetAmount": leg.amount}
