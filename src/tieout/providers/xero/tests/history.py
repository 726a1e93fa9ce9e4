"""Months of random work in one organisation: documents made, edited, paid, set against one another, voided, deleted."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tieout.providers.xero.sandbox.engine import BadDocument, Organisation
from tieout.providers.xero.sandbox.small import Small, small
from tieout.providers.xero.sandbox.values import Json

_EXPENSES, _INCOME = ("469", "489", "404"), ("200", "270")
_RATES = ("0.60", "0.625", "0.58", "0.6137")
START = date(2026, 1, 1)


class Work:
    """Somebody who works at random. ``done`` counts what the books let them do."""

    def __init__(self, seed: int) -> None:
        self.shop: Small = small()
        self.org: Organisation = self.shop.org
        self.dice = Random(seed)
        self.done: Counter[str] = Counter()

    def some(self, times: int) -> Work:
        """Do something so many times."""
        acts = (self.invoice, self.invoice, self.note, self.money, self.ahead, self.transfer, self.journal, self.pay,
                self.pay, self.allocate, self.edit, self.void, self.unpay)  # fmt: skip
        for _ in range(times):
            act = self.dice.choice(acts)
            try:
                act()
            except BadDocument:
                self.done[f"{act.__name__}, refused"] += 1
            else:
                self.done[act.__name__] += 1
        return self

    # --- documents ---

    def invoice(self) -> None:
        kind = self.dice.choice(("ACCREC", "ACCPAY"))
        number = f"R-{len(self.org.documents['Invoices'])}"
        status = self.dice.choice(("DRAFT", "SUBMITTED", *["AUTHORISED"] * 6))
        self.org.create("Invoices", {"Type": kind, "InvoiceNumber": number, "Status": status, **self._document(kind)})

    def note(self) -> None:
        kind = self.dice.choice(("ACCRECCREDIT", "ACCPAYCREDIT"))
        self.org.create("CreditNotes", {"Type": kind, "Status": "AUTHORISED", **self._document(kind)})

    def money(self) -> None:
        kind, bank = self.dice.choice(("SPEND", "RECEIVE")), self.dice.choice(("090", "091", "092", "093"))
        more = {"CurrencyRate": self.dice.choice(_RATES)} if bank == "092" else {}
        lines = {"LineAmountTypes": self._mode(), "LineItems": self._lines(kind == "RECEIVE")}
        self.org.create(
            "BankTransactions", {"Type": kind, "BankAccount": {"Code": bank}, **self._head(), **lines, **more}
        )

    def ahead(self) -> None:
        kind = self.dice.choice(("RECEIVE", "SPEND")) + self.dice.choice(("-PREPAYMENT", "-OVERPAYMENT"))
        bank = self.dice.choice(("090", "092"))
        more = {"CurrencyRate": self.dice.choice(_RATES)} if bank == "092" else {}
        lines = {"LineAmountTypes": "NoTax", "LineItems": [{"LineAmount": self._amount()}]}
        self.org.create(
            "BankTransactions", {"Type": kind, "BankAccount": {"Code": bank}, **self._head(), **lines, **more}
        )

    def transfer(self) -> None:
        source, target = self.dice.sample(("090", "091", "092"), 2)
        more = {"CurrencyRate": self.dice.choice(_RATES)} if "092" in (source, target) else {}
        where = {"FromBankAccount": {"Code": source}, "ToBankAccount": {"Code": target}}
        self.org.create("BankTransfers", {"Date": self._day(), "Amount": self._amount(), **where, **more})

    def journal(self) -> None:
        amount, mode = self._amount(), self._mode()
        lines: list[Json] = [{"AccountCode": self.dice.choice(_EXPENSES), "LineAmount": amount}]
        if mode == "NoTax" or lines[0]["AccountCode"] == "404":
            lines.append({"AccountCode": "803", "LineAmount": -amount})
        else:
            tax = (amount * Decimal("0.15") / (1 if mode == "Exclusive" else Decimal("1.15"))).quantize(Decimal("0.01"))
            lines[0] |= {"TaxType": "INPUT2", "TaxAmount": tax}
            whole = amount + tax if mode == "Exclusive" else amount
            lines.append({"AccountCode": "803", "LineAmount": -whole, "TaxType": "NONE"})
        status = self.dice.choice(("DRAFT", "POSTED", "POSTED"))
        self.org.create(
            "ManualJournals",
            {
                "Date": self._day(),
                "Narration": "Accrue",
                "Status": status,
                "LineAmountTypes": mode,
                "JournalLines": lines,
            },
        )

    # --- what is done to them ---

    def pay(self) -> None:
        kind = self.dice.choice(("Invoices", "Invoices", "CreditNotes", "Prepayments", "Overpayments"))
        id_, found = self._any(kind)
        rest = found["AmountDue"] if kind == "Invoices" else found["RemainingCredit"]
        amount = rest if self.dice.random() < 0.6 else self._part(rest)
        foreign = found["CurrencyCode"] != self.org.currency
        bank = self.shop.ids[self.dice.choice(("090", "092") if foreign else ("090", "091"))]
        rate = self.dice.choice(_RATES) if foreign else None
        self.org.pay(kind, id_, amount=amount, day=self._day(), account=bank, rate=rate)

    def allocate(self) -> None:
        kind = self.dice.choice(("CreditNotes", "Prepayments", "Overpayments"))
        id_, found = self._any(kind)
        fitting = [
            it
            for it in self.org.documents["Invoices"].values()
            if it["CurrencyCode"] == found["CurrencyCode"] and it["Status"] == "AUTHORISED"
        ]
        if not fitting:
            raise BadDocument("there is nothing to set it against")
        due = self.dice.choice(fitting)
        amount = min(found["RemainingCredit"], due["AmountDue"])
        self.org.allocate(kind, id_, invoice=due["InvoiceID"], amount=amount, day=self._day())

    def edit(self) -> None:
        kind = self.dice.choice(("Invoices", "CreditNotes", "BankTransactions", "ManualJournals"))
        id_, _ = self._any(kind)
        if kind != "ManualJournals" and self.dice.random() < 0.5:
            self.org.update(kind, id_, {"LineItems": self._lines(self.dice.random() < 0.5)})
        else:
            self.org.redate(kind, id_, self._day())

    def void(self) -> None:
        kind = self.dice.choice(("Invoices", "CreditNotes", "BankTransactions", "BankTransfers", "ManualJournals"))
        id_, _ = self._any(kind)
        if kind in ("BankTransactions", "BankTransfers"):
            self.org.delete(kind, id_)
        else:
            self.org.void(kind, id_)

    def unpay(self) -> None:
        id_, _ = self._any("Payments")
        self.org.delete("Payments", id_)

    # --- what they are made of ---

    def _document(self, kind: str) -> Json:
        more: Json = {}
        if self.dice.random() < 0.4:
            more = {"CurrencyCode": "USD", "CurrencyRate": self.dice.choice(_RATES)}
        lines = {"LineAmountTypes": self._mode(), "LineItems": self._lines(kind.startswith("ACCREC"))}
        return {**self._head(), **lines, **more}

    def _head(self) -> Json:
        return {"Date": self._day(), "Contact": self.shop.to(self.dice.choice(("City Agency", "Hill Growers")))}

    def _lines(self, sales: bool) -> list[Json]:
        north = [{"Name": "Region", "Option": "North"}]
        return [
            {
                "AccountCode": self.dice.choice(_INCOME if sales else _EXPENSES),
                "LineAmount": self._amount(),
                "Description": f"line {at}",
                "Tracking": north if self.dice.random() < 0.3 else [],
            }
            for at in range(self.dice.randint(1, 4))
        ]

    def _mode(self) -> str:
        return self.dice.choice(("Exclusive", "Inclusive", "NoTax"))

    def _amount(self) -> Decimal:
        return Decimal(self.dice.randint(1, 99_999)).scaleb(-2)

    def _part(self, rest: Decimal) -> Decimal:
        return (rest * Decimal(self.dice.randint(10, 90)) / 100).quantize(Decimal("0.01"))

    def _day(self) -> date:
        return START + timedelta(days=self.dice.randrange(90))

    def _any(self, kind: str) -> tuple[str, Json]:
        documents = self.org.documents[kind]
        if not documents:
            raise BadDocument("there are none")
        return self.dice.choice(sorted(documents.items(), key=lambda it: it[0]))
