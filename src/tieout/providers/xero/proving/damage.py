"""A transport between the provider and the sandbox that spoils one page, each time it is read; and what spoiling is."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import httpx2

Json = Any
"""Parsed JSON, which is what spoiling is about."""
_BASE = "/api.xro/2.0/"
_WHICH = ("where", "date", "offset", "IDs", "page")


class Page(NamedTuple):
    """What was asked for: the endpoint, and which of its answers."""

    kind: str
    which: str


def page_of(request: httpx2.Request) -> Page:
    """Return which page a request asks for."""
    path, params = request.url.path, request.url.params
    if not path.startswith(_BASE):
        return Page("grant", path)
    kind = path.removeprefix(_BASE).removeprefix("Reports/")
    since = " changed" if "if-modified-since" in request.headers else ""
    which = " ".join(f"{name} {params[name]}" for name in _WHICH if name in params)
    return Page(kind, f"{which}{since}".strip())


Spoil = Callable[[bytes], bytes]


@dataclass(slots=True)
class Between(httpx2.BaseTransport):
    """Hands calls on to ``inner``; ``spoil`` changes the answers of ``page``. Remembers the sound answers."""

    inner: httpx2.BaseTransport
    sound: dict[Page, bytes] = field(default_factory=dict)
    page: Page | None = None
    spoil: Spoil | None = None
    hits: int = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a call."""
        answer = self.inner.handle_request(request)
        body, page = answer.read(), page_of(request)
        if page == self.page and self.spoil is not None:
            self.hits += 1
            body = self.spoil(body)
        elif answer.status_code == 200 and page.kind != "grant":
            self.sound[page] = body
        headers = {"content-type": answer.headers.get("content-type", "application/json")}
        return httpx2.Response(answer.status_code, content=body, headers={**dict(answer.headers), **headers})


class Ending(StrEnum):
    """How a run over a spoilt page may end."""

    REFUSED = "refused"  # it must not be published
    SAME = "same"  # it must be taken, and change nothing
    EITHER = "either"  # refused, or taken with the same figures: not all that the platform sends is needed
    TEXT = "text"  # taken, figures the same: nothing that the platform sends covers it


class Damage(NamedTuple):
    """One way to spoil a page."""

    page: Page
    name: str
    ending: Ending
    body: bytes


@dataclass(slots=True)
class Spoiler:
    """Makes the damages of one page. ``key`` is what its answer holds the list under."""

    page: Page
    sound: bytes
    dice: random.Random

    @property
    def key(self) -> str:
        """The name of the list."""
        if self.page.kind == "TrialBalance":
            return "Reports"
        return "Organisations" if self.page.kind == "Organisation" else self.page.kind

    def fresh(self) -> Json:
        """Return the sound page, parsed anew."""
        return json.loads(self.sound)

    def made(self, name: str, ending: Ending, document: Json) -> Damage:
        """Return a damage out of a changed document."""
        return Damage(self.page, name, ending, json.dumps(document, ensure_ascii=False).encode())

    def changed(self, name: str, ending: Ending, change: Callable[[list[Json]], object]) -> Damage:
        """Return a damage made by changing a fresh list in place."""
        document = self.fresh()
        change(document[self.key])
        return self.made(name, ending, document)

    def cuts(self, count: int) -> Iterator[Damage]:
        """Yield the page cut off at some bytes."""
        for _ in range(count):
            at = self.dice.randrange(1, len(self.sound) - 1)
            yield Damage(self.page, f"cut at byte {at}", Ending.REFUSED, self.sound[:at])
        yield Damage(self.page, "no body", Ending.REFUSED, b"")

    def shapes(self) -> Iterator[Damage]:
        """Yield pages of another shape."""
        for body in (b"{}", b"[]", b"null", b'"text"', b"{}garbage"):
            yield Damage(self.page, f"the whole is {body.decode()}", Ending.REFUSED, body)
        unknown = self.fresh()
        unknown["Surprise"] = {"new": [1, None, {"a": "b"}]}
        for each in unknown[self.key]:
            each["Surprise"] = "new"
        yield self.made("unknown fields", Ending.SAME, unknown)
        for wrong in ("text", 7, [1], None):
            document = self.fresh()
            document[self.key] = wrong
            yield self.made(f"{self.key} is {wrong!r}", Ending.REFUSED, document)
