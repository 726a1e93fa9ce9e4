"""What a Tryton answer means when it is no answer: each fault becomes the thing that can be done about it."""

from __future__ import annotations

import re

from tieout.providerkit.errors import PermissionMissing, ReconnectRequired, TryAgainLater, UnreadableBooks


class Unauthorised(Exception):
    """The session was refused: it has ended, or was made from another address. Another one may be accepted."""


class Stumbled(Exception):
    """The server failed in a way that often passes: the same call is made again."""


class LoginAgain(ReconnectRequired):
    """What is kept of a login opens nothing any more: somebody types it anew."""

    remedy = "Log in again. The imported data and your plans stay as they are."


class RefusedCallThere(UnreadableBooks):
    """The server understands the call and does not answer it, today or tomorrow."""


def of_status(status: int, where: str) -> Exception | None:
    """Return what an answer's status comes to, or None where it is sound. ``where`` names the call."""
    match status:
        case 200:
            return None
        case 401:
            return Unauthorised(where)
        case 403:
            return PermissionMissing(f"Tryton does not let this user read {where}")
        case 404:
            return Stumbled("it has no such database at the moment")
        case 429 | 502 | 503 | 504:
            return Stumbled(f"it is busy or down, status {status}")
        case _:
            return Stumbled(f"it reported trouble of its own, status {status}")


def of_error(error: list[object], where: str) -> Exception:
    """Return what an error within an answer comes to: its kind and its words, as Tryton sends them."""
    kind, words = (str(error[0]) if error else ""), error[1] if len(error) > 1 else ""
    said = plain(" ".join(str(part) for part in words if part) if isinstance(words, list) else kind)
    if kind == "UserError":  # of a read there is no other than a right that is missing
        return PermissionMissing(f"Tryton does not let this user read {where} ({said})")
    return RefusedCallThere(f"Tryton refuses the call ({said or 'without a word'})", where=where)


def plain(text: str, limit: int = 200) -> str:
    """Return foreign text as one short line that is fit for a page: no control characters, no runs of spaces."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()[:limit]


def busy(why: str) -> TryAgainLater:
    """Return the failure that is told when all attempts are used up."""
    return TryAgainLater(f"Tryton does not answer properly at the moment: {why}")
