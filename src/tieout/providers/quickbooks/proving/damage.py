"""A transport between the provider and the sandbox that spoils one page, each time it is read; and ways to spoil it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from tieout.providerkit import spoiling
from tieout.providerkit.spoiling import Damage, Ending, Page

Json = Any
"""Parsed JSON, which is what spoiling is about."""


def page_of(request: httpx2.Request) -> Page:
    """Return which page a request asks for."""
    parts = urlsplit(str(request.url))
    params = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if not parts.path.startswith("/v3/company/"):
        return Page("grant", parts.path)
    rest = parts.path.split("/", 4)[4]
    match rest.split("/"):
        case ["query"]:
            return Page("query", params["query"].split()[3])
        case ["reports", name]:
            by = params.get("summarize_column_by", "")
            return Page(f"{name} by {by}" if by else name, f"{params['start_date']} to {params['end_date']}")
        case words:
            return Page(words[0], "")


@dataclass(slots=True)
class Between(spoiling.Between):
    """The transport, which knows this platform's pages."""

    def page_of(self, request: httpx2.Request) -> Page:
        """Return which page a request asks for."""
        return page_of(request)


# --- walking ------------------------------------------------------------------------------------------------------

Walk = Iterator[tuple[list[Json], Json]]  # the rows that hold it, the row


def rows(document: Json) -> Walk:
    """Yield each row of a report with the list that it stands in, sections first."""

    def within(holder: Json) -> Walk:
        found = (holder.get("Rows") or {}).get("Row", [])
        for row in found:
            yield found, row
            yield from within(row)

    yield from within(document)


def data_rows(document: Json) -> list[tuple[list[Json], Json]]:
    return [(holder, row) for holder, row in rows(document) if "ColData" in row]


def keys(document: Json) -> list[str]:
    """Return the columns' keys in order."""
    return [
        next((it["Value"] for it in column["MetaData"] if it["Name"] == "ColKey"), "")
        for column in document["Columns"]["Column"]
    ]


# --- spoiling -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Spoiler:
    """Makes the damages of one page. ``others`` are sound answers to other questions, for mixing up."""

    page: Page
    sound: bytes
    dice: random.Random

    def fresh(self) -> Json:
        """Return the sound page, parsed anew."""
        return json.loads(self.sound)

    def made(self, name: str, ending: Ending, document: Json) -> Damage:
        """Return a damage out of a changed document."""
        return Damage(self.page, name, ending, json.dumps(document, ensure_ascii=False).encode())

    def cuts(self, count: int) -> Iterator[Damage]:
        """Yield the page cut off at some bytes."""
        for _ in range(count):
            at = self.dice.randrange(1, len(self.sound) - 1)
            yield Damage(self.page, f"cut at byte {at}", Ending.REFUSED, self.sound[:at])
        yield Damage(self.page, "no body", Ending.REFUSED, b"")

    def shapes(self, *, key: str) -> Iterator[Damage]:
        """Yield pages of another shape; ``key`` is what an answer of this kind has at its top."""
        for body in (b"{}", b"[]", b"null", b'"text"', b"{}garbage"):
            yield Damage(self.page, f"the whole is {body.decode()}", Ending.REFUSED, body)
        unknown = self.fresh()
        unknown["Surprise"] = {"new": [1, None, {"a": "b"}]}
        unknown[key]["Surprise"] = "new"
        yield self.made("unknown fields", Ending.SAME, unknown)
        for wrong in ("text", 7, [1], None):
            document = self.fresh()
            document[key] = wrong
            yield self.made(f"{key} is {wrong!r}", Ending.REFUSED, document)

    def mixed_up(self, other: bytes, what: str, ending: Ending = Ending.REFUSED) -> Damage:
        """Return another sound answer in this one's place."""
        return Damage(self.page, f"the answer of {what}", ending, other)


def reordered(document: Json, dice: random.Random) -> Json:
    """Return a report whose rows and sections stand in another order; a total stays last."""

    def shuffle(holder: Json) -> None:
        found = (holder.get("Rows") or {}).get("Row", [])
        last = [row for row in found if row.get("group") in ("GrandTotal", "NetIncome")]
        rest = [row for row in found if row not in last]
        dice.shuffle(rest)
        found[:] = [*rest, *last]
        for row in rest:
            shuffle(row)

    shuffle(document)
    return document


def changed(spoiler: Spoiler, name: str, ending: Ending, change: Callable[..., object]) -> Damage:
    """Return a damage made by changing a fresh document in place."""
    document = spoiler.fresh()
    change(document)
    return spoiler.made(name, ending, document)
