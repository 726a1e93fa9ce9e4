"""What Intuit posts when something changes in a company: the signature, and the two forms of the body.

The older form is an object, CloudEvents is a list; one delivery of either may tell of several companies. It has ids and
no figures, and not every posting is told of: payroll is not.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from tieout.providerkit.errors import ForgedWebhook, UnreadableWebhook
from tieout.providerkit.interface import Told
from tieout.providers.quickbooks.wire import Wire

SIGNATURE = "intuit-signature"


class _Entity(Wire):
    name: str
    id: str
    operation: str
    at: str = msgspec.field(name="lastUpdated")


class _Changes(Wire):
    entities: list[_Entity]


class _Notification(Wire):
    realm: str = msgspec.field(name="realmId")
    changes: _Changes = msgspec.field(name="dataChangeEvent")


class _Legacy(Wire):
    notifications: list[_Notification] = msgspec.field(name="eventNotifications")


class _CloudEvent(Wire):
    id: str
    realm: str = msgspec.field(name="intuitaccountid")
    at: str = msgspec.field(name="time")


_decoder = msgspec.json.Decoder(_Legacy | list[_CloudEvent])


def read(headers: Mapping[str, str], body: bytes, token: str) -> list[Told]:
    """Return what a delivery tells of. Raise ForgedWebhook, UnreadableWebhook."""
    _check(headers.get(SIGNATURE, ""), body, token)
    try:
        found = _decoder.decode(body)
        return _legacy(found) if isinstance(found, _Legacy) else _cloud_events(found)
    except (msgspec.DecodeError, ValueError) as error:
        raise UnreadableWebhook(str(error)) from error


def _check(signature: str, body: bytes, token: str) -> None:
    if not token:
        raise ForgedWebhook("there is no verifier token to check it with")
    right = b64encode(hmac.new(token.encode(), body, hashlib.sha256).digest())
    if not hmac.compare_digest(right, signature.strip().encode()):
        raise ForgedWebhook("its signature is not Intuit's")


def _legacy(found: _Legacy) -> list[Told]:
    """These events have no id: what they say is what one is known by."""
    return [
        _told(it.realm, _digest(it.realm, entity.name, entity.id, entity.operation, entity.at), entity.at)
        for it in found.notifications
        for entity in it.changes.entities
    ]


def _cloud_events(found: list[_CloudEvent]) -> list[Told]:
    return [_told(it.realm, it.id if len(it.id) <= 200 else _digest(it.id), it.at) for it in found]


def _told(realm: str, event: str, at: str) -> Told:
    if not event:
        raise ValueError("an event without an id")
    moment = datetime.fromisoformat(at)
    return Told(organisation=realm, event=event, at=moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
