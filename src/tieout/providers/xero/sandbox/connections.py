"""``/connections``: which organisations a person has connected to the app, and the end of one (xero.md §1.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from tieout.providers.xero.sandbox import answers
from tieout.providers.xero.sandbox.grants import Access, Connection
from tieout.providers.xero.sandbox.oauth import bearer
from tieout.providers.xero.sandbox.wire import Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.host import Sandbox


def listed(sandbox: Sandbox, request: Request) -> Response:
    """Return the connections as a bare array; with ``authEventId``, those of one consent."""
    try:
        access = _access(sandbox, request)
    except answers.Refusal as refusal:
        return answers.refused(refusal)
    event = request.args.get("authEventId", "").lower()
    found = [it for it in access.consent.connections.values() if event in ("", it.event)]
    response = answers.json_answer([_shown(sandbox, it) for it in found])
    response.headers["X-AppMinLimit-Remaining"] = str(sandbox.limits.app_minute_left(access.consent.client))
    return response


def ended(sandbox: Sandbox, request: Request, connection: str) -> Response:
    """End a connection by its own id. The tokens stay as they are."""
    try:
        access = _access(sandbox, request)
        if not sandbox.grants.disconnect(access.consent, connection.lower()):
            raise answers.not_found()
    except answers.Refusal as refusal:
        return answers.refused(refusal)
    return Response(status=204)


def _access(sandbox: Sandbox, request: Request) -> Access:
    access = sandbox.grants.access(bearer(request))
    if access is None:
        raise answers.unauthenticated()
    if access.ends <= sandbox.clock.now():
        raise answers.token_expired(access.ends)
    return access


def _shown(sandbox: Sandbox, connection: Connection) -> Json:
    return {
        "id": connection.id,
        "authEventId": connection.event,
        "tenantId": connection.tenant,
        "tenantType": "ORGANISATION",
        "tenantName": sandbox.organisations[connection.tenant].name,
        "createdDateUtc": _moment(connection.created),
        "updatedDateUtc": _moment(connection.updated),
    }


def _moment(at: datetime) -> str:
    """Return a moment with seven digits of a second, in UTC without saying so."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}0"
