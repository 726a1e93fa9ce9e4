"""Payments, transfers and credits set against invoices: money that moves, and what exchange rates make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from tieout.core.records import EntryRecord, LineRecord, PartyKey, PartyKind
from tieout.providers.xero.documents_wire import (
    Allocation,
    BankTransaction,
    BankTransfer,
    Credit,
    CreditNote,
    Overpayment,
    Payment,
    Prepayment,
    Ref,
    one,
)
from tieout.providers.xero.posting_documents import STANDING
from tieout.providers.xero.posting_ground import Chart, Money, money_of
from tieout.providers.xero.wire import day

# Gives the rate at which a document stands in the books, by its id; None where nobody knows.
RateOf = Callable[[str], Decimal | None]

GAIN = "REALISEDCURRENCYGAIN"


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a type of payment posts. ``sign`` is that of the bank: +1 where money comes in."""

    label: str
    sign: int
    party: PartyKind
    control: str


_PAYMENTS = {
    "ACCRECPAYMENT": _Kind("Payment", 1, PartyKind.CUSTOMER, "DEBTORS"),
    "ACCPAYPAYMENT": _Kind("Bill Payment", -1, PartyKind.VENDOR, "CREDITORS"),
    "ARCREDITPAYMENT": _Kind("Credit Note Refund", -1, PartyKind.CUSTOMER, "DEBTORS"),
    "APCREDITPAYMENT": _Kind("Supplier Refund", 1, PartyKind.VENDOR, "CREDITORS"),
    "AROVERPAYMENTPAYMENT": _Kind("Credit Note Refund", -1, PartyKind.CUSTOMER, "DEBTORS"),
    "APOVERPAYMENTPAYMENT": _Kind("Supplier Refund", 1, PartyKind.VENDOR, "CREDITORS"),
    "ARPREPAYMENTPAYMENT": _Kind("Credit Note Refund", -1, PartyKind.CUSTOMER, "DEBTORS"),
    "APPREPAYMENTPAYMENT": _Kind("Supplier Refund", 1, PartyKind.VENDOR, "CREDITORS"),
}


def post_payment(payment: Payment, chart: Chart, rate_of: RateOf) -> EntryRecord | None:
    """Return what a payment or a refund posts; None where it was deleted, or a rate is not known.

    The bank moves by what the bank account moved by, the control account by the document's own rate, and what is left
    is a realised gain.
    """
    kind, paid = _PAYMENTS.get(payment.type), payment.paid
    if kind is None or payment.status != "AUTHORISED" or not paid.id:
        return None  # what names no document is for a claim, which is owed on another account
    where = f"{kind.label} {payment.id}"
    held, who = one(payment.account), one(paid.contact)
    bank = chart.account(held.id if held else None, held.code if held else None, where)
    party = PartyKey(kind.party, who.id) if who is not None and who.id else None
    currency = paid.currency or payment.currency
    if not currency and payment.rate not in (None, 1):
        return None  # in another currency, and nothing says which
    standing = _standing(chart, currency, paid.rate, paid.id, rate_of)
    moved = _bank_line(payment, bank, chart, currency, kind.sign)
    if standing is None or moved is None:
        return None
    control = standing.line(chart.system(kind.control, where), -kind.sign * payment.amount)
    return EntryRecord(
        type=kind.label,
        external_id=payment.id,
        date=day(payment.date),
        lines=_with_gain((moved, control), chart, where),
        number=payment.reference or paid.number,
        party=party,
        record=f"Payment:{payment.id}",
    )


def _standing(chart: Chart, currency: str, said: Decimal | None, external_id: str, rate_of: RateOf) -> Money | None:
    """Return how the document that is paid stands in the books; None where its rate is not known."""
    if not chart.foreign(currency):
        return Money(chart)
    return money_of(chart, currency, said or rate_of(external_id))


def _bank_line(payment: Payment, bank: str, chart: Chart, currency: str, sign: int) -> LineRecord | None:
    """Return the bank's side. Known exactly where the bank account or the document is in base currency."""
    own = payment.bank_amount if payment.bank_amount is not None else payment.amount
    kept = chart.currency_of(bank)
    if not chart.foreign(kept):
        if payment.bank_amount is None and chart.foreign(currency):
            own = payment.amount / payment.rate if payment.rate else Decimal(0)
        return Money(chart).line(bank, sign * own)
    worth = money_of(chart, currency, payment.rate)
    if worth is None:
        return None
    line = worth.line(bank, sign * payment.amount)
    shown = Money(chart, kept, Decimal(1)).line(bank, sign * own)
    return msgspec.structs.replace(line, currency=kept, currency_amount=shown.currency_amount)


def _with_gain(lines: tuple[LineRecord, ...], chart: Chart, where: str) -> tuple[LineRecord, ...]:
    rest = -sum(line.amount for line in lines)
    return (*lines, LineRecord(account=chart.system(GAIN, where), amount=rest)) if rest else lines


# --- transfers --------------------------------------------------------------------------------------------------


