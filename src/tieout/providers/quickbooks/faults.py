"""What a QuickBooks answer means when it is no answer: each fault becomes the thing that can be done about it."""

from __future__ import annotations

import re

import msgspec

from tieout.providerkit.errors import PermissionMissing, ProviderError, TryAgainLater, UnreadableBooks

# Intuit's error codes: developer.intuit.com, "Error codes".
_LOST_ACCESS = "120"
_WRONG_APP = "3100"
_THROTTLED = "3001"
_SUBSCRIPTION_ENDED = "6190"


class Error(msgspec.Struct):
    """One fault. Intuit writes the keys in capitals, except in answers 401."""

    code: str | int = ""
    message: str = ""
    detail: str = ""


class _Capital(msgspec.Struct):
    Message: str = ""
    Detail: str = ""
    code: str | int = ""


class _CapitalFault(msgspec.Struct):
    Error: list[_Capital] = []


class _Fault(msgspec.Struct):
    error: list[Error] = []


class _Answer(msgspec.Struct):
    Fault: _CapitalFault | None = None
    fault: _Fault | None = None


class Throttled(Exception):
    """The platform asks to slow down: the same call is made again ``after`` so many seconds."""

    def __init__(self, where: str, *, after: float = 60.0) -> None:
        super().__init__(where)
        self.after = after


class Unauthorised(Exception):
    """The access token was refused: another one may be accepted."""


class Stumbled(Exception):
    """The platform failed in a way that often passes: the same call is made again."""


class RefusedRequest(UnreadableBooks):
    """The platform understands the call and does not answer it, today or tomorrow."""


def fault_of(body: bytes) -> Error | None:
    """Return the fault that an answer carries, in either casing, or None."""
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except msgspec.DecodeError:
        return None
    if answer.Fault is not None:
        first = answer.Fault.Error[0] if answer.Fault.Error else _Capital()
        return Error(code=first.code, message=first.Message, detail=first.Detail)
    if answer.fault is not None:
        return answer.fault.error[0] if answer.fault.error else Error()
    return None


def failure(status: int, error: Error | None, where: str) -> Exception | None:  # noqa: PLR0911 - a table of meanings
    """Return what an answer's status and fault come to, or None where it is sound. ``where`` names the call."""
    fault = error or Error()
    code = str(fault.code)
    if status == 429 or code == _THROTTLED:
        return Throttled(where)
    if code == _LOST_ACCESS:
        return PermissionMissing("The QuickBooks user who authorised this connection may no longer open the company")
    if status == 401:
        return Unauthorised(where)
    if status == 403 or code == _WRONG_APP:
        return PermissionMissing("QuickBooks does not let this app open the company (is it another environment's key?)")
    if code == _SUBSCRIPTION_ENDED:
        return PermissionMissing("The company's QuickBooks subscription has ended")
    if status >= 500 or code == "10000":
        return Stumbled(f"it reported trouble of its own, status {status}")
    if status != 200 or error is not None:
        return _permanent(status, fault, where)
    return None


def what_came(body: bytes) -> str:
    """Return what an answer is that should be JSON and is not."""
    start = body.lstrip()[:1]
    if not start:
        return "it sent an empty answer"
    if start == b"<":
        return "it sent a web page in place of figures"
    return "its answer was cut off in the middle" if start in b"{[" else "its answer is not JSON"


def _permanent(status: int, fault: Error, where: str) -> ProviderError:
    said = plain(f"{fault.message} {fault.detail}") or f"status {status}"
    return RefusedRequest(f"QuickBooks refuses the request ({fault.code or status}: {said})", where=where)


def plain(text: str, limit: int = 200) -> str:
    """Return foreign text as one short line that is fit for a page: no control characters, no runs of spaces."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()[:limit]


def busy(why: str) -> TryAgainLater:
    """Return the failure that is told when all attempts are used up."""
    return TryAgainLater(f"QuickBooks does not answer properly at the moment: {why}")
