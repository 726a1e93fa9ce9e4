"""Tracking categories and their options: at most two categories are in use at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.kind import Kind, claim
from tieout.providers.xero.sandbox.values import BadDocument, Json, required

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_MOST_IN_USE = 2


class TrackingCategories(Kind):
    """The categories. ``Options`` are given as objects with a Name, or with a TrackingOptionID to be changed."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a category with its options."""
        in_use = [one for one in org.documents["TrackingCategories"].values() if one["Status"] == "ACTIVE"]
        if len(in_use) == _MOST_IN_USE:
            raise BadDocument("there are two active tracking categories already")
        id_ = claim(org, "TrackingCategories", payload.get("TrackingCategoryID"))
        category: Json = {
            "Name": str(required(payload, "Name")),
            "Status": "ACTIVE",
            "TrackingCategoryID": id_,
            "Options": [],
        }
        org.documents["TrackingCategories"][id_] = category
        for option in payload.get("Options", ()):
            self._option(org, category, option)
        return id_

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:
        """Rename or archive a category; add, rename or archive its options."""
        document |= {key: payload[key] for key in ("Name", "Status") if key in payload}
        for option in payload.get("Options", ()):
            self._option(org, document, option)
        for option in document["Options"]:
            org.refs.option_stub(document, option)

    def delete(self, org: Organisation, document: Json) -> None:
        """Remove a category; the platform allows it, and lines keep what they had."""
        document["Status"] = "DELETED"
        del org.documents["TrackingCategories"][document["TrackingCategoryID"]]

    @staticmethod
    def _option(org: Organisation, category: Json, given: Mapping[str, Any]) -> None:
        wanted = str(given.get("TrackingOptionID") or "") or org.ids.new()
        option = next((one for one in category["Options"] if one["TrackingOptionID"] == wanted), None)
        if option is None:
            option = {"TrackingOptionID": wanted, "Name": str(required(given, "Name")), "Status": "ACTIVE"}
            category["Options"].append(option)
        option |= {key: given[key] for key in ("Name", "Status") if key in given}
        option |= {
            "HasValidationErrors": False,
            "IsDeleted": option["Status"] == "DELETED",
            "IsArchived": option["Status"] == "ARCHIVED",
            "IsActive": option["Status"] == "ACTIVE",
        }
        org.refs.option_stub(category, option)
