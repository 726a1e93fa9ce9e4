"""The lines of documents, and the totals that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from tieout.core.money import currency_digits
from tieout.providers.xero.sandbox.chart import CONTROL
from tieout.providers.xero.sandbox.kind import without_nothing
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, required, rounded, to_amount

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

MODES = ("Exclusive", "Inclusive", "NoTax")


class Writing(NamedTuple):
    """How a document's lines are to be read."""

    mode: str  # LineAmountTypes
    digits: int  # of the document's currency
    sales: bool  # whether items are sold by it, or bought
    control: bool = False  # whether lines may go to a control account, as an overpayment's do


def digits_of(org: Organisation, currency: str) -> int:
    """Return how many decimals amounts in a currency have here."""
    return org.digits if currency == org.currency else currency_digits(currency)


def mode_of(payload: Mapping[str, Any], default: str = "Exclusive") -> str:
    """Return a document's LineAmountTypes. Raise BadDocument for one that does not exist."""
    mode = str(payload.get("LineAmountTypes", default))
    if mode not in MODES:
        raise BadDocument(f"LineAmountTypes {mode!r} does not exist")
    return mode


def line_items(org: Organisation, given: object, how: Writing) -> list[Json]:
    """Return whole line items for those of a payload. Raise BadDocument for a line that cannot be posted."""
    if not isinstance(given, Sequence) or not given:
        raise BadDocument("LineItems are missing")
    return [_line_item(org, line, how) for line in given]


def _line_item(org: Organisation, given: Mapping[str, Any], how: Writing) -> Json:
    item = org.refs.item(given["ItemCode"]) if given.get("ItemCode") else None
    where = given.get("AccountID") or given.get("AccountCode") or _usual_account(item, sales=how.sales)
    line_id = str(given.get("LineItemID") or "") or org.ids.new()
    if not where:
        if to_amount(given.get("LineAmount", given.get("UnitAmount", 0))):
            raise BadDocument("AccountCode is missing")
        return {"Description": str(required(given, "Description")), "Tracking": [], "LineItemID": line_id}
    account = org.refs.account(where)
    if account["Type"] == "BANK" or (org.refs.is_system(account, *CONTROL) and not how.control):
        raise BadDocument(f"no line can be posted to {account['Name']}")
    quantity = to_amount(given.get("Quantity", 1))
    if "LineAmount" in given:
        amount = rounded(to_amount(given["LineAmount"]), how.digits)
        each = to_amount(given["UnitAmount"]) if "UnitAmount" in given else _each(amount, quantity)
    else:
        each = to_amount(required(given, "UnitAmount"))
        amount = rounded(quantity * each, how.digits)
    tax_type = str(given.get("TaxType") or ("NONE" if how.mode == "NoTax" else account.get("TaxType", "NONE")))
    if tax_type not in org.documents["TaxRates"]:
        raise BadDocument(f"there is no tax type {tax_type!r}")
    return without_nothing(
        {
            "ItemCode": item["Code"] if item else None,
            "Description": str(given.get("Description") or ""),
            "UnitAmount": each,
            "TaxType": tax_type,
            "TaxAmount": _tax(org, given, tax_type, amount, how),
            "LineAmount": amount,
            "AccountCode": account.get("Code"),
            "AccountID": account["AccountID"],
            "Item": org.refs.item_stub(item) if item else None,
            "Tracking": list(org.refs.tracking(given.get("Tracking", ()))),
            "Quantity": quantity,
            "LineItemID": line_id,
        }
    )


def _each(amount: Decimal, quantity: Decimal) -> Decimal:
    if not quantity:
        return amount
    return amount if quantity == 1 else rounded(amount / quantity, 4)


def _usual_account(item: Json | None, *, sales: bool) -> str:
    if item is None:
        return ""
    if not sales and item["IsTrackedAsInventory"]:
        return str(item["InventoryAssetAccountCode"])
    return str(item["SalesDetails" if sales else "PurchaseDetails"].get("AccountCode", ""))


def _tax(org: Organisation, given: Mapping[str, Any], tax_type: str, amount: Decimal, how: Writing) -> Decimal:
    if how.mode == "NoTax":
        return ZERO
    if "TaxAmount" in given:
        return rounded(to_amount(given["TaxAmount"]), how.digits)
    per_cent: Decimal = org.documents["TaxRates"][tax_type]["EffectiveRate"]
    whole = 100 + per_cent if how.mode == "Inclusive" else Decimal(100)
    return rounded(amount * per_cent / whole, how.digits)


def posted(lines: Iterable[Json]) -> list[Json]:
    """Return the lines that are more than a remark."""
    return [line for line in lines if "AccountID" in line]


def net_of(line: Json, mode: str) -> Decimal:
    """Return a line's amount without tax."""
    amount: Decimal = line["LineAmount"]
    return amount - line["TaxAmount"] if mode == "Inclusive" else amount


def totals(lines: Iterable[Json], mode: str) -> Json:
    """Return SubTotal (without tax), TotalTax and Total."""
    lines = posted(lines)
    subtotal = sum((net_of(line, mode) for line in lines), ZERO)
    tax = sum((line["TaxAmount"] for line in lines), ZERO)
    return {"SubTotal": subtotal, "TotalTax": tax, "Total": subtotal + tax}
