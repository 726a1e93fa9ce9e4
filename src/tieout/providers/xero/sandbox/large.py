"""An organisation of any size with a lived-in history: ``large:100000`` has at least that many journal lines.

It follows what was measured on a real one (xero.md §3.1): 2.4 lines a journal; one document in five edited, most of
them without another amount, and some voided; journals entered five days after their date by the median, a twentieth of
them over eight months later, a third of them into a month that is past, a few with a date to come; documents in other
currencies with realised gains; pennies from the reconciliation of banks without a source. The same every time.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import system
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.kinds import open_system_accounts
from tieout.providers.xero.sandbox.payments import rest_of
from tieout.providers.xero.sandbox.values import Json

TENANT = "e5b1c7d2-4f3a-4b6c-8d9e-0f1a2b3c4d5e"
_SEED = 20191101
# Above this size history is longer, so that a month stays a month.
_LONG_HISTORY = 450_000
_CONTACTS = 250
_ACCOUNTS: tuple[tuple[str, str, str, Json], ...] = (
    ("100", "Business cheque", "BANK", {}),
    ("105", "Savings", "BANK", {}),
    ("107", "Business card", "BANK", {"BankAccountType": "CREDITCARD"}),
    ("108", "US dollar account", "BANK", {"CurrencyCode": "USD"}),
    ("110", "Computers", "FIXED", {}),
    ("115", "Computers, depreciated", "FIXED", {}),
    ("200", "Consulting", "REVENUE", {"TaxType": "OUTPUT"}),
    ("210", "Products", "SALES", {"TaxType": "OUTPUT"}),
    ("270", "Interest", "OTHERINCOME", {}),
    ("310", "Subcontractors", "DIRECTCOSTS", {"TaxType": "INPUT"}),
    ("416", "Depreciation", "DEPRECIATN", {}),
    ("477", "Wages", "EXPENSE", {}),
    ("620", "Prepaid", "PREPAYMENT", {}),
    ("803", "Accruals", "CURRLIAB", {}),
    ("825", "Tax withheld", "CURRLIAB", {}),
    ("970", "Share capital", "EQUITY", {}),
)
_COSTS = (
    "Advertising", "Bank fees", "Cleaning", "Couriers", "Entertainment", "Equipment hire", "Food", "General expenses",
    "Hosting", "Insurance", "Legal", "Light and power", "Office", "Printing", "Rent", "Repairs", "Software",
    "Subscriptions", "Telephone", "Training", "Travel, abroad", "Travel, at home",
)  # fmt: skip
_TRACKING = {"Region": ("East", "West", "Overseas"), "Team": ("Delivery", "Sales", "Office")}
_CURRENCIES = {"USD": Decimal("0.7400"), "GBP": Decimal("0.5800")}
# How many days after its date something is entered: the share of journals, from, to.
_LAGS = ((4, -22, -1), (44, 0, 5), (28, 5, 12), (3, 15, 60), (11, 60, 239), (10, 239, 370))


def large(lines: int, clock: Clock, *, tenant: str = TENANT) -> Organisation:
    """Return an organisation with at least ``lines`` journal lines, over the two (or four) years up to today."""
    today = clock.today()
    org = Organisation(
        tenant=tenant,
        name=f"Large Books {lines:,}",
        currency="CAD",
        clock=clock,
        timezone="America/New_York",
        country="CA",
    )
    first = date(today.year - (4 if lines > _LONG_HISTORY else 2), 1, 1)
    with org.entering(_moment(first)):
        life = _Life(org, first)
        life.open_books()
    days = (today - first).days + 1
    for place in range(days):
        life.day(first + timedelta(days=place), until=lines * (place + 1) // days)
    return org


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(6), UTC)


class _Life:
    """Lets an organisation's people do what they do, day after day."""

    def __init__(self, org: Organisation, first: date) -> None:
        self.org = org
        self.first = first
        self.today = first
        self.dice = random.Random(_SEED)
        self.later: dict[date, list[Callable[[], None]]] = defaultdict(list)
        self.weights = list(accumulate(1 / rank for rank in range(1, _CONTACTS + 1)))
        self.rates = dict(_CURRENCIES)
        self.costs: list[str] = []
        self.contacts: list[str] = []
        self.ids: dict[str, str] = {}
        self.number = 0
        self.kinds: tuple[Callable[[], None], ...] = (
            *[self.bill] * 12,
            *[self.invoice] * 4,
            *[self.spend] * 5,
            self.receive,
            self.accrue,
        )

    def open_books(self) -> None:
        """Add the lists, and take over the balances of earlier books."""
        org = self.org
        org.create("TaxRates", {"Name": "Tax on Purchases (13%)", "TaxType": "INPUT", "EffectiveRate": 13})
        org.create("TaxRates", {"Name": "Tax on Sales (13%)", "TaxType": "OUTPUT", "EffectiveRate": 13})
        for code, name, kind, more in _ACCOUNTS:
            self.ids[code] = org.create("Accounts", {"Code": code, "Name": name, "Type": kind, **more})
        for place, name in enumerate(_COSTS):
            code = str(400 + 3 * place)
            kind = "OVERHEADS" if place % 5 == 4 else "EXPENSE"
            code = f"{code}-1" if code in self.ids else code
            fields = {"Code": code, "Name": name, "Type": kind, "TaxType": "INPUT" if place % 3 == 0 else "NONE"}
            self.costs.append(org.create("Accounts", fields))
        open_system_accounts(org)
        for number in range(1, _CONTACTS + 1):
            self.contacts.append(org.create("Contacts", {"Name": f"Trading partner {number:03d}"}))
        for name, options in _TRACKING.items():
            org.create("TrackingCategories", {"Name": name, "Options": [{"Name": option} for option in options]})
        balances = {"100": 900_000_000, "108": 1_000_000, "110": 24_000, "970": -901_000_000}
        system.conversion_balances(org, self.first, balances)

    def day(self, day: date, *, until: int) -> None:
        """Live a day: do what was put off to it, and add documents until there are so many lines."""
        self.today = day
        acts = [self._month] if day.day == 1 else []
        at = _moment(day)
        for act in (*acts, *self.later.pop(day, ())):
            with self.org.entering(at := at + timedelta(seconds=self.dice.randrange(2, 90))):
                act()
        while self.org.lines_posted < until:
            with self.org.entering(at := at + timedelta(seconds=self.dice.randrange(2, 90))):
                self.dice.choice(self.kinds)()

    def _month(self) -> None:
        """Do what comes with a month: rates, pay, depreciation, pennies."""
        org, last = self.org, self.today - timedelta(days=1)
        for currency in self.rates:
            self.rates[currency] *= Decimal(self.dice.randrange(970, 1031)) / 1000
            org.set_rate(currency, last, self.rates[currency].quantize(Decimal("0.0001")))
        if last < self.first:
            return
        system.pay_run(org, last, gross=self._amount() * 4, wages="477", bank="100", withheld="825")
        system.depreciation(org, last, amount=450, expense="416", accumulated="115")
        if self.today.month % 3 == 0:
            system.bank_pennies(org, last, bank="100", amount=Decimal(self.dice.choice((-2, -1, 1, 2))).scaleb(-2))

    # --- documents ----------------------------------------------------------------------------------------------

    def bill(self) -> None:
        self._trade("ACCPAY", [self._cost() for _ in range(self._few())])

    def invoice(self) -> None:
        self._trade("ACCREC", [self._line(self.ids[self._one(("200", "210"))]) for _ in range(self._few())])

    def spend(self) -> None:
        self._bank("SPEND", self._one(("100", "107", "107")), [self._cost()])

    def receive(self) -> None:
        self._bank("RECEIVE", "105", [self._line(self.ids["270"], tracked=False)])

    def accrue(self) -> None:
        if self.dice.random() < 0.4:
            banks = {"FromBankAccount": {"AccountID": self.ids["100"]}, "ToBankAccount": {"AccountID": self.ids["105"]}}
            self.org.create("BankTransfers", {**banks, "Amount": self._amount(), "Date": self._dated()})
            return
        amount = self._amount()
        lines = [
            {"AccountID": self._one(self.costs), "LineAmount": amount, "Description": "Accrued"},
            {"AccountID": self.ids["803"], "LineAmount": -amount, "Description": "Accrued"},
        ]
        journal = {"Narration": "Accruals", "Date": self._dated(), "Status": "POSTED", "JournalLines": lines}
        self.org.create("ManualJournals", journal)

    def _trade(self, kind: str, lines: list[Json]) -> None:
        self.number += 1
        fields: Json = {
            "Type": kind,
            "Contact": self._contact(),
            "Date": self._dated(),
            "InvoiceNumber": f"{'INV' if kind == 'ACCREC' else 'B'}-{self.number:05d}",
            "Status": "AUTHORISED" if self.dice.random() > 0.03 else "DRAFT",
            "LineItems": lines,
        }
        if self.dice.random() < 0.25:
            currency = self._one(tuple(self.rates))
            fields |= {"CurrencyCode": currency, "CurrencyRate": self.rates[currency].quantize(Decimal("0.000001"))}
        id_ = self.org.create("Invoices", fields)
        self._go_on(id_, draft=fields["Status"] == "DRAFT")

    def _go_on(self, id_: str, *, draft: bool) -> None:
        """Put off what happens to an invoice later."""
        fate = self.dice.random()
        if draft:
            self._put_off(20, lambda: self.org.delete("Invoices", id_))
        elif fate < 0.03:
            self._put_off(60, lambda: self._void(id_))
        elif fate < 0.85:
            self._put_off(40, lambda: self._pay(id_))
        while not draft and self.dice.random() < 0.2:
            self._put_off(90, lambda: self._edit(id_))

    def _bank(self, kind: str, code: str, lines: list[Json]) -> None:
        bank = {"AccountID": self.ids[code]}
        fields = {"Type": kind, "BankAccount": bank, "Contact": self._contact(), "Date": self._dated()}
        id_ = self.org.create("BankTransactions", {**fields, "LineItems": lines})
        if self.dice.random() < 0.1:
            self._put_off(60, lambda: self.org.update("BankTransactions", id_, {"Reference": "Checked"}))

    # --- what happens later -------------------------------------------------------------------------------------

    def _pay(self, id_: str) -> None:
        document = self.org.document("Invoices", id_)
        if document["Status"] != "AUTHORISED":
            return
        abroad = document["CurrencyCode"]
        bank = "108" if abroad == "USD" and document["Type"] == "ACCREC" else "100"
        rest = rest_of(document)
        amount = rest if self.dice.random() < 0.95 else (rest / 2).quantize(rest)
        rate = self.rates[abroad].quantize(Decimal("0.000001")) if abroad in self.rates else None
        day = self.today - timedelta(days=self.dice.randrange(2))
        paid = self.org.pay("Invoices", id_, amount=amount or rest, day=day, account=self.ids[bank], rate=rate)
        if self.dice.random() < 0.02:
            self._put_off(20, lambda: self.org.delete("Payments", paid))

    def _void(self, id_: str) -> None:
        if self.org.document("Invoices", id_)["Status"] == "AUTHORISED":
            self.org.void("Invoices", id_)

    def _edit(self, id_: str) -> None:
        """Change an invoice: mostly a word, sometimes an account, an amount or its date."""
        document = self.org.document("Invoices", id_)
        if document["Status"] not in ("AUTHORISED", "PAID"):
            return
        lines = [{**line, "ItemCode": None} for line in document["LineItems"]]
        line, what = lines[0], self.dice.random()
        settled = document["AmountPaid"] or document["AmountCredited"]
        if what < 0.33 and not settled:
            amount = self._amount()
            line |= {"LineAmount": amount, "UnitAmount": amount, "Quantity": 1}
            del line["TaxAmount"]
        elif what < 0.55 and document["Type"] == "ACCPAY":
            line["AccountID"] = self._one(self.costs)
        elif what < 0.59 and not settled:
            self.org.redate("Invoices", id_, self._dated())
            return
        else:
            line["Description"] = f"{line.get('Description', '')} (checked)"
        self.org.update("Invoices", id_, {"LineItems": lines})

    def _put_off(self, days: int, act: Callable[[], None]) -> None:
        self.later[self.today + timedelta(days=self.dice.randrange(1, days))].append(act)

    # --- dice ---------------------------------------------------------------------------------------------------

    def _dated(self) -> date:
        """Return the date of something entered today."""
        _, least, most = self.dice.choices(_LAGS, weights=[share for share, _, _ in _LAGS])[0]
        return max(self.first, self.today - timedelta(days=self.dice.randint(least, most)))

    def _cost(self) -> Json:
        return self._line(self._one(self.costs))

    def _line(self, account: str, *, tracked: bool = True) -> Json:
        line: Json = {
            "AccountID": account,
            "LineAmount": self._amount(),
            "Description": self._one(("", "monthly", "as agreed", "per quote", "order")),
        }
        if tracked and self.dice.random() < 0.6:
            line["Tracking"] = [
                {"Name": name, "Option": self._one(options)}
                for name, options in _TRACKING.items()
                if self.dice.random() < 0.7
            ]
        return line

    def _contact(self) -> Json:
        return {"ContactID": self.dice.choices(self.contacts, cum_weights=self.weights)[0]}

    def _few(self) -> int:
        return 1 if self.dice.random() < 0.93 else self.dice.randint(2, 4)

    def _amount(self) -> Decimal:
        return Decimal(self.dice.randrange(500, 400_000)).scaleb(-2)

    def _one(self, from_: tuple[str, ...] | list[str]) -> str:
        return from_[int(self.dice.random() * len(from_))]
