"""Answers in Xero's form: the envelope, and each shape of refusal (xero.md §2.1, §2.3)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from werkzeug.wrappers import Response

from tieout.providers.xero.sandbox.wire import Json, encode

PROVIDER_NAME = "Tieout sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Exception):
    """An answer other than 200. Without a body, ``text`` is the whole of it, as plain text."""

    status: int
    body: Json | None = None
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def _gateway(status: int, title: str, detail: str, headers: tuple[tuple[str, str], ...] = ()) -> Refusal:
    body: Json = {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": str(uuid.uuid4()),
        "Extensions": {},
    }
    return Refusal(status=status, body=body, headers=headers)


def token_expired(at: datetime) -> Refusal:
    """Return the 401 of a token that has expired, with the moment it did."""
    return _gateway(401, "Unauthorized", f"TokenExpired: token expired at {at:%m/%d/%Y %H:%M:%S}")


def unauthenticated() -> Refusal:
    """Return the 401 of a token that is missing or not the platform's."""
    return _gateway(401, "Unauthorized", "AuthenticationUnsuccessful")


def unauthorised() -> Refusal:
    """Return the 401 of a token without the scope, or of an app whose tier does not have the endpoint."""
    headers = (("WWW-Authenticate", 'Bearer error="insufficient_scope"'),)
    return _gateway(401, "Unauthorized", "AuthorizationUnsuccessful", headers)


def not_connected() -> Refusal:
    """Return the 403 of a call without the tenant's header, or for a tenant that is not connected."""
    return _gateway(403, "Forbidden", "AuthenticationUnsuccessful")


def no_report_role() -> Refusal:
    """Return the 403 of a person who may not see reports."""
    return _gateway(403, "Forbidden", "The user does not have the reporting role that is needed to view this report")


def invalid(message: str) -> Refusal:
    """Return the 400 of a parameter that is refused."""
    element = {"ValidationErrors": [{"Message": message}]}
    return Refusal(
        status=400,
        body={
            "ErrorNumber": 10,
            "Type": "ValidationException",
            "Message": "A validation exception occurred",
            "Elements": [element],
        },
    )


def unreadable_query(message: str, number: int) -> Refusal:
    """Return the 400 of a ``where`` or ``order`` that cannot be read."""
    return Refusal(status=400, body={"ErrorNumber": number, "Type": "QueryParseException", "Message": message})


def not_found() -> Refusal:
    """Return the 404 of an id or an address that does not exist."""
    return Refusal(status=404, text="The resource you're looking for cannot be found")


def only_reads(method: str) -> Refusal:
    """Return the refusal of every call that is no read: the sandbox's books change at its control address alone."""
    return Refusal(status=405, text=f"{method} is not served by this sandbox", headers=(("Allow", "GET"),))


def throttled(problem: str, retry_after: int | None) -> Refusal:
    """Return the 429. ``retry_after`` is in seconds, None where the platform does not say."""
    headers = [("X-Rate-Limit-Problem", problem)]
    if retry_after is not None:
        headers.append(("Retry-After", str(retry_after)))
    return Refusal(status=429, headers=tuple(headers))


def down(status: int = 500) -> Refusal:
    """Return the answer of a platform that is in trouble."""
    return Refusal(status=status, text="The service is temporarily unavailable")


def json_answer(content: object, *, status: int = 200) -> Response:
    """Return an answer in JSON."""
    return Response(encode(content), status=status, content_type="application/json; charset=utf-8")


def refused(refusal: Refusal, *, lower_keys: bool = False) -> Response:
    """Return a refusal as an answer. ``lower_keys``: as another of the platform's gateways spells it."""
    if refusal.body is None:
        response = Response(refusal.text, status=refusal.status, content_type="text/plain; charset=utf-8")
    else:
        body = {_lower(key): value for key, value in refusal.body.items()} if lower_keys else refusal.body
        response = json_answer(body, status=refusal.status)
    for name, value in refusal.headers:
        response.headers[name] = value
    return response


def _lower(key: str) -> str:
    return key[0].lower() + key[1:]
