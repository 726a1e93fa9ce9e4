"""Reads from one organisation: paces, retries and renews the token, and returns only sound answers.

Xero allows an app 60 calls a minute to an organisation, five at once, and 1,000 or 5,000 a day. How much is left is in
every answer. When a day is used up only the refusal says until when, so the call that brings it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx2
import msgspec

from tieout.kit.http import Answer, Origin, Outbound, TooLarge
from tieout.providerkit.errors import ReconnectRequired, TryAgainLater, UnreadableBooks
from tieout.providerkit.interface import CallObserver, TokenSource
from tieout.providerkit.pace import Pace
from tieout.providers.xero.faults import Doubt, Stumbled, Throttled, Unauthorised, busy, failure, what_came
from tieout.providers.xero.wire import Paging, since_text

T = TypeVar("T")

ATTEMPTS = 4
READINGS = 3  # an answer that fails a check of its own is read again twice (spec §3)
PAGE = 1000  # the most that one page holds
_PATIENCE = 120.0  # seconds: a longer wait belongs to the run's schedule, not to a sleeping worker
_FEW = 2  # calls left in this minute: somebody else spends them too
_SLOW = 5.0  # seconds between calls then


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Client:
    """The reads of one organisation (tenant)."""

    def __init__(
        self,
        outbound: Outbound,
        api: Origin,
        tenant: str,
        tokens: TokenSource,
        pace: Pace,
        observe: CallObserver,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._outbound = outbound
        self._base = f"{api}/api.xro/2.0"
        self._tenant = tenant
        self._tokens = tokens
        self._pace = pace
        self._observe = observe
        self._clock = clock
        self._few = False

    def access(self) -> str:
        """Return the access token in use: its claims say what was granted."""
        return self._tokens.access()

    def read(
        self,
        name: str,
        path: str,
        params: Mapping[str, str],
        decode: Callable[[bytes], T],
        *,
        since: datetime | None = None,
    ) -> T:
        """Return what ``decode`` makes of an answer; what it doubts is read three times in all.

        ``name`` is what the sync log and errors call this read. ``since`` asks only for what was changed at or after a
        moment. ``decode`` may raise Doubt. Raise any of providerkit's errors.
        """
        last = Doubt("")
        for _ in range(READINGS):
            try:
                return self._get(name, path, params, decode, since)
            except msgspec.ValidationError as error:
                last = Doubt(f"the answer is of an unknown shape ({error})")
            except Doubt as doubt:
                last = doubt
            except TooLarge as error:
                raise UnreadableBooks(str(error), where=name) from error
        raise UnreadableBooks(last.doubt, where=last.where or name) from last

    def pages(
        self,
        name: str,
        path: str,
        params: Mapping[str, str],
        decode: Callable[[bytes], tuple[Paging | None, list[T]]],
        *,
        since: datetime | None = None,
    ) -> Iterator[list[T]]:
        """Yield the pages of a list, up to 1,000 entries each.

        Rows of a list that is sorted by its last change may move while it is read: ask for another order, or expect
        one twice or not at all. Raise any of providerkit's errors.
        """
        number = 1
        while True:
            asked = {**params, "page": str(number), "pageSize": str(PAGE)}
            paging, page = self.read(f"{name}, page {number}", path, asked, _page_checked(number, decode), since=since)
            if page:
                yield page
            if not page or (paging is not None and number >= paging.count):
                return
            number += 1

    def _get(
        self, name: str, path: str, params: Mapping[str, str], decode: Callable[[bytes], T], since: datetime | None
    ) -> T:
        failed: Stumbled | Throttled = Stumbled("")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._authorised(name, path, params, decode, since)
            except Throttled as throttled:
                failed, wait = throttled, throttled.after + self._pace.jitter(max(1.0, throttled.after / 10))
                if wait > _PATIENCE:
                    break
            except Stumbled as stumbled:
                failed, wait = stumbled, 2.0**attempt / 2 + self._pace.jitter(1.0)
            if attempt < ATTEMPTS:
                self._pace.sleep(wait)
        if isinstance(failed, Throttled):
            raise TryAgainLater("Xero asks to slow down", after=timedelta(seconds=failed.after)) from failed
        raise busy(f"{name}: {failed}") from failed

    def _authorised(
        self, name: str, path: str, params: Mapping[str, str], decode: Callable[[bytes], T], since: datetime | None
    ) -> T:
        token = self._tokens.access()
        try:
            body = self._once(name, path, params, token, since)
        except Unauthorised:
            try:
                body = self._once(name, path, params, self._tokens.renew(token), since)
            except Unauthorised as refusal:
                raise ReconnectRequired("Xero no longer accepts this connection") from refusal
        try:
            return decode(body)
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Stumbled(what_came(body)) from error

    def _once(self, name: str, path: str, params: Mapping[str, str], token: str, since: datetime | None) -> bytes:
        headers = {"Authorization": f"Bearer {token}", "xero-tenant-id": self._tenant, "Accept": "application/json"}
        if since is not None:
            headers["If-Modified-Since"] = since_text(since)
        if self._few:
            self._pace.sleep(_SLOW)
        self._pace.limit.wait()
        self._observe(name)
        try:
            with self._pace.gate:
                answer = self._outbound.send("GET", f"{self._base}/{path}", params=params, headers=headers)
        except httpx2.TimeoutException as error:
            raise Stumbled("it took too long") from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise Stumbled("the connection broke") from error
        return self._sound(answer, name)

    def _sound(self, answer: Answer, name: str) -> bytes:
        left = answer.headers.get("x-minlimit-remaining", "")
        self._few = left.isdigit() and int(left) <= _FEW
        found = failure(answer.status, answer.headers, answer.body, name, now=self._clock())
        if found is not None:
            raise found
        return answer.body


def _page_checked(
    number: int, decode: Callable[[bytes], tuple[Paging | None, list[T]]]
) -> Callable[[bytes], tuple[Paging | None, list[T]]]:
    def checked(raw: bytes) -> tuple[Paging | None, list[T]]:
        paging, page = decode(raw)
        if paging is not None:
            if paging.page != number:
                raise Doubt(f"it is page {paging.page}, asked was {number}")
            if len(page) > paging.size or (number < paging.count and len(page) != paging.size):
                raise Doubt(f"it holds {len(page)} entries, and says {paging.size} a page")
        return paging, page

    return checked
