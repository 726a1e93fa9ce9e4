"""Reads from one server over its RPC: renews the session, tries again, and returns only sound answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

import httpx2
import msgspec

from tieout.kit.http import Answer, Outbound, TooLarge
from tieout.providerkit.errors import UnreadableBooks
from tieout.providerkit.interface import CallObserver, TokenSource
from tieout.providers.tryton import wire
from tieout.providers.tryton.faults import LoginAgain, Stumbled, Unauthorised, busy, of_error, of_status
from tieout.providers.tryton.places import PREFERENCES, Place

T = TypeVar("T")
R = TypeVar("R", bound=wire.Row)
Domain = Sequence[object]

ATTEMPTS = 4
PAGE = 1000


@dataclass(slots=True)
class Client:
    """The reads that one user may make."""

    outbound: Outbound
    place: Place
    tokens: TokenSource
    observe: CallObserver
    sleep: Callable[[float], None] = time.sleep
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def preferences(self) -> wire.Preferences:
        """Return what the server says of whoever is logged in."""
        return self._call("preferences", PREFERENCES, [False, {}], wire.Preferences)

    def count(self, model: str, domain: Domain, context: Mapping[str, object]) -> int:
        """Return how many records a domain names."""
        return self._call(f"count {model}", f"model.{model}.search_count", [domain, 0, None, context], int)

    def some(
        self,
        model: str,
        domain: Domain,
        shape: type[R],
        fields: Sequence[str],
        context: Mapping[str, object],
        *,
        order: Sequence[tuple[str, str]] = (("id", "ASC"),),
        limit: int = PAGE,
    ) -> list[R]:
        """Return the first records that a domain names, ``limit`` of them at most."""
        asked: list[object] = [domain, 0, limit, [list(it) for it in order], [*fields], context]
        return self._call(model, f"model.{model}.search_read", asked, list[shape])  # type: ignore[valid-type]

    def all(
        self, model: str, domain: Domain, shape: type[R], fields: Sequence[str], context: Mapping[str, object]
    ) -> Iterator[R]:
        """Yield all records that a domain names, by their ids, a page at a time."""
        last = 0
        while True:
            page = self.some(model, [*domain, ["id", ">", last]], shape, fields, context)
            yield from page
            if len(page) < PAGE:
                return
            if page[-1].id <= last:
                raise UnreadableBooks(f"the page after {last} holds nothing new", where=model)
            last = page[-1].id

    # --- one call ---

    def _call(self, name: str, method: str, params: Sequence[object], shape: type[T]) -> T:
        failed = Stumbled("")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._authorised(name, method, params, shape)
            except Stumbled as stumbled:
                failed = stumbled
            if attempt < ATTEMPTS:
                self.sleep(2.0**attempt / 2)
        raise busy(f"{failed} ({name})") from failed

    def _authorised(self, name: str, method: str, params: Sequence[object], shape: type[T]) -> T:
        session = self.tokens.access()
        try:
            answer = self._once(name, method, params, session)
        except Unauthorised:
            try:
                answer = self._once(name, method, params, self.tokens.renew(session))
            except Unauthorised as refusal:
                raise LoginAgain("Tryton no longer accepts this login") from refusal
        return _result(answer.body, name, shape)

    def _once(self, name: str, method: str, params: Sequence[object], session: str) -> Answer:
        self.observe(name)
        answer = send(self.outbound, self.place, method, params, number=next(self._numbers), session=session)
        found = of_status(answer.status, name)
        if found is not None:
            raise found
        return answer


def send(
    outbound: Outbound, place: Place, method: str, params: Sequence[object], *, number: int = 1, session: str = ""
) -> Answer:
    """Return the whole answer to a call. Raise Stumbled where there was none."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if session:
        headers["Authorization"] = f"Session {session}"
    body = msgspec.json.encode({"id": number, "method": method, "params": params})
    try:
        return outbound.send("POST", place.rpc, headers=headers, content=body)
    except httpx2.TimeoutException as error:
        raise Stumbled("it took too long") from error
    except (httpx2.TransportError, httpx2.DecodingError) as error:
        raise Stumbled("the connection broke") from error
    except TooLarge as error:
        raise UnreadableBooks(str(error), where=method) from error


def _result(body: bytes, name: str, shape: type[T]) -> T:
    try:
        answer = msgspec.json.decode(body, type=wire.Answer[shape])  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        raise UnreadableBooks(f"the answer is of an unknown shape ({error})", where=name) from error
    except msgspec.DecodeError as error:
        raise Stumbled("its answer was cut off, or is not JSON") from error
    if answer.error is not None:
        raise of_error(answer.error, name)
    if answer.result is msgspec.UNSET:
        raise Stumbled("its answer holds no result")
    result: T = answer.result
    return result
