"""Items: what is bought and sold, some of it held in stock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.kind import Kind, claim, without_nothing
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, required, to_amount

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_MONEY = ("UnitPrice",)


class Items(Kind):
    """The items, each with a code of its own. An InventoryAssetAccountCode makes one tracked."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add an item."""
        id_ = claim(org, "Items", payload.get("ItemID"))
        code = str(required(payload, "Code"))
        if org.refs.has_item(code):
            raise BadDocument(f"the item code {code!r} is taken")
        stock = str(payload.get("InventoryAssetAccountCode") or "")
        item = {
            "ItemID": id_,
            "Code": code,
            **without_nothing(
                {
                    "Name": str(payload.get("Name", "")),
                    "Description": payload.get("Description"),
                    "PurchaseDescription": payload.get("PurchaseDescription"),
                }
            ),
            "UpdatedDateUTC": org.now(),
            "PurchaseDetails": _details(payload.get("PurchaseDetails", {})),
            "SalesDetails": _details(payload.get("SalesDetails", {})),
            "IsTrackedAsInventory": bool(stock),
        }
        if stock:
            org.refs.account(stock)
            org.refs.account(required(item["PurchaseDetails"], "COGSAccountCode"))
            item |= {"InventoryAssetAccountCode": stock, "TotalCostPool": ZERO, "QuantityOnHand": ZERO}
        item |= {"IsSold": bool(item["SalesDetails"]), "IsPurchased": bool(item["PurchaseDetails"])}
        org.documents["Items"][id_] = item
        org.refs.learn_item(item)
        return id_

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:
        """Rename an item or give it another code."""
        before = document["Code"]
        document |= {key: str(payload[key]) for key in ("Name", "Code", "Description") if key in payload}
        document["UpdatedDateUTC"] = org.now()
        org.refs.learn_item(document, before=before)

    def delete(self, org: Organisation, document: Json) -> None:
        """Remove an item: no list shows it any more."""
        if document["IsTrackedAsInventory"] and document["QuantityOnHand"]:
            raise BadDocument(f"{document['Code']} is in stock")
        org.refs.forget_item(document)
        del org.documents["Items"][document["ItemID"]]


def _details(given: Mapping[str, Any]) -> Json:
    return {key: to_amount(value) if key in _MONEY else str(value) for key, value in given.items()}
