"""The content security policy of every page: our own files only, nothing inline, no frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse

_BASE = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join((*_BASE, "form-action 'self'"))
POLICY_WHERE_FORMS_LEAVE = "; ".join(_BASE)

Response = TypeVar("Response", bound=HttpResponse)
Handler = Callable[[HttpRequest], HttpResponse]


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Set the policy on each response that has none yet."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        leaves = getattr(response, "forms_may_leave", False)
        response.headers.setdefault("Content-Security-Policy", POLICY_WHERE_FORMS_LEAVE if leaves else POLICY)
        return response

    return middleware


def let_forms_leave(response: Response) -> Response:
    """Return the same page with forms that may end at another host.

    Browsers check ``form-action`` against every redirect that follows a form, so the page with the Connect button,
    whose form is answered with a redirect to the provider's consent page (and from there to its sign-in), needs it.
    """
    response.forms_may_leave = True  # type: ignore[attr-defined]
    return response
