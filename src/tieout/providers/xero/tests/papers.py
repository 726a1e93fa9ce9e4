"""Documents to lay on the desk, and what is read of it."""

from __future__ import annotations

from datetime import date

from tieout.core.records import EntryRecord, Window
from tieout.providers.xero.tests.desk import Desk
from tieout.providers.xero.tests.posted import Json, document, line, stamp

YEAR = Window(start=date(2026, 1, 1), end=date(2027, 1, 1))
QUARTER = Window(start=date(2026, 1, 1), end=date(2026, 4, 1))


def uuid(at: int) -> str:
    return f"00000000-0000-4000-8000-{at:012d}"


def invoice(at: int, day: str, *lines: Json, **more: object) -> Json:
    own = {"InvoiceID": uuid(at), "InvoiceNumber": f"INV-{at}"}
    return {**own, **document("ACCREC", day, *(lines or (line("sales", 100, 15),)), **more)}


def payment(at: int, day: str, paid: Json, **more: object) -> Json:
    return {
        "PaymentID": uuid(at),
        "PaymentType": "ACCRECPAYMENT",
        "Status": "AUTHORISED",
        "Date": stamp(day),
        "Amount": 115.0,
        "BankAmount": 115.0,
        "CurrencyRate": 1.0,
        "Account": {"AccountID": "bank"},
        "Invoice": {key: paid[key] for key in ("InvoiceID", "InvoiceNumber", "CurrencyCode", "Contact")},
        **more,
    }


def journal(at: int, day: str, **more: object) -> Json:
    lines = [line("rent", 500), line("deposits", -500)]
    own = {"ManualJournalID": uuid(at), "Date": stamp(day), "Status": "POSTED", "LineAmountTypes": "NoTax"}
    return {**own, "JournalLines": lines, **more}


def transfer(at: int, day: str, **more: object) -> Json:
    own = {"BankTransferID": uuid(at), "Date": stamp(day), "Amount": 20.0}
    return {**own, "FromBankAccount": {"AccountID": "bank"}, "ToBankAccount": {"AccountID": "savings"}, **more}


def note(at: int, day: str, *against: Json, **more: object) -> Json:
    own = {"CreditNoteID": uuid(at), "CreditNoteNumber": f"CN-{at}", "Allocations": list(against)}
    return {**own, **document("ACCRECCREDIT", day, line("sales", 55), **more)}


def read(desk: Desk, window: Window, **options: int) -> list[EntryRecord]:
    return [it for it in desk.reader(**options).read(window) if isinstance(it, EntryRecord)]  # type: ignore[arg-type]
