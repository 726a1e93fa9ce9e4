"""First in, first out: what the pieces of an inventory item cost when they leave."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tieout.providers.quickbooks.sandbox.wire import BadDocument


@dataclass(slots=True)
class _Layer:
    txn: str
    quantity: Decimal
    cost: int  # minor units of what is left


class Inventory:
    """Layers of stock by item. Everything that a transaction did can be undone, for edits and voids."""

    def __init__(self) -> None:
        self._layers: dict[str, list[_Layer]] = {}
        self._taken: dict[str, list[tuple[_Layer, Decimal, int]]] = {}

    def on_hand(self, item: str) -> Decimal:
        """Return how many pieces are in stock."""
        return sum((layer.quantity for layer in self._layers.get(item, ())), Decimal(0))

    def receive(self, txn: str, item: str, quantity: Decimal, cost: int) -> None:
        """Put pieces in stock at a total cost in minor units."""
        self._layers.setdefault(item, []).append(_Layer(txn, quantity, cost))

    def issue(self, txn: str, item: str, quantity: Decimal) -> int:
        """Take pieces out and return what they cost. Raise BadDocument if there are not so many."""
        if quantity > self.on_hand(item):
            raise BadDocument(f"item {item}: {quantity} wanted, {self.on_hand(item)} on hand")
        total = 0
        for layer in self._layers.get(item, ()):
            pieces = min(quantity, layer.quantity)
            if pieces <= 0:
                continue
            cost = layer.cost
            if pieces < layer.quantity:
                cost = int((Decimal(layer.cost) * pieces / layer.quantity).quantize(Decimal(1), ROUND_HALF_UP))
            layer.quantity -= pieces
            layer.cost -= cost
            quantity -= pieces
            total += cost
            self._taken.setdefault(txn, []).append((layer, pieces, cost))
        return total

    def undo(self, txn: str) -> None:
        """Give back what a transaction took, and take back what it brought."""
        for layer, pieces, cost in self._taken.pop(txn, ()):
            layer.quantity += pieces
            layer.cost += cost
        for item in self._layers:
            self._layers[item] = [layer for layer in self._layers[item] if layer.txn != txn]
