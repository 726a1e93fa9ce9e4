"""Webhooks: the sandbox posts each change of its books to an address, as the platform does (quickbooks.md §4).

Changes within a moment of each other travel in one delivery, whichever companies they are in. A delivery that is not
answered with 200 is sent again. Switches make deliveries as bad as they get: repeated, out of order, wrongly signed.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import uuid
from base64 import b64encode
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import httpx2
import msgspec

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.quickbooks.sandbox.wire import BadDocument, Json, encoder, stamp

Operation = Literal["Create", "Update", "Delete", "Void", "Merge"]

_PAST = {"Create": "created", "Update": "updated", "Delete": "deleted", "Void": "voided", "Merge": "merged"}
_GATHER = 0.1  # seconds in which changes join one delivery
_AGAIN = (10.0, 20.0, 30.0)  # seconds until an unanswered delivery is sent again, after which it is given up
_TIME_OUT = 3.0  # what the platform allows for the answer
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change that is told of."""

    realm: str
    operation: Operation
    entity: str
    id: str
    seconds: int  # epoch
    gone: str = ""  # the entry that a merge has taken away


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is posted once."""

    body: bytes
    signature: str


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where deliveries go, in which form, and what is wrong with them. Without an address, none are sent by itself."""

    token: str = ""
    address: str = ""
    dialect: Literal["legacy", "cloudevents"] = "cloudevents"
    copies: int = 1
    reordered: bool = False
    bad_signature: bool = False


class Webhooks:
    """What the companies of a sandbox tell of."""

    def __init__(self, clock: Clock, *, again: Sequence[float] = _AGAIN) -> None:
        """``again`` are the seconds between the tries of a delivery."""
        self._again = again
        self.settings = Settings()
        self.statuses: list[int] = []  # of the answers, in order; 0 where none came
        self._clock = clock
        self._changes: deque[Change] = deque()
        self._sending = 0
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    def configure(self, body: Json) -> None:
        """Take new settings, all of them; what has changed until now is not told of. Raise BadDocument."""
        try:
            settings = msgspec.convert(body, Settings)
        except msgspec.ValidationError as error:
            raise BadDocument(str(error)) from error
        if settings.address and urlsplit(settings.address).hostname not in _LOOPBACK:
            raise BadDocument("the sandbox posts to this machine only")
        with self._news:
            self.settings = settings
            self._changes.clear()
            self.statuses.clear()
            if settings.address and self._thread is None:
                self._thread = threading.Thread(target=self._send_for_ever, name="webhooks", daemon=True)
                self._thread.start()

    def changed(self, realm: str, operation: Operation, entity: str, id_: str, gone: str = "") -> None:
        """Note a change, to be told of if webhooks are set up."""
        if not self.settings.token or not entity:  # what only reports show, such as a paycheck, is not told of
            return
        change = Change(
            realm=realm, operation=operation, entity=entity, id=id_, seconds=self._clock.seconds(), gone=gone
        )
        with self._news:
            self._changes.append(change)
            self._news.notify()

    def take(self) -> list[Delivery]:
        """Return the delivery of what has changed since the last one, as often as it is to be sent."""
        with self._news:
            changes = list(self._changes)
            self._changes.clear()
        if not changes:
            return []
        body = self._body(changes[::-1] if self.settings.reordered else changes)
        token = "of somebody else" if self.settings.bad_signature else self.settings.token
        made = b64encode(hmac.new(token.encode(), body, hashlib.sha256).digest()).decode()
        return [Delivery(body=body, signature=made)] * self.settings.copies

    def as_json(self) -> Json:
        """Return the settings without the token, what waits to be sent, and how the last deliveries were answered."""
        settings = msgspec.structs.asdict(self.settings)
        settings["token"] = bool(self.settings.token)
        return {**settings, "waiting": len(self._changes) + self._sending, "answers": self.statuses[-100:]}

    def _body(self, changes: list[Change]) -> bytes:
        if self.settings.dialect == "cloudevents":
            return encoder.encode([_cloud_event(change) for change in changes])
        realms: defaultdict[str, list[Json]] = defaultdict(list)
        for change in changes:
            realms[change.realm].append(_entity(change))
        told = [{"realmId": realm, "dataChangeEvent": {"entities": them}} for realm, them in realms.items()]
        return encoder.encode({"eventNotifications": told})

    def _send_for_ever(self) -> None:
        pause = threading.Event()
        while True:
            with self._news:
                self._news.wait_for(lambda: bool(self._changes))
                self._sending = 1
            pause.wait(_GATHER)
            for delivery in self.take():
                self._send(delivery, pause)
            self._sending = 0

    def _send(self, delivery: Delivery, pause: threading.Event) -> None:
        for wait in (*self._again, None):
            if not self.settings.address:  # switched off meanwhile
                return
            status = _post(self.settings.address, delivery)
            self.statuses.append(status)
            if status == 200 or wait is None:
                return
            pause.wait(wait)


def _post(address: str, delivery: Delivery) -> int:
    headers = {"content-type": "application/json", "intuit-signature": delivery.signature}
    try:
        return httpx2.post(address, content=delivery.body, headers=headers, timeout=_TIME_OUT).status_code
    except httpx2.HTTPError:
        return 0


def _entity(change: Change) -> Json:
    told: Json = {
        "name": change.entity,
        "id": change.id,
        "operation": change.operation,
        "lastUpdated": stamp(change.seconds, "UTC").replace("+00:00", "Z"),
    }
    return {**told, "deletedId": change.gone} if change.gone else told


def _cloud_event(change: Change) -> Json:
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "intuit.sandbox",
        "type": f"qbo.{change.entity.lower()}.{_PAST[change.operation]}.v1",
        "datacontenttype": "application/json",
        "time": stamp(change.seconds, "UTC").replace("+00:00", "Z"),
        "intuitentityid": change.id,
        "intuitaccountid": change.realm,
        "data": {},
    }
