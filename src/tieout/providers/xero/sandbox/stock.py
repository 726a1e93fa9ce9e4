"""Tracked inventory: what is on hand of each item, what it cost, and the cost of what is sold."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.providers.xero.sandbox.journals import JournalLine
from tieout.providers.xero.sandbox.lines import net_of, posted
from tieout.providers.xero.sandbox.posting import to_base
from tieout.providers.xero.sandbox.values import BadDocument, Json, rounded

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class Stock:
    """The movements that documents stand for; each can be taken back."""

    def __init__(self) -> None:
        self._moves: dict[str, list[tuple[Json, Decimal, Decimal]]] = {}  # item, quantity, cost

    def move(self, org: Organisation, document: Json, owner: str, *, sales: bool, back: bool) -> list[JournalLine]:
        """Move what a document buys or sells (``back``: gives back); return the lines of the cost of what is sold.

        Cost is the average of what is on hand. Raise BadDocument where more is taken than is there.
        """
        lines: list[JournalLine] = []
        for line in posted(document["LineItems"]):
            item = org.documents["Items"].get(line["Item"]["ItemID"]) if "Item" in line else None
            if item is None or not item["IsTrackedAsInventory"]:
                continue
            quantity: Decimal = line["Quantity"]
            if sales:
                cost = rounded(_average(item) * quantity, org.digits)
                lines += _cost_of_sales(org, item, line, -cost if back else cost)
            else:
                cost = to_base(org, net_of(line, document["LineAmountTypes"]), document["CurrencyRate"])
            sign = 1 if sales == back else -1
            try:
                _shift(item, sign * quantity, sign * cost)
            except BadDocument:
                self.undo(org, owner)
                raise
            self._moves.setdefault(owner, []).append((item, sign * quantity, sign * cost))
        return lines

    def undo(self, org: Organisation, owner: str) -> None:
        """Take a document's movements back."""
        for item, quantity, cost in self._moves.pop(owner, ()):
            item["QuantityOnHand"] -= quantity
            item["TotalCostPool"] -= cost
            item["UpdatedDateUTC"] = org.now()


def _average(item: Json) -> Decimal:
    on_hand: Decimal = item["QuantityOnHand"]
    return item["TotalCostPool"] / on_hand if on_hand else Decimal(0)


def _shift(item: Json, quantity: Decimal, cost: Decimal) -> None:
    if item["QuantityOnHand"] + quantity < 0:
        raise BadDocument(f"there are {item['QuantityOnHand']} of {item['Code']} on hand")
    item["QuantityOnHand"] += quantity
    item["TotalCostPool"] += cost


def _cost_of_sales(org: Organisation, item: Json, line: Json, cost: Decimal) -> list[JournalLine]:
    of_sales = org.refs.account(item["PurchaseDetails"]["COGSAccountCode"])
    in_stock = org.refs.account(item["InventoryAssetAccountCode"])
    tracking, description = tuple(line["Tracking"]), line.get("Description", "")
    return [
        JournalLine(account=of_sales, net=cost, description=description, tracking=tracking),
        JournalLine(account=in_stock, net=-cost, description=description, tracking=tracking),
    ]