def post_transfer(
    transfer: BankTransfer, sides: Callable[[str], BankTransaction | None], chart: Chart
) -> EntryRecord | None:
    """Return what a transfer between two bank accounts posts.

    ``sides`` gives the two bank transactions that mirror it, by id: they say what left one account and what reached
    the other. Between currencies both lines have one worth: that of the side in base currency, else that of the money
    that left. None where the transfer was deleted, or that worth is not known.
    """
    if transfer.status not in ("", "AUTHORISED"):
        return None
    where = f"Bank Transfer {transfer.id}"
    left, reached = sides(transfer.spent or ""), sides(transfer.received or "")
    source, target = (_account(ref, chart, where) for ref in (transfer.source, transfer.target))
    out, arrived = chart.currency_of(source), chart.currency_of(target)
    sent = left.total if left is not None and left.total else transfer.amount
    got = reached.total if reached is not None and reached.total else _arrived(transfer, out, arrived, chart)
    if not chart.foreign(out):
        worth = chart.minor(sent)
    elif not chart.foreign(arrived):
        worth = chart.minor(got)
    else:
        rate = (left.rate if left is not None else None) or transfer.rate
        if not rate:
            return None
        worth = chart.minor(sent, rate)
    lines = (_moved(source, -worth, out, -sent, chart), _moved(target, worth, arrived, got, chart))
    return EntryRecord(
        type="Bank Transfer",
        external_id=transfer.id,
        date=day(transfer.date),
        lines=lines,
        memo=transfer.reference or "",
        record=f"BankTransfer:{transfer.id}",
    )


def _account(ref: Ref, chart: Chart, where: str) -> str:
    return chart.account(ref.id, ref.code, where)


def _arrived(transfer: BankTransfer, out: str, arrived: str, chart: Chart) -> Decimal:
    """Return what reached the second account, by the transfer's own rate: nobody documents it, its mirrors know."""
    if out == arrived or not transfer.rate:
        return transfer.amount
    return transfer.amount * transfer.rate if not chart.foreign(out) else transfer.amount / transfer.rate


def _moved(account: str, worth: int, currency: str, own: Decimal, chart: Chart) -> LineRecord:
    if not chart.foreign(currency):
        return LineRecord(account=account, amount=worth)
    return msgspec.structs.replace(Money(chart, currency, Decimal(1)).line(account, own), amount=worth)


# --- credits set against invoices -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Credited:
    """A kind of credit. ``sign`` is that of its control line when it is made: a customer's credit is a credit."""

    label: str
    record: str
    sign: int
    party: PartyKind
    control: str


def _credited(credit: Credit) -> tuple[_Credited, str] | None:
    sales = credit.type in (
        "ACCRECCREDIT",
        "RECEIVE-PREPAYMENT",
        "RECEIVE-OVERPAYMENT",
        "ARPREPAYMENT",
        "AROVERPAYMENT",
    )
    side = (-1, PartyKind.CUSTOMER, "DEBTORS") if sales else (1, PartyKind.VENDOR, "CREDITORS")
    match credit:
        case CreditNote():
            return _Credited("Credit Note" if sales else "Supplier Credit Note", "CreditNote", *side), credit.id
        case Prepayment():
            return _Credited("Prepayment", "Prepayment", *side), credit.id
        case Overpayment():
            return _Credited("Overpayment", "Overpayment", *side), credit.id
        case _:
            return None


def post_allocations(credit: Credit, chart: Chart, rate_of: RateOf) -> Iterator[EntryRecord]:
    """Yield what setting a foreign credit against invoices at other rates posts: the difference is a realised gain.

    In base currency, and between equal rates, an allocation moves nothing. That Xero posts the difference on the day of
    the allocation is not documented; where it does otherwise, the month's balances say so.
    """
    found = _credited(credit)
    if found is None or credit.status not in STANDING or not chart.foreign(credit.currency) or not credit.rate:
        return
    kind, external_id = found
    number = credit.number if isinstance(credit, CreditNote) else None
    who = one(credit.contact)
    party = PartyKey(kind.party, who.id) if who is not None and who.id else None
    for allocation in credit.allocations or ():
        invoice = one(allocation.invoice)
        rate = (invoice.rate or rate_of(invoice.id)) if invoice is not None else None
        if invoice is None or not rate or allocation.deleted or not allocation.date:
            continue
        worth = chart.minor(allocation.amount, credit.rate) - chart.minor(allocation.amount, rate)
        if not worth:
            continue
        where = f"{kind.label} {external_id}, set against {invoice.number or invoice.id}"
        # The credit stood at its rate and is taken back at it; the invoice is cleared at the invoice's.
        control = LineRecord(account=chart.system(kind.control, where), amount=-kind.sign * worth)
        yield EntryRecord(
            type=kind.label,
            external_id=_key(allocation, external_id, invoice.id),
            date=day(allocation.date),
            lines=_with_gain((control,), chart, where),
            number=number or credit.reference or "",
            memo=(credit.reference or "") if number else "",
            party=party,
            record=f"{kind.record}:{external_id}",
        )


def _key(allocation: Allocation, credit: str, invoice: str) -> str:
    return allocation.id or f"{credit}/{invoice}"
