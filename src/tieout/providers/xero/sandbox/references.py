"""How documents point at lists: by id, code or name in, by one shared stub out, so that a rename shows everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.chart import SYSTEM
from tieout.providers.xero.sandbox.values import BadDocument, Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class References:
    """Finds list entries, and gives out the stubs that documents show of them."""

    def __init__(self, org: Organisation) -> None:
        self._org = org
        self._stubs: dict[tuple[str, str], Json] = {}
        self._codes: dict[str, Json] = {}
        self._system: dict[str, Json] = {}
        self._items: dict[str, Json] = {}
        self._names: set[str] = set()  # of contacts

    # --- accounts -----------------------------------------------------------------------------------------------

    def account(self, given: object) -> Json:
        """Return an account by its id, its code, or an object or line with either. Raise BadDocument without one."""
        if isinstance(given, Mapping):
            given = given.get("AccountID") or given.get("AccountCode") or given.get("Code")
        text = str(given or "")
        found = self._org.documents["Accounts"].get(text) or self._codes.get(text)
        if found is None:
            raise BadDocument(f"there is no account {text!r}")
        return found

    def system(self, purpose: str) -> Json:
        """Return the account that the platform uses for a purpose, made when first needed."""
        if purpose not in self._system:
            made = SYSTEM[purpose]
            taken = {str(account["Name"]) for account in self._org.documents["Accounts"].values()}
            name = made.name if made.name not in taken else f"{made.name} (system)"
            fields: Json = {"Name": name, "Type": made.type, "SystemAccount": purpose}
            if made.code not in self._codes:
                fields["Code"] = made.code
            self._org.create("Accounts", fields)
        return self._system[purpose]

    def has_system(self, purpose: str) -> bool:
        """Whether an account serves a purpose of the platform already."""
        return purpose in self._system

    def coded(self, code: str) -> Json | None:
        """Return the account of a code, if there is one."""
        return self._codes.get(code)

    def is_system(self, account: Json, *purposes: str) -> bool:
        """Whether an account is one of those that the platform keeps itself."""
        return account.get("SystemAccount", "") in purposes

    def account_stub(self, account: Json) -> Json:
        """Return what documents show of a bank account."""
        stub = self._stub("Accounts", account["AccountID"])
        stub["AccountID"] = account["AccountID"]
        stub.pop("Code", None)
        if account.get("Code"):
            stub["Code"] = account["Code"]
        stub["Name"] = account["Name"]
        return stub

    def learn_account(self, account: Json, *, before: str = "") -> None:
        """Take note of an account that is new or has changed; ``before`` is its old code."""
        if before:
            self._codes.pop(before, None)
        if account.get("Code"):
            self._codes[account["Code"]] = account
        if account.get("SystemAccount"):
            self._system[account["SystemAccount"]] = account
        self.account_stub(account)

    def forget_account(self, account: Json) -> None:
        """Take note that an account is no more."""
        self._codes.pop(account.get("Code", ""), None)

    # --- contacts, items, tracking ------------------------------------------------------------------------------

    def contact(self, given: object) -> Json:
        """Return the stub of a contact given by id, or by an object with its id or name."""
        contacts = self._org.documents["Contacts"]
        wanted = given.get("ContactID") or given.get("Name") if isinstance(given, Mapping) else given
        text = str(wanted or "")
        if text not in contacts:
            text = next((key for key, contact in contacts.items() if contact["Name"] == text), "")
        if not text:
            raise BadDocument(f"there is no contact {wanted!r}")
        return self.contact_stub(contacts[text])

    def contact_stub(self, contact: Json) -> Json:
        """Return what documents show of a contact: the one that it was merged into, where it was."""
        stub = self._stub("Contacts", contact["ContactID"])
        shown = contact
        while shown.get("MergedToContactID"):
            shown = self._org.document("Contacts", shown["MergedToContactID"])
        stub |= {"ContactID": shown["ContactID"], "Name": shown["Name"]}
        return stub

    def claim_contact(self, name: str, *, instead_of: str = "") -> None:
        """Take a name for a contact. Raise BadDocument if another one has it."""
        if name in self._names:
            raise BadDocument(f"there is a contact {name!r} already")
        self._names.discard(instead_of)
        self._names.add(name)

    def keep_contact(self, name: str) -> None:
        """Take note of a name that a contact has, be it the only one or not."""
        self._names.add(name)

    def merge_contacts(self, source: str, target: str) -> None:
        """Archive one contact in favour of another; documents of the first show the second from now on."""
        org = self._org
        gone, stays = org.document("Contacts", source), org.document("Contacts", target)
        if source == target or gone.get("MergedToContactID") or stays.get("MergedToContactID"):
            raise BadDocument("only two contacts that stand for themselves can be merged")
        now = org.now()
        gone |= {"ContactStatus": "ARCHIVED", "MergedToContactID": target, "UpdatedDateUTC": now}
        stays |= {key: stays[key] or gone[key] for key in ("IsSupplier", "IsCustomer")} | {"UpdatedDateUTC": now}
        for contact in org.documents["Contacts"].values():
            self.contact_stub(contact)

    def item(self, code: object) -> Json:
        """Return an item by its code or id."""
        items = self._org.documents["Items"]
        text = str(code)
        found = items.get(text) or self._items.get(text)
        if found is None:
            raise BadDocument(f"there is no item {text!r}")
        return found

    def item_stub(self, item: Json) -> Json:
        """Return what a line shows of an item."""
        stub = self._stub("Items", item["ItemID"])
        stub |= {"ItemID": item["ItemID"], "Name": item.get("Name", ""), "Code": item["Code"]}
        return stub

    def has_item(self, code: str) -> bool:
        """Whether an item has this code."""
        return code in self._items

    def forget_item(self, item: Json) -> None:
        """Take note that an item is no more."""
        self._items.pop(item["Code"], None)

    def learn_item(self, item: Json, *, before: str = "") -> None:
        """Take note of an item that is new or has changed; ``before`` is its old code."""
        self._items.pop(before, None)
        self._items[item["Code"]] = item
        self.item_stub(item)

    def tracking(self, given: object) -> tuple[Json, ...]:
        """Return the stubs of tracking options given by ids or by the names of category and option."""
        if not isinstance(given, Sequence):
            return ()
        stubs = tuple(self._option(one) for one in given if isinstance(one, Mapping))
        if len({stub["TrackingCategoryID"] for stub in stubs}) != len(stubs):
            raise BadDocument("a line has one option of a tracking category")
        return stubs

    def _option(self, given: Mapping[str, Any]) -> Json:
        wanted = str(given.get("TrackingOptionID") or "")
        if stub := self._stubs.get(("TrackingOptions", wanted)):
            return stub
        for category in self._org.documents["TrackingCategories"].values():
            if category["Name"] == given.get("Name") or category["TrackingCategoryID"] == given.get(
                "TrackingCategoryID"
            ):
                for option in category["Options"]:
                    if option["Name"] == given.get("Option") or option["TrackingOptionID"] == wanted:
                        return self.option_stub(category, option)
        raise BadDocument(f"there is no tracking option {dict(given)}")

    def option_stub(self, category: Json, option: Json) -> Json:
        """Return what a line shows of a tracking option."""
        stub = self._stub("TrackingOptions", option["TrackingOptionID"])
        stub |= {
            "Name": category["Name"],
            "Option": option["Name"],
            "TrackingCategoryID": category["TrackingCategoryID"],
            "TrackingOptionID": option["TrackingOptionID"],
        }
        return stub

    def _stub(self, kind: str, id_: str) -> Json:
        return self._stubs.setdefault((kind, id_), {})
