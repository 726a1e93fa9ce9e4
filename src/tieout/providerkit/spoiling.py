"""Spoiling a page between a provider and its sandbox, each time it is read; and what a way to spoil it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import httpx2


class Page(NamedTuple):
    """What was asked for: the kind of page, and which one of its kind."""

    kind: str
    which: str


Spoil = Callable[[bytes], bytes]


@dataclass(slots=True)
class Between(httpx2.BaseTransport):
    """Hands calls on to ``inner``; ``spoil`` changes the answers of ``page``. Remembers the sound answers."""

    inner: httpx2.BaseTransport
    sound: dict[Page, bytes] = field(default_factory=dict)
    page: Page | None = None
    spoil: Spoil | None = None
    hits: int = 0

    def page_of(self, request: httpx2.Request) -> Page:
        """Return which page a request asks for; ``grant`` is the kind of what is none. The provider's own."""
        raise NotImplementedError

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a call."""
        answer = self.inner.handle_request(request)
        body, page = answer.read(), self.page_of(request)
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
