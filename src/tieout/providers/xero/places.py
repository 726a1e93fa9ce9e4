"""Where Xero answers, and the only calls that this provider makes there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from tieout.kit.http import Call, CallGroup, Origin

# What is read, by the last words of the address. Nothing else of the accounting API is ever asked for.
LISTS = ("Organisation", "Accounts", "Contacts", "Currencies", "Items", "TrackingCategories", "Journals")
DOCUMENTS = (
    "Invoices", "CreditNotes", "BankTransactions", "BankTransfers", "Payments", "ManualJournals", "Prepayments",
    "Overpayments", "ExpenseClaims",
)  # fmt: skip
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_REAL = {
    "LOGIN_URL": "https://login.xero.com",
    "IDENTITY_URL": "https://identity.xero.com",
    "API_URL": "https://api.xero.com",
}


@dataclass(frozen=True, slots=True)
class Places:
    """The three servers of Xero, or those that stand in for them."""

    login: Origin
    identity: Origin
    api: Origin
    is_sandbox: bool

    @property
    def consent(self) -> str:
        """The address of the consent page."""
        return f"{self.login}/identity/connect/authorize"

    @property
    def token(self) -> str:
        """Where a code or a refresh token becomes tokens."""
        return f"{self.identity}/connect/token"

    @property
    def revocation(self) -> str:
        """Where a person's whole access is ended."""
        return f"{self.identity}/connect/revocation"

    @property
    def connections(self) -> str:
        """The list of organisations that a token reaches, written as the OpenAPI file writes it."""
        return f"{self.api}/Connections"

    def calls(self) -> tuple[Call, ...]:
        """Return everything that may leave for Xero."""
        base = r"/api\.xro/2\.0/"
        return (
            Call(CallGroup.GRANT, "POST", self.identity, re.compile("/connect/token"), _asks_for_tokens),
            Call(CallGroup.GRANT, "POST", self.identity, re.compile("/connect/revocation"), _names_one_token),
            Call(CallGroup.GRANT, "GET", self.api, re.compile("/Connections")),
            Call(CallGroup.GRANT, "DELETE", self.api, re.compile(f"/Connections/{_UUID}")),
            Call(CallGroup.READ, "GET", self.api, re.compile(base + f"({'|'.join(LISTS)})")),
            Call(CallGroup.READ, "GET", self.api, re.compile(base + f"({'|'.join(DOCUMENTS)})(/{_UUID})?")),
            Call(CallGroup.READ, "GET", self.api, re.compile(base + "Reports/TrialBalance")),
        )


def is_uuid(text: str) -> bool:
    """Whether a text is an id in Xero's form. Only such a text may become part of an address."""
    return re.fullmatch(_UUID, text) is not None


def _asks_for_tokens(body: bytes) -> bool:
    return parse_qs(body.decode("ascii", "replace")).get("grant_type") in (["authorization_code"], ["refresh_token"])


def _names_one_token(body: bytes) -> bool:
    return set(parse_qs(body.decode("ascii", "replace"))) - {"client_id"} == {"token"}


def places(settings: Mapping[str, str]) -> Places:
    """Return the servers that the settings name.

    Without any, they are Xero's own. ``LOGIN_URL``, ``IDENTITY_URL`` and ``API_URL`` are those of a sandbox on this
    machine, ``ADDRESS`` all three at once: there is no mixture of both. Raise ValueError for one, or for a server
    elsewhere, as a sentence for the self-hoster.
    """
    shared = settings.get("ADDRESS", "")
    given = {name: settings.get(name, "") or shared for name in _REAL}
    if is_sandbox := any(given.values()):
        if missing := [f"TIEOUT_XERO_{name}" for name, address in given.items() if not address]:
            raise ValueError(f"{' and '.join(missing)} must be set too: a sandbox stands in for all three servers")
    else:
        given = _REAL
    origins = {name: Origin.parse(address, sandbox=is_sandbox) for name, address in given.items()}
    return Places(origins["LOGIN_URL"], origins["IDENTITY_URL"], origins["API_URL"], is_sandbox)
