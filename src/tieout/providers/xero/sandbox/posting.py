"""How a document becomes journal lines: a control line, one line for tax, and one for each line of the document.

A document in another currency is worth its total divided by its rate, rounded; so is each of its lines. What the
roundings leave over goes to the largest line.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tieout.providers.xero.sandbox.chart import CONTROL, GST
from tieout.providers.xero.sandbox.journals import JournalLine
from tieout.providers.xero.sandbox.lines import net_of, posted
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, rounded, to_amount

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class Side(NamedTuple):
    """The control line of a document: its account, and +1 where the document debits it."""

    account: Json
    sign: int


def rate_of(org: Organisation, currency: str, given: object) -> Decimal:
    """Return a document's rate: foreign units for one of base currency, 1 for base currency itself."""
    if currency == org.currency:
        return Decimal(1)
    if currency not in org.documents["Currencies"]:
        org.create("Currencies", {"Code": currency})
    if given is None:
        raise BadDocument(f"CurrencyRate is missing for {currency}")
    rate = to_amount(given)
    if rate <= 0:
        raise BadDocument(f"{rate} is no rate of exchange")
    return rate


def to_base(org: Organisation, amount: Decimal, rate: Decimal) -> Decimal:
    """Return an amount in base currency."""
    return amount if rate == 1 else rounded(amount / rate, org.digits)


def control_line(org: Organisation, account: Json, net: Decimal, currency: str, foreign: Decimal) -> JournalLine:
    """Return a line to a bank or control account; ``foreign`` is the amount in the document's ``currency``."""
    kept_in = account.get("CurrencyCode", org.currency) if account["Type"] == "BANK" else currency
    if kept_in == org.currency or not (account["Type"] == "BANK" or org.refs.is_system(account, *CONTROL)):
        return JournalLine(account=account, net=net)
    return JournalLine(account=account, net=net, currency=kept_in, foreign=foreign)


def document_lines(org: Organisation, document: Json, side: Side) -> list[JournalLine]:
    """Return the lines of an invoice, credit note or bank transaction; they sum to zero."""
    rate: Decimal = document["CurrencyRate"]
    mode, total = document["LineAmountTypes"], document["Total"]
    control = control_line(
        org, side.account, side.sign * to_base(org, total, rate), document["CurrencyCode"], side.sign * total
    )
    lines = [
        JournalLine(
            account=org.documents["Accounts"][line["AccountID"]],
            net=-side.sign * to_base(org, net_of(line, mode), rate),
            tax=-side.sign * to_base(org, line["TaxAmount"], rate),
            tax_rate=org.documents["TaxRates"].get(line["TaxType"]),
            description=line.get("Description", ""),
            tracking=tuple(line["Tracking"]),
        )
        for line in posted(document["LineItems"])
    ]
    head = [control] if control.net or control.foreign else []
    if document["TotalTax"]:
        tax = -side.sign * to_base(org, document["TotalTax"], rate)
        head.append(JournalLine(account=org.refs.system(GST), net=tax))
    return [*head, *_balanced(lines, sum((line.net for line in head), ZERO))]


def _balanced(lines: list[JournalLine], rest: Decimal) -> list[JournalLine]:
    over = rest + sum((line.net for line in lines), ZERO)
    if not over:
        return lines
    place = max(range(len(lines)), key=lambda at: abs(lines[at].net))
    lines[place] = msgspec.structs.replace(lines[place], net=lines[place].net - over)
    return lines
