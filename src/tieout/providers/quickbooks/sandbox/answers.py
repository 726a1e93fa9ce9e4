"""Answers in Intuit's form: JSON with a tracking id, and its faults (quickbooks.md §2.7)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from werkzeug.wrappers import Response

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.quickbooks.sandbox.wire import Json, encoder, zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Exception):
    """A fault of the API. ``kind`` is the Fault's ``type``."""

    status: int
    kind: str
    code: str
    message: str
    detail: str
    element: str = ""

    def as_json(self) -> Json:
        """Return the ``Fault`` object."""
        error = {"Message": self.message, "Detail": self.detail, "code": self.code}
        if self.element:
            error["element"] = self.element
        return {"Fault": {"Error": [error], "type": self.kind}}


def parse_error(detail: str) -> Refusal:
    """Return the fault for a query that cannot be read."""
    return Refusal(
        status=400,
        kind="ValidationFault",
        code="4000",
        message="Error parsing query",
        detail=f"QueryParserError: {detail}",
    )


def invalid_query(detail: str) -> Refusal:
    """Return the fault for a query that asks for what does not exist."""
    return Refusal(
        status=400,
        kind="ValidationFault",
        code="4001",
        message="Invalid query",
        detail=f"QueryValidationError: {detail}",
    )


def invalid(detail: str) -> Refusal:
    """Return the fault for a parameter that is refused."""
    return Refusal(status=400, kind="ValidationFault", code="2170", message="Invalid Request", detail=detail)


def not_found(entity: str, entry: str) -> Refusal:
    """Return the fault for an object that does not exist."""
    return Refusal(
        status=400,
        kind="ValidationFault",
        code="610",
        message="Object Not Found",
        detail=f"Object Not Found : Something you're trying to use has been made inactive. {entity} {entry}",
    )


def unsupported(what: str) -> Refusal:
    """Return the fault for every operation that is not a read: the sandbox serves none."""
    return Refusal(
        status=400,
        kind="ValidationFault",
        code="500",
        message="Unsupported Operation",
        detail=f"Operation {what} is not supported.",
    )


def wrong_company() -> Refusal:
    """Return the fault for a token of another company, or keys of the other environment."""
    return Refusal(
        status=403,
        kind="AuthorizationFault",
        code="3100",
        message="message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
        detail="The application is not authorized for this company.",
    )


def access_lost() -> Refusal:
    """Return the fault for a person who has lost access to the company."""
    return Refusal(
        status=401,
        kind="AuthorizationFault",
        code="120",
        message="Authorization Failure",
        detail="-11014-You do not have access to use QuickBooks Online",
    )


def throttled() -> Refusal:
    """Return the fault for too many calls."""
    return Refusal(
        status=429,
        kind="SERVICE",
        code="3001",
        message="message=ThrottleExceeded; errorCode=003001; statusCode=429",
        detail="The request limit was reached.  Try again later",
    )


def system_failure(status: int = 500) -> Refusal:
    """Return the fault for trouble on the platform's side."""
    return Refusal(
        status=status,
        kind="SystemFault",
        code="10000",
        message="An application error has occurred while processing your request",
        detail="System Failure Error: please try again.",
    )


def now_text(clock: Clock, timezone: str = "America/Los_Angeles") -> str:
    """Return the time of an answer, with milliseconds."""
    return clock.now().astimezone(zone(timezone)).isoformat(timespec="milliseconds")


def json_answer(content: object, *, status: int = 200) -> Response:
    """Return an answer with the headers that every answer of the API has."""
    response = Response(encoder.encode(content), status=status, content_type="application/json;charset=UTF-8")
    response.headers["intuit_tid"] = f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"
    response.headers["Cache-Control"] = "no-cache, no-store"
    return response


def refused(refusal: Refusal, clock: Clock, *, retry_after: object = None) -> Response:
    """Return a fault as an answer. Intuit writes no Retry-After; a test may ask for one."""
    response = json_answer({**refusal.as_json(), "time": now_text(clock)}, status=refusal.status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def unauthenticated(clock: Clock) -> Response:
    """Return the 401 of a token that is not valid: alone of all faults, its keys are in lower case."""
    error = {
        "message": "message=AuthenticationFailed; errorCode=003200; statusCode=401",
        "detail": "Token expired: AB01-sandbox",
        "code": "3200",
        "element": None,
    }
    body: Json = {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": "AUTHENTICATION"},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(clock.now().timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }
    response = json_answer(body, status=401)
    response.headers["WWW-Authenticate"] = 'Bearer realm="Intuit", error="invalid_token"'
    return response
