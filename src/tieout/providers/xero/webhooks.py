"""What Xero posts when something changes in an organisation: the signature, and the body.

It tells of contacts, invoices and credit notes only, so it is a reason to look early and never one not to look. When a
webhook is set up, Xero posts several deliveries without an event, signed rightly and wrongly, and expects each to be
answered by what it is: that is the proof that we check.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping

import msgspec

from tieout.providerkit.errors import ForgedWebhook, UnreadableWebhook
from tieout.providerkit.interface import Told
from tieout.providers.xero.wire import Wire, moment

SIGNATURE = "x-xero-signature"


class _Event(Wire, kw_only=True):
    resource: str = msgspec.field(name="resourceId", default="")
    at: str = msgspec.field(name="eventDateUtc")
    type: str = msgspec.field(name="eventType", default="")
    category: str = msgspec.field(name="eventCategory", default="")
    tenant: str = msgspec.field(name="tenantId")
    tenant_type: str = msgspec.field(name="tenantType", default="ORGANISATION")


class _Delivery(Wire):
    events: list[_Event]


_decoder = msgspec.json.Decoder(_Delivery)


def read(headers: Mapping[str, str], body: bytes, key: str) -> list[Told]:
    """Return what a delivery tells of. Raise ForgedWebhook, UnreadableWebhook."""
    _check(headers.get(SIGNATURE, ""), body, key)
    try:
        return [_told(event) for event in _decoder.decode(body).events if event.tenant_type == "ORGANISATION"]
    except (msgspec.DecodeError, ValueError) as error:
        raise UnreadableWebhook(str(error)) from error


def _check(signature: str, body: bytes, key: str) -> None:
    if not key:
        raise ForgedWebhook("there is no signing key to check it with")
    right = b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest())
    if not hmac.compare_digest(right, signature.strip().encode()):
        raise ForgedWebhook("its signature is not Xero's")


def _told(event: _Event) -> Told:
    """An event has no id: what it says is what it is known by."""
    known = f"{event.tenant} {event.resource} {event.at} {event.type} {event.category}"
    return Told(organisation=event.tenant, event=hashlib.sha256(known.encode()).hexdigest(), at=moment(event.at))
