"""Writes the entries of a books file as the documents that post them, to the cent and about whom they are.

- A bill, an invoice or a credit note holds what stands against the control account of one vendor or customer.
- What then goes through a bank account is a payment of that party's open documents, oldest first. What none of them
  takes is an overpayment, or goes through a suspense account in two documents that leave it at nothing.
- Money without a control account is spent or received; a vendor's that comes back, and a customer's that goes back, is
  a credit note that is paid at once, because a contact is a vendor only where it is paid.
- What is about nobody is a transfer, a bank transaction without a contact, or a manual journal.
- Pay, and what no document can hold, is posted as the platform itself posts: a journal without a source.

Several parties in one entry get documents of their own, which balance each other: see `entry_legs.grouped`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from tieout.providerkit.books import Entry, PartyKind, SampleBooks
from tieout.providers.xero.sandbox.account_types import folded
from tieout.providers.xero.sandbox.entry_legs import Leg, Role, by_account, grouped, leg_of, of, total
from tieout.providers.xero.sandbox.party_documents import PartyDocuments
from tieout.providers.xero.sandbox.values import Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_PAY = ("payroll", "paycheck", "paycheque", "payslip")
_PLATFORMS_OWN = ("inventory", "opening", "conversion")  # where nobody is named


class EntryDocuments:
    """Writes entries, one after another, in the order of their days."""

    def __init__(self, org: Organisation, books: SampleBooks, place: Callable[[str, str], str]) -> None:
        """``place`` gives the platform's id of a row of the books: account, contact, item or option."""
        self.org = org
        self.place = place
        self.kinds = {party.id: party.kind for party in books.parties if party.kind is not PartyKind.EMPLOYEE}
        self.axes = [dimension.id for dimension in books.dimensions[:2]]
        self.parties = PartyDocuments(org, place)

    def write(self, entry: Entry) -> None:
        """Write an entry. What moves nothing is left out."""
        legs = [self._leg(entry, leg) for leg in range(len(entry.lines))]
        legs = [leg for leg in legs if leg.amount]
        if not legs:
            return
        if folded(entry.type).startswith(_PAY):
            self._system(entry, legs)
            return
        suspense = Leg(account=self.parties.suspense, amount=legs[0].amount, role=Role.OTHER)
        for party, own in grouped(legs, suspense).items():
            if party:
                self.parties.write(entry, own, party, is_vendor=self.kinds[party] is PartyKind.VENDOR)
            else:
                self._nobody(entry, own)

    def _leg(self, entry: Entry, at: int) -> Leg:
        line = entry.lines[at]
        party = line.party or entry.party or ""
        account = self.org.documents["Accounts"][self.place("account", line.account)]
        leg = leg_of(self.org, account, line, party if party in self.kinds else "")
        given = [
            {"TrackingOptionID": self.place("option", f"{axis}\0{value}")}
            for axis in self.axes
            if (value := (line.dimensions or {}).get(axis))
        ]
        item = self.place("item", line.item) if line.item else ""
        return msgspec.structs.replace(leg, item=item, tracking=self.org.refs.tracking(given))

    def _nobody(self, entry: Entry, legs: list[Leg]) -> None:
        banks, others = by_account(of(legs, Role.BANK)), of(legs, Role.OTHER)
        controls = len(others) + len(of(legs, Role.BANK)) < len(legs)  # a control account is always somebody's
        if controls or folded(entry.type).startswith(_PLATFORMS_OWN):
            self._system(entry, legs)
        elif not banks and others and not total(others):
            self._manual(entry, others)
        elif len(banks) == 1 and others and self.parties.bank_transaction(entry, banks[0], others):
            return
        elif len(banks) == 2 and not others and not self._abroad(banks):
            self._transfer(entry, banks)
        else:
            self._system(entry, legs)

    def _abroad(self, banks: list[Leg]) -> bool:
        return any(leg.account["CurrencyCode"] != self.org.currency for leg in banks)

    def _transfer(self, entry: Entry, banks: list[Leg]) -> None:
        source, target = sorted(banks, key=lambda leg: leg.amount)
        self.org.create(
            "BankTransfers",
            {
                "FromBankAccount": {"AccountID": source.account["AccountID"]},
                "ToBankAccount": {"AccountID": target.account["AccountID"]},
                "Amount": target.amount,
                "Date": entry.date,
                "Reference": entry.number or entry.memo,
                "FromTracking": source.tracking,
                "ToTracking": target.tracking,
            },
        )

    def _manual(self, entry: Entry, legs: list[Leg]) -> None:
        lines: list[Json] = [
            {
                "AccountID": leg.account["AccountID"],
                "LineAmount": leg.amount,
                "Description": leg.memo,
                "Tracking": leg.tracking,
            }
            for leg in legs
        ]
        narration = entry.memo or entry.number or entry.type
        fields = {"Narration": narration, "Date": entry.date, "Status": "POSTED", "JournalLines": lines}
        self.org.create("ManualJournals", fields)

    def _system(self, entry: Entry, legs: list[Leg]) -> None:
        self.org.post_system(
            entry.date,
            [
                {
                    "AccountID": leg.account["AccountID"],
                    "NetAmount": leg.amount,
                    "Description": leg.memo,
                    "Tracking": leg.tracking,
                }
                for leg in legs
            ],
        )
