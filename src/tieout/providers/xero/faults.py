"""What an answer of Xero means when it is no answer: each fault becomes the thing that can be done about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from tieout.providerkit.errors import (
    PermissionMissing,
    ProviderError,
    QuotaSpent,
    ReconnectRequired,
    TryAgainLater,
    UnreadableBooks,
)

BACK_OFF = 5.0  # seconds: after a refusal whose limit Xero does not name, or that says no time (five calls at once)
_UNTOLD_DAY = timedelta(hours=1)  # the day's quota is used up and Xero does not say until when
_NOT_GRANTED = "authorizationunsuccessful"
_NOT_CONNECTED = "authenticationunsuccessful"


class Throttled(Exception):
    """The platform asks to slow down: the same call is made again ``after`` so many seconds."""

    def __init__(self, where: str, *, after: float = BACK_OFF) -> None:
        super().__init__(where)
        self.after = after


class Unauthorised(Exception):
    """The access token was refused: another one may be accepted."""


class Stumbled(Exception):
    """The platform failed in a way that often passes: the same call is made again."""


class Doubt(Exception):
    """An answer fails a check of its own. ``where`` is the place in it; the same is asked again."""

    def __init__(self, doubt: str, where: str = "") -> None:
        super().__init__(doubt)
        self.doubt = doubt
        self.where = where


class Unknown(Doubt):
    """An answer names what the lists do not have: somebody may have made it since they were read."""


class NotGranted(PermissionMissing):
    """The grant or the app's tier does not reach these: asking again will not help."""


class Missing(UnreadableBooks):
    """There is nothing under this id."""


class Refusal(msgspec.Struct, frozen=True):
    """What an error body says. Two of Xero's gateways write the same keys in different cases."""

    title: str = ""
    detail: str = ""
    message: str = ""

    @property
    def said(self) -> str:
        """What it comes to, in Xero's own words."""
        return plain(self.message or self.detail or self.title)


def refusal_of(body: bytes) -> Refusal:
    """Return what an error body says; an empty refusal for a body that says nothing readable."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = body.decode("utf-8", "replace")
        return Refusal(detail="" if "<" in text else text)
    if not isinstance(found, dict):
        return Refusal()
    lower = {str(key).lower(): value for key, value in found.items()}
    return Refusal(
        title=_text(lower.get("title")), detail=_text(lower.get("detail")), message=_message(lower)
    )  # fmt: skip


def failure(  # noqa: PLR0911 - a table of meanings
    status: int, headers: Mapping[str, str], body: bytes, where: str, *, now: datetime
) -> Exception | None:
    """Return what an answer comes to, or None where it is sound. ``where`` names the call."""
    if status == 200:
        return None
    refusal = refusal_of(body)
    detail = refusal.detail.lower()
    match status:
        case 429:
            return _slow_down(headers, where, now)
        case 401 if _NOT_GRANTED in detail or "insufficient_scope" in headers.get("www-authenticate", ""):
            return NotGranted(f"This connection does not allow Tieout to read {where}")
        case 401:
            return Unauthorised(where)
        case 403 if _NOT_CONNECTED in detail:
            return ReconnectRequired("The organisation is no longer connected to this app in Xero")
        case 403 if "report" in detail or "report" in refusal.message.lower():
            return PermissionMissing("The Xero user who authorised this connection may not see reports")
        case 403:
            return PermissionMissing(f"Xero does not let this connection read {where} ({refusal.said or 'status 403'})")
        case 404:
            return Missing("Xero does not know it", where=where)
        case trouble if trouble >= 500:
            return Stumbled(f"it reported trouble of its own, status {status}")
        case _:
            return _permanent(status, refusal, where)


def what_came(body: bytes) -> str:
    """Return what an answer is that should be JSON and is not."""
    start = body.lstrip()[:1]
    if not start:
        return "it sent an empty answer"
    if start == b"<":
        return "it sent a web page in place of figures"
    return "its answer was cut off in the middle" if start in b"{[" else "its answer is not JSON"


def plain(text: str, limit: int = 200) -> str:
    """Return foreign text as one short line that is fit for a page: no control characters, no runs of spaces."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()[:limit]


def busy(why: str, *, after: timedelta | None = None) -> TryAgainLater:
    """Return the failure that is told when all attempts are used up."""
    return TryAgainLater(f"Xero does not answer properly at the moment: {why}", after=after)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds to wait, where an answer says so."""
    said = headers.get("retry-after", "")
    return float(said) if said.isascii() and said.isdigit() else None


def _slow_down(headers: Mapping[str, str], where: str, now: datetime) -> Exception:
    """Return the refusal of a limit. Only ``minute`` and ``day`` are known words for it, and only they say a time."""
    after = retry_after(headers)
    if headers.get("x-rate-limit-problem", "").strip().lower() == "day":
        wait = _UNTOLD_DAY if after is None else timedelta(seconds=after)
        return QuotaSpent("Xero's daily limit of calls for this organisation is used up", until=now + wait)
    return Throttled(where, after=BACK_OFF if after is None else after)


def _permanent(status: int, refusal: Refusal, where: str) -> ProviderError:
    return UnreadableBooks(f"Xero refuses the request ({status}: {refusal.said or 'no reason'})", where=where)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _message(lower: Mapping[str, object]) -> str:
    """Return the first validation error, else the message above it, which says only that there are some."""
    elements = lower.get("elements")
    for element in elements if isinstance(elements, list) else ():
        errors = element.get("ValidationErrors") if isinstance(element, dict) else None
        for error in errors if isinstance(errors, list) else ():
            if isinstance(error, dict) and (said := _text(error.get("Message"))):
                return said
    return _text(lower.get("message"))
