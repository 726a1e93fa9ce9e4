"""Invoices, credit notes and the money spent or received beside them: one side, its lines, and one line of tax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

import msgspec

from tieout.core.records import EntryRecord, LineRecord, PartyKey, PartyKind
from tieout.providers.xero.documents_wire import (
    BankTransaction,
    CreditNote,
    Invoice,
    JournalLine,
    Lined,
    LineItem,
    one,
)
from tieout.providers.xero.faults import Doubt
from tieout.providers.xero.posting_ground import Chart, Money, dimensions_of, money_of
from tieout.providers.xero.wire import day

_CENT = Decimal("0.01")
_ZERO = Decimal(0)
STANDING = frozenset({"AUTHORISED", "PAID"})  # any other document has posted nothing, or has been undone since


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a type of document posts. ``sign`` is that of the side which is not itemised: +1 is a debit."""

    label: str
    sign: int
    party: PartyKind
    control: str = ""  # the system account, where it is not a bank account


_DOCUMENTS = {
    "ACCREC": _Kind("Invoice", 1, PartyKind.CUSTOMER, "DEBTORS"),
    "ACCPAY": _Kind("Bill", -1, PartyKind.VENDOR, "CREDITORS"),
    "ACCRECCREDIT": _Kind("Credit Note", -1, PartyKind.CUSTOMER, "DEBTORS"),
    "ACCPAYCREDIT": _Kind("Supplier Credit Note", 1, PartyKind.VENDOR, "CREDITORS"),
}
_MONEY = {
    "RECEIVE": _Kind("Receive Money", 1, PartyKind.CUSTOMER),
    "SPEND": _Kind("Spend Money", -1, PartyKind.VENDOR),
    "RECEIVE-PREPAYMENT": _Kind("Prepayment", 1, PartyKind.CUSTOMER),
    "SPEND-PREPAYMENT": _Kind("Prepayment", -1, PartyKind.VENDOR),
    "RECEIVE-OVERPAYMENT": _Kind("Overpayment", 1, PartyKind.CUSTOMER),
    "SPEND-OVERPAYMENT": _Kind("Overpayment", -1, PartyKind.VENDOR),
}


def post_invoice(document: Invoice, chart: Chart) -> EntryRecord | None:
    """Return what a sales invoice or a bill posts; None while it is a draft, after it was voided, or without a rate."""
    return _post(document, _DOCUMENTS.get(document.type), chart, "Invoice", document.id, document.number or "")


def post_credit_note(document: CreditNote, chart: Chart) -> EntryRecord | None:
    """Return what a credit note posts: an invoice the other way round."""
    return _post(document, _DOCUMENTS.get(document.type), chart, "CreditNote", document.id, document.number or "")


def post_bank_transaction(document: BankTransaction, chart: Chart) -> EntryRecord | None:
    """Return what money spent or received posts; None for one side of a transfer, which is posted as that.

    A prepayment or an overpayment is posted here, under its own id: only here stands the bank account.
    """
    kind, external_id = "BankTransaction", document.id
    if document.type.endswith("-PREPAYMENT") and document.prepayment:
        kind, external_id = "Prepayment", document.prepayment
    elif document.type.endswith("-OVERPAYMENT") and document.overpayment:
        kind, external_id = "Overpayment", document.overpayment
    return _post(document, _MONEY.get(document.type), chart, kind, external_id, "", bank=document)


def _post(
    document: Lined,
    kind: _Kind | None,
    chart: Chart,
    record: str,
    external_id: str,
    number: str,
    *,
    bank: BankTransaction | None = None,
) -> EntryRecord | None:
    money = money_of(chart, document.currency, document.rate)
    if kind is None or document.status not in STANDING or money is None:
        return None
    where = f"{kind.label} {number or external_id}"
    who = one(document.contact)
    party = PartyKey(kind.party, who.id) if who is not None and who.id else None
    if bank is None:
        side = chart.system(kind.control, where)
    else:
        held = one(bank.bank)
        side = chart.account(held.id if held else None, held.code if held else None, where)
    _check_tax(document, where)
    # An overpayment is owed to the contact: its line names the control account, or no account at all.
    fallback = {"Overpayment": "DEBTORS" if kind.sign > 0 else "CREDITORS"}.get(record, "")
    if not document.total and not any(line.amount or line.tax for line in document.lines):
        return None  # nothing but texts
    lines = itemised(document.lines, document.amounts, money, where, sign=-kind.sign, fallback=fallback)
    total = lines.total(document.total * kind.sign)
    return EntryRecord(
        type=kind.label,
        external_id=external_id,
        date=day(document.date),
        lines=lines.balanced(money.line(side, total)),
        number=number or document.reference or "",
        memo=(document.reference or "") if number else "",
        party=party,
        record=f"{record}:{external_id}",
    )


