"""A transport between the provider and the sandbox that spoils one page, each time it is read; and what spoiling is."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from tieout.providerkit import spoiling
from tieout.providerkit.spoiling import Damage, Ending, Page

Json = Any
"""Parsed JSON, which is what spoiling is about."""
_BASE = "/api.xro/2.0/"
_WHICH = ("where", "date", "offset", "IDs", "page")


def page_of(request: httpx2.Request) -> Page:
    """Return which page a request asks for."""
    path, params = request.url.path, request.url.params
    if not path.startswith(_BASE):
        return Page("grant", path)
    kind = path.removeprefix(_BASE).removeprefix("Reports/")
    since = " changed" if "if-modified-since" in request.headers else ""
    which = " ".join(f"{name} {params[name]}" for name in _WHICH if name in params)
    return Page(kind, f"{which}{since}".strip())


@dataclass(slots=True)
class Between(spoiling.Between):
    """The transport, which knows this platform's pages."""

    def page_of(self, request: httpx2.Request) -> Page:
        """Return which page a request asks for."""
        return page_of(request)


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
