"""Contacts: whoever is bought from or sold to; one contact may be both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.kind import Kind, claim
from tieout.providers.xero.sandbox.values import BadDocument, Json, required

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_PHONES = ("DDI", "DEFAULT", "FAX", "MOBILE")
_CHANGED = ("Name", "FirstName", "LastName", "EmailAddress", "ContactStatus", "DefaultCurrency")


class Contacts(Kind):
    """The contacts. Names are unique; nobody is ever deleted."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a contact."""
        id_ = claim(org, "Contacts", payload.get("ContactID"))
        name = str(required(payload, "Name"))
        org.refs.claim_contact(name)
        contact: Json = {
            "ContactID": id_,
            "ContactStatus": "ACTIVE",
            "Name": name,
            "FirstName": str(payload.get("FirstName", "")),
            "LastName": str(payload.get("LastName", "")),
            "EmailAddress": str(payload.get("EmailAddress", "")),
            "BankAccountDetails": "",
            "Addresses": [{"AddressType": kind} for kind in ("STREET", "POBOX")],
            "Phones": [{"PhoneType": kind, "PhoneNumber": ""} for kind in _PHONES],
            "UpdatedDateUTC": org.now(),
            "ContactGroups": [],
            "IsSupplier": bool(payload.get("IsSupplier", False)),
            "IsCustomer": bool(payload.get("IsCustomer", False)),
            "ContactPersons": [],
            "HasAttachments": False,
            "HasValidationErrors": False,
        }
        if payload.get("DefaultCurrency"):
            contact["DefaultCurrency"] = str(payload["DefaultCurrency"])
        org.documents["Contacts"][id_] = contact
        org.refs.contact_stub(contact)
        return id_

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:
        """Rename, archive or bring back a contact; one that was merged away stays away."""
        if document.get("MergedToContactID"):
            raise BadDocument(f"{document['Name']} was merged into another contact")
        if payload.get("Name", document["Name"]) != document["Name"]:
            org.refs.claim_contact(str(payload["Name"]), instead_of=document["Name"])
        document |= {key: payload[key] for key in _CHANGED if key in payload} | {"UpdatedDateUTC": org.now()}
        for contact in org.documents["Contacts"].values():
            if contact is document or contact.get("MergedToContactID"):
                org.refs.contact_stub(contact)


def met(org: Organisation, stub: Json, *, supplier: bool) -> None:
    """Take note that something was bought from, or sold to, a contact."""
    contact = org.documents["Contacts"].get(stub["ContactID"])
    key = "IsSupplier" if supplier else "IsCustomer"
    if contact is not None and not contact[key]:
        contact |= {key: True, "UpdatedDateUTC": org.now()}
