"""What is asked for on the consent page, and what a token allows.

Apps made since March 2026 have only the granular scopes; the two broad ones of older apps end in September 2027. The
journals are asked for only where the self-hoster says that Xero has opened them to the app: asking for a scope that an
app does not have makes the whole consent fail.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

import msgspec

JOURNALS = "accounting.journals.read"
_PERSON = ("openid", "profile", "email", "offline_access")
_GRANULAR = (
    "accounting.settings.read",
    "accounting.contacts.read",
    "accounting.invoices.read",
    "accounting.payments.read",
    "accounting.banktransactions.read",
    "accounting.manualjournals.read",
    "accounting.reports.trialbalance.read",
)
_LEGACY = (
    "accounting.settings.read",
    "accounting.contacts.read",
    "accounting.transactions.read",
    "accounting.reports.read",
)
_PROFILES = {"granular": _GRANULAR, "legacy": _LEGACY}
# Which scopes open what is read; each without its ``.read`` opens it too.
_OPENS = {
    "Invoices": ("accounting.invoices.read", "accounting.transactions.read"),
    "CreditNotes": ("accounting.invoices.read", "accounting.transactions.read"),
    "Payments": ("accounting.payments.read", "accounting.transactions.read"),
    "Prepayments": ("accounting.payments.read", "accounting.transactions.read"),
    "Overpayments": ("accounting.payments.read", "accounting.transactions.read"),
    "BankTransactions": ("accounting.banktransactions.read", "accounting.transactions.read"),
    "BankTransfers": ("accounting.banktransactions.read", "accounting.transactions.read"),
    "ManualJournals": ("accounting.manualjournals.read", "accounting.transactions.read"),
    "ExpenseClaims": ("accounting.classicexpenses.read", "accounting.transactions.read"),
    "Journals": (JOURNALS,),
    "TrialBalance": ("accounting.reports.trialbalance.read", "accounting.reports.read"),
}


class _Claims(msgspec.Struct):
    scope: list[str] | str = ""
    authentication_event_id: str = ""


def asked(settings: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the consent page asks for. Raise ValueError for an unknown profile, as a sentence."""
    profile = settings.get("SCOPES", "") or "granular"
    if profile not in _PROFILES:
        raise ValueError(f"TIEOUT_XERO_SCOPES is {profile!r}: it may be 'granular' or 'legacy'")
    journals = (JOURNALS,) if settings.get("JOURNALS", "") == "1" else ()
    return (*_PERSON, *_PROFILES[profile], *journals)


def granted(access: str) -> frozenset[str] | None:
    """Return the scopes that an access token names; None where it is no token that can be read.

    They only choose what is asked for: what the token really allows, Xero decides at each call.
    """
    claims = _claims(access)
    if claims is None or not claims.scope:
        return None
    return frozenset(claims.scope.split() if isinstance(claims.scope, str) else claims.scope)


def consent_of(access: str) -> str:
    """Return the id of the consent that a token stems from, or "": by it Xero lists the organisations chosen then."""
    claims = _claims(access)
    return claims.authentication_event_id if claims else ""


def opens(scopes: frozenset[str], what: str) -> bool:
    """Whether scopes allow to read ``what``, by its endpoint's name."""
    return any(scope in scopes or scope.removesuffix(".read") in scopes for scope in _OPENS[what])


def _claims(access: str) -> _Claims | None:
    """Return a token's claims, None for a text that has none.

    Its signature is not looked at: it came from Xero itself, and no harm is done by what is decided by it.
    """
    body = access.split(".")[1] if access.count(".") == 2 else ""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=_Claims)
    except (binascii.Error, msgspec.DecodeError, ValueError):
        return None
