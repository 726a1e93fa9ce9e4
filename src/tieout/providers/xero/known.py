"""What a document knows that its journals do not: whose it is, its number, its items, its own currency."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tieout.core.money import currency_digits
from tieout.core.records import PartyKind
from tieout.providers.xero.documents_wire import (
    BankTransaction,
    BankTransfer,
    CreditNote,
    Document,
    Invoice,
    Lined,
    LineItem,
    ManualJournal,
    Overpayment,
    Payment,
    Prepayment,
    Ref,
    Tracking,
    one,
)
from tieout.providers.xero.lists import CREDITORS, DEBTORS, Lists

_CONTROLS = {"ACCREC": DEBTORS, "ACCPAY": CREDITORS}  # by the first letters of a document's type
_CUSTOMERS = ("ACCREC", "AR", "RECEIVE")
_VENDORS = ("ACCPAY", "AP", "SPEND")
_ZERO = Decimal(0)


class KnownLine(NamedTuple):
    """A document's line. ``own`` is its amount without tax in the document's currency, in minor units."""

    account: str
    memo: str
    dimensions: tuple[tuple[str, str], ...]
    item: str | None
    own: int


class Side(NamedTuple):
    """What the document posts to an account that none of its lines names, in a currency that is not the book's."""

    account: str
    currency: str
    own: int


class Known(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One document, as little of it as is needed: there may be hundreds of thousands."""

    number: str = ""
    memo: str = ""
    kind: str = ""  # of party
    contact: str = ""
    currency: str = ""  # "" where it is the book's
    rate: str = ""  # units of it for one of the book's
    tax: int = 0  # in the document's currency
    lines: tuple[KnownLine, ...] = ()
    sides: tuple[Side, ...] = ()


def known(document: Document, lists: Lists, base: str) -> Known:
    """Return what a document knows. ``base`` is the book's currency."""
    match document:
        case Invoice(number=number) | CreditNote(number=number):
            control = _CONTROLS.get(document.type[:6], "")
            return _lined(document, lists, base, number=number or "", side=lists.systems.get(control, ""))
        case BankTransaction(bank=bank):
            return _lined(document, lists, base, number="", side=_account(one(bank), lists))
        case Prepayment() | Overpayment():
            return _lined(document, lists, base, number="", side="")
        case Payment():
            return _payment(document, lists, base)
        case ManualJournal(narration=narration):
            return Known(memo=narration or "")
        case _:
            return Known(memo=document.reference or "")


def record_of(document: Document) -> str:
    """Return which record a document is: "Invoice:" and its id."""
    kind = type(document).__name__
    identity: Callable[[Document], str] = _ids[kind]
    return f"{kind}:{identity(document)}"


_ids: dict[str, Callable[[Document], str]] = {
    kind.__name__: lambda document: document.id  # type: ignore[attr-defined]
    for kind in (
        Invoice, CreditNote, BankTransaction, BankTransfer, Payment, ManualJournal, Prepayment, Overpayment
    )
}  # fmt: skip


def _lined(document: Lined, lists: Lists, base: str, *, number: str, side: str) -> Known:
    currency = "" if document.currency in ("", base) else document.currency
    digits = currency_digits(document.currency or base)
    contact = one(document.contact)
    inclusive = document.amounts == "Inclusive"
    return Known(
        number=number or document.reference or "",
        memo=(document.reference or "") if number else "",
        kind=_kind(document.type),
        contact=contact.id if contact else "",
        currency=currency,
        rate=str(document.rate) if currency and document.rate else "",
        tax=_minor(sum((line.tax or _ZERO for line in document.lines), _ZERO), digits),
        lines=tuple(_lines(document.lines, lists, digits, inclusive=inclusive)),
        sides=(Side(side, currency, _minor(document.total, digits)),) if currency and side else (),
    )


def _lines(items: list[LineItem], lists: Lists, digits: int, *, inclusive: bool) -> Iterator[KnownLine]:
    for line in items:
        if account := line.account_id or lists.codes.get(line.account_code or "", ""):
            item = one(line.item)
            yield KnownLine(
                account=account,
                memo=line.description or "",
                dimensions=dimensions(line.tracking, lists),
                item=item.id if item and item.id in lists.items else None,
                own=_minor((line.amount or _ZERO) - (line.tax or _ZERO if inclusive else _ZERO), digits),
            )


def _payment(payment: Payment, lists: Lists, base: str) -> Known:
    paid, bank = payment.paid, _account(one(payment.account), lists)
    contact = one(paid.contact)
    sides: list[Side] = []
    if paid.currency not in ("", base):
        control = lists.systems.get(DEBTORS if _kind(payment.type) == PartyKind.CUSTOMER else CREDITORS, "")
        sides.append(Side(control, paid.currency, _minor(payment.amount, currency_digits(paid.currency))))
    found = lists.accounts.get(bank)
    if found is not None and found.currency:
        amount = payment.amount if payment.bank_amount is None else payment.bank_amount
        sides.append(Side(bank, found.currency, _minor(amount, currency_digits(found.currency))))
    return Known(
        number=payment.reference or paid.number,
        kind=_kind(payment.type),
        contact=contact.id if contact else "",
        sides=tuple(sides),
    )


def dimensions(tracking: list[Tracking] | None, lists: Lists) -> tuple[tuple[str, str], ...]:
    """Return the options on a line that are listed, one for each category, sorted."""
    found = {it.category: it.option for it in tracking or () if lists.has_option(it.category, it.option)}
    return tuple(sorted(found.items()))


def _kind(type_: str) -> str:
    if type_.startswith(_CUSTOMERS):
        return PartyKind.CUSTOMER
    return PartyKind.VENDOR if type_.startswith(_VENDORS) else ""


def _account(account: Ref | None, lists: Lists) -> str:
    return (account.id or lists.codes.get(account.code, "")) if account else ""


def _minor(amount: Decimal, digits: int) -> int:
    """Return an amount in minor units; what is finer, as a unit price may be, is cut: it only helps to tell lines."""
    return int(amount.scaleb(digits))
