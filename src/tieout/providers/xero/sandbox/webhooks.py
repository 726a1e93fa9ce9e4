"""Webhooks: the sandbox posts changes of contacts, invoices and credit notes to an address (xero.md §4).

An address is first asked whether it checks signatures (the intent to receive): several payloads without events, some
of them wrongly signed, each of which must be answered rightly. Until then, nothing is told. A delivery that is not
answered with a bare 200 is sent again, ever more rarely, for a day; then the subscription is off. Of nothing else that
changes in the books is anything told. Switches make deliveries as bad as they get: repeated, out of order, wrongly
signed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
import msgspec

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox.wire import Json, plain

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_LISTS = {"CONTACT": "Contacts", "INVOICE": "Invoices", "CREDITNOTE": "CreditNotes"}
_GATHER = 0.1  # seconds in which changes join one delivery
# Seconds until an unanswered delivery is sent again, 24 hours in all.
AGAIN = (5.0, 15.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, *[7200.0] * 3, *[14400.0] * 4)
_TIME_OUT = 5.0  # what the platform allows for the answer
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_INTENT = (True, False, True, False)  # which payloads of the intent to receive are rightly signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change that is told of."""

    tenant: str
    category: str
    id: str
    kind: str
    at: datetime
    data: Json | None = None  # a credit note's type and status


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is posted once."""

    body: bytes
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a delivery was answered. ``bare``: without a body and without cookies, as the platform wants it."""

    status: int  # 0 where none came
    bare: bool

    @property
    def accepted(self) -> bool:
        return self.status == 200 and self.bare


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where deliveries go, and what is wrong with them. Without an address, none are sent by itself."""

    key: str = ""
    address: str = ""
    copies: int = 1
    reordered: bool = False
    bad_signature: bool = False
    intent: bool = True  # ask the address first; a test may go without


Post = Callable[[str, Delivery], Answer]


class Webhooks:
    """What the organisations of a sandbox tell of."""

    def __init__(
        self,
        clock: Clock,
        *,
        again: Sequence[float] = AGAIN,
        connected: Callable[[str], bool] = lambda _tenant: True,
        post: Post | None = None,
    ) -> None:
        """``again`` are the seconds between the tries of a delivery; ``connected`` tells of an organisation's app."""
        self._again = again
        self._connected = connected
        self._post = post or _post
        self.settings = Settings()
        self.enabled = False
        self.intent: list[Json] = []  # how the address answered the question
        self.statuses: list[int] = []  # of the answers to deliveries, in order; 0 where none came
        self._clock = clock
        self._sequence = 0
        self._changes: deque[Change] = deque()
        self._sending = 0
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    def configure(self, body: Json) -> None:
        """Take new settings, all of them; what has changed until now is not told of. Raise ValueError."""
        settings = msgspec.convert(body, Settings)
        if settings.address and urlsplit(settings.address).hostname not in _LOOPBACK:
            raise ValueError("the sandbox posts to this machine only")
        with self._news:
            self.settings = settings
            self._changes.clear()
            self.statuses.clear()
            self.intent.clear()
            self.enabled = bool(settings.key) and not (settings.address and settings.intent)
            if settings.address and self._thread is None:
                self._thread = threading.Thread(target=self._send_for_ever, name="webhooks", daemon=True)
                self._thread.start()
        if settings.address and settings.intent:
            self.ask()

    def ask(self) -> bool:
        """Ask the address whether it checks signatures; tell whether it answered rightly, and is told from now on."""
        answers = [(signed, self._post(self.settings.address, self._empty(signed=signed))) for signed in _INTENT]
        self.intent = [{"signed": signed, "status": answer.status, "bare": answer.bare} for signed, answer in answers]
        self.enabled = all(
            answer.accepted if signed else answer.status == 401 and answer.bare for signed, answer in answers
        )
        return self.enabled

    def changed(self, organisation: Organisation, category: str, id_: str, kind: str) -> None:
        """Note a change, to be told of if webhooks are set up and an app is connected."""
        if not self.enabled or not self._connected(organisation.tenant):
            return
        document = organisation.documents.get(_LISTS.get(category, ""), {}).get(id_, {})
        data = {key: document.get(key) for key in ("Type", "Status")} if category == "CREDITNOTE" else None
        change = Change(
            tenant=organisation.tenant, category=category, id=id_, kind=kind, at=self._clock.now(), data=data
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
        first, self._sequence = self._sequence + 1, self._sequence + len(changes)
        events = [_event(change) for change in changes]
        body = _body(events[::-1] if self.settings.reordered else events, first, self._sequence)
        return [self._signed(body, rightly=not self.settings.bad_signature)] * self.settings.copies

    def as_json(self) -> Json:
        """Return the settings without the key, what waits to be sent, and how the last deliveries were answered."""
        settings = msgspec.structs.asdict(self.settings)
        settings["key"] = bool(self.settings.key)
        return {
            **settings,
            "enabled": self.enabled,
            "asked": self.intent,
            "waiting": len(self._changes) + self._sending,
            "answers": self.statuses[-100:],
        }

    def _empty(self, *, signed: bool) -> Delivery:
        return self._signed(_body([], 0, 0), rightly=signed)

    def _signed(self, body: bytes, *, rightly: bool) -> Delivery:
        key = self.settings.key if rightly else "of somebody else"
        made = b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()
        return Delivery(body=body, signature=made)

    def _send_for_ever(self) -> None:
        pause = threading.Event()
        while True:
            with self._news:
                self._news.wait_for(lambda: bool(self._changes))
                self._sending = 1
            pause.wait(_GATHER)
            for delivery in self.take():
                self.send(delivery, pause.wait)
            self._sending = 0

    def send(self, delivery: Delivery, wait: Callable[[float], object]) -> None:
        """Send a delivery until it is accepted; when it never is, the subscription is off."""
        for seconds in (*self._again, None):
            if not self.settings.address or not self.enabled:  # switched off meanwhile
                return
            answer = self._post(self.settings.address, delivery)
            self.statuses.append(answer.status)
            if answer.accepted:
                return
            if seconds is not None:
                wait(seconds)
        self.enabled = False


def _event(change: Change) -> Json:
    event: Json = {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/{_LISTS[change.category]}/{change.id}",
        "resourceId": change.id,
        "eventDateUtc": change.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds"),
        "eventType": change.kind,
        "eventCategory": change.category,
        "tenantId": change.tenant,
        "tenantType": "ORGANISATION",
    }
    return event if change.data is None else {**event, "data": change.data}


def _body(events: list[Json], first: int, last: int) -> bytes:
    told = {"events": events, "firstEventSequence": first, "lastEventSequence": last}
    return plain({**told, "entropy": secrets.token_hex(10).upper()})


def _post(address: str, delivery: Delivery) -> Answer:
    headers = {"content-type": "application/json", "x-xero-signature": delivery.signature}
    try:
        answer = httpx2.post(address, content=delivery.body, headers=headers, timeout=_TIME_OUT)
    except httpx2.HTTPError:
        return Answer(status=0, bare=False)
    return Answer(status=answer.status_code, bare=not answer.content and "set-cookie" not in answer.headers)