def _check_tax(document: Lined, where: str) -> None:
    """Raise Doubt where lines leave out a tax that the document has: without it nothing tells what a line is."""
    silent = any(line.tax is None for line in document.lines if line.amount)
    if silent and document.taxes and document.taxes != sum((line.tax or _ZERO for line in document.lines), _ZERO):
        raise Doubt("its lines do not say their tax", where)


# --- lines ------------------------------------------------------------------------------------------------------


class _Line(Protocol):
    """What lines of all documents have."""

    @property
    def amount(self) -> Decimal | None: ...

    @property
    def tax(self) -> Decimal | None: ...


@dataclass(frozen=True, slots=True)
class Itemised:
    """The lines of a document and their tax, in its own currency and in the base's."""

    lines: list[LineRecord]
    taxes: list[LineRecord]
    own: Decimal  # what they come to in the document's currency, debit positive

    def total(self, said: Decimal) -> Decimal:
        """Return what the other side is: what the document says, as long as its lines say so too, to a cent a line.

        A document may keep a part back that no line names, as a contractor's tax is in the United Kingdom: then its
        lines are believed, and the rest shows in what the platform reports and does not itemise.
        """
        return said if abs(said + self.own) <= _CENT * max(len(self.lines), 1) else -self.own

    def balanced(self, side: LineRecord) -> tuple[LineRecord, ...]:
        """Return a whole entry: what rounding leaves goes to the largest line, never to the control or the tax."""
        lines = list(self.lines)
        rest = -sum(line.amount for line in (side, *lines, *self.taxes))
        if rest and lines:
            at = max(range(len(lines)), key=lambda place: (abs(lines[place].amount), -place))
            lines[at] = msgspec.structs.replace(lines[at], amount=lines[at].amount + rest)
        return (side, *lines, *self.taxes)


def itemised(
    items: Sequence[LineItem] | Sequence[JournalLine],
    amounts: str,
    money: Money,
    where: str,
    *,
    sign: int,
    fallback: str = "",
) -> Itemised:
    """Return line items without their tax, and the tax as one line to the GST account.

    ``amounts`` is the document's LineAmountTypes, ``sign`` +1 where a positive amount is a debit. ``fallback`` is the
    system account of a line that names none. Raise Unknown for an account that the chart lacks.
    """
    chart, own, taxes = money.chart, _ZERO, _ZERO
    lines: list[LineRecord] = []
    for item in items:
        if not item.account_id and not item.account_code and not item.amount:
            continue  # a line that is only a text
        net, tax = _net(item, amounts)
        own, taxes = own + sign * (net + tax), taxes + sign * tax
        if fallback and not item.account_id and not item.account_code:
            account = chart.system(fallback, where)
        else:
            account = chart.account(item.account_id, item.account_code, where)
        thing = one(item.item) if isinstance(item, LineItem) else None
        line = money.line(
            account,
            sign * net,
            item=thing.id if thing is not None and thing.id else None,
            dimensions=dimensions_of(item.tracking),
            memo=item.description or "",
        )
        lines.append(line)
    if not lines:
        raise Doubt("the document has no lines", where)
    tax_lines = [money.line(chart.system("GST", where), taxes)] if taxes else []
    return Itemised(lines, tax_lines, own)


def _net(item: _Line, amounts: str) -> tuple[Decimal, Decimal]:
    amount, tax = item.amount or _ZERO, item.tax or _ZERO
    match amounts:
        case "Inclusive":
            return amount - tax, tax
        case "NoTax":
            return amount, _ZERO
        case _:
            return amount, tax
