"""How a provider fails: one class for each thing that can be done about it. Nothing else leaves a provider."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tieout.kit import http


class ProviderError(Exception):
    """A failure at the platform. ``str()`` is fit for the page: what happened, in words."""

    remedy = "Try again later."


class ReconnectRequired(ProviderError):
    """The grant is gone: only the user can fix it, by authorising again."""

    remedy = "Authorise the connection again. The imported data and your plans stay as they are."


class PermissionMissing(ProviderError):
    """The connected user lacks a right. ``what`` names it."""

    remedy = "Ask a company admin at the provider to restore the right, or authorise again as an admin."

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class TryAgainLater(ProviderError):
    """The platform is busy, down, or answered with something cut. ``after`` is how long to wait, if it said so."""

    remedy = "Nothing to do: the sync tries again by itself."

    def __init__(self, message: str, *, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class QuotaSpent(ProviderError):
    """A daily or monthly quota is used up. ``until`` is when calls are allowed again (aware, UTC)."""

    remedy = "Nothing to do: the sync resumes when the provider allows calls again."

    def __init__(self, message: str, *, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class UnreadableBooks(ProviderError):
    """An answer that cannot be trusted: ``where`` names the place, ``str()`` the place and the doubt."""

    remedy = "Refresh again. If it stays, send the place named here to whoever runs Tieout."

    def __init__(self, doubt: str, *, where: str = "") -> None:
        super().__init__(f"{where}: {doubt}" if where else doubt)
        self.where = where
        self.doubt = doubt


class BooksMoved(UnreadableBooks):
    """What was read before no longer leads to what is read now: somebody posts meanwhile, or an answer is wrong.

    ``start`` is the first day of what was read now. What ends there is read anew, and then this; a provider raises it
    only where it has read both since it was opened.
    """

    remedy = "The published figures stay. Somebody may be posting in earlier months: refresh again when that is done."

    def __init__(self, doubt: str, *, where: str, start: date) -> None:
        super().__init__(doubt, where=where)
        self.start = start


class AccessDenied(ProviderError):
    """The person said no on the consent page, or the code was refused."""

    remedy = "Start again, and sign in to the provider as an admin of the company."


class ForgedWebhook(Exception):
    """A delivery that the platform has not signed: nothing of it is looked at."""


class UnreadableWebhook(Exception):
    """A delivery that the platform has signed, in a form that we do not know. ``str()`` says what is wrong with it."""


# A bug of ours, never shown as the platform's failure: a call that is not in its provider's list. Nothing has left.
RefusedCall = http.RefusedCall
