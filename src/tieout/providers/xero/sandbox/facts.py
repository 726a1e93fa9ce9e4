"""What nobody has confirmed on a real organisation (xero.md §7): each can be switched, and a client must bear both."""

from __future__ import annotations

from typing import Literal

import msgspec


class Facts(msgspec.Struct, forbid_unknown_fields=True):
    """The sandbox's choices where the platform's behaviour is not known for certain."""

    # A scope that an app may not ask for: the person stays on an error page, or goes back with invalid_scope.
    scope_error: Literal["page", "redirect"] = "page"
    # X-Rate-Limit-Problem for what is neither the minute nor the day.
    concurrent_problem: str = "concurrent"
    app_problem: str = "appminute"
    query_error_number: int = 16
    lower_keys: bool = False  # refusals spelt as another gateway has them
    organisation_metered: bool = True  # does GET /Organisation count towards the limits
    payments_only: Literal["refused", "ignored"] = "refused"  # this sandbox keeps its books on the accrual basis
    empty_for_null: bool = False  # an object that is absent comes as an empty list
    rapid_sync: bool = False  # a new connection's first half hour has neither minutes nor days
    most_rows: int = 100_000  # above this, an unpaged list or an unoptimised filter is refused
