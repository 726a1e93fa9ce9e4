"""Where QuickBooks answers, and the only calls that this provider makes there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

import msgspec

from tieout.kit.http import Call, CallGroup, Origin

REPORTS = ("GeneralLedger", "TrialBalance", "BalanceSheet", "ProfitAndLoss", "TransactionList")


@dataclass(frozen=True, slots=True)
class Places:
    """The servers of one environment. Discovery names the addresses; these are the hosts that it may name."""

    directory: Origin
    document: str  # the path of the discovery document
    consent: Origin
    token: Origin
    revoke: Origin
    api: Origin
    is_sandbox: bool

    def calls(self) -> tuple[Call, ...]:
        """Return everything that may leave for this environment."""
        company = r"/v3/company/[0-9]+/"
        return (
            Call(CallGroup.GRANT, "GET", self.directory, re.compile(re.escape(self.document))),
            Call(CallGroup.GRANT, "POST", self.token, re.compile(r"/oauth2/v1/tokens/bearer"), _asks_for_tokens),
            Call(CallGroup.GRANT, "POST", self.revoke, re.compile(r"/v2/oauth2/tokens/revoke"), _names_one_token),
            Call(CallGroup.READ, "GET", self.api, re.compile(company + r"companyinfo/[0-9]+")),
            Call(CallGroup.READ, "GET", self.api, re.compile(company + r"(preferences|query|cdc)")),
            Call(CallGroup.READ, "GET", self.api, re.compile(company + rf"reports/({'|'.join(REPORTS)})")),
        )


def _asks_for_tokens(body: bytes) -> bool:
    return parse_qs(body.decode("ascii", "replace")).get("grant_type") in (["authorization_code"], ["refresh_token"])


def _names_one_token(body: bytes) -> bool:
    try:
        return list(msgspec.json.decode(body, type=dict[str, str])) == ["token"]
    except msgspec.DecodeError:
        return False


def _intuit(api: str, document: str, *, is_sandbox: bool) -> Places:
    developer = Origin.parse("https://developer.api.intuit.com")
    return Places(
        directory=developer,
        document=f"/.well-known/{document}",
        consent=Origin.parse("https://appcenter.intuit.com"),
        token=Origin.parse("https://oauth.platform.intuit.com"),
        revoke=developer,
        api=Origin.parse(api),
        is_sandbox=is_sandbox,
    )


def places(settings: Mapping[str, str]) -> Places:
    """Return the servers that the settings name.

    ``ADDRESS`` is a sandbox of ours on this machine; ``ENVIRONMENT`` is ``production`` or ``sandbox`` (Intuit's own
    development environment). Raise ValueError for anything else, as a sentence for the self-hoster.
    """
    if address := settings.get("ADDRESS", ""):
        own = Origin.parse(address, sandbox=True)
        document = "/.well-known/openid_sandbox_configuration"
        return Places(own, document, consent=own, token=own, revoke=own, api=own, is_sandbox=True)
    match settings.get("ENVIRONMENT", "") or "production":
        case "production":
            return _intuit("https://quickbooks.api.intuit.com", "openid_configuration", is_sandbox=False)
        case "sandbox":
            return _intuit("https://sandbox-quickbooks.api.intuit.com", "openid_sandbox_configuration", is_sandbox=True)
        case other:
            raise ValueError(f"TIEOUT_QUICKBOOKS_ENVIRONMENT is {other!r}: it may be 'production' or 'sandbox'")
