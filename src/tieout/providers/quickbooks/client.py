"""Reads from one company: paces, retries and renews the token, and returns only sound JSON objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

import httpx2
import msgspec

from tieout.kit.http import Answer, Origin, Outbound
from tieout.providerkit.errors import ReconnectRequired, TryAgainLater
from tieout.providerkit.interface import CallObserver, TokenSource
from tieout.providerkit.pace import Pace
from tieout.providers.quickbooks.faults import Stumbled, Throttled, Unauthorised, busy, failure, fault_of, what_came

T = TypeVar("T")

ATTEMPTS = 4
_PATIENCE = 120.0  # seconds: a longer wait belongs to the run's schedule, not to a sleeping worker


class Client:
    """The reads of one company (realm)."""

    def __init__(
        self,
        outbound: Outbound,
        api: Origin,
        realm: str,
        tokens: TokenSource,
        pace: Pace,
        observe: CallObserver,
    ) -> None:
        self._outbound = outbound
        self._base = f"{api}/v3/company/{realm}"
        self._tokens = tokens
        self._pace = pace
        self._observe = observe

    def get(self, name: str, path: str, params: Mapping[str, str], decode: Callable[[bytes], T]) -> T:
        """Return a sound answer, decoded. ``name`` is what the sync log and errors call this read.

        Raise any of providerkit's errors; kit.http.TooLarge where the answer is over the cap; msgspec's
        ValidationError where the JSON is whole but not of the shape that ``decode`` knows.
        """
        failed: Stumbled | Throttled = Stumbled("")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._authorised(name, path, params, decode)
            except Throttled as throttled:
                failed, wait = throttled, throttled.after + self._pace.jitter(throttled.after / 10)
                if wait > _PATIENCE:
                    break
            except Stumbled as stumbled:
                failed, wait = stumbled, 2.0**attempt / 2 + self._pace.jitter(1.0)
            if attempt < ATTEMPTS:
                self._pace.sleep(wait)
        if isinstance(failed, Throttled):
            raise TryAgainLater("QuickBooks asks to slow down", after=timedelta(seconds=failed.after)) from failed
        raise busy(f"{name}: {failed}") from failed

    def _authorised(self, name: str, path: str, params: Mapping[str, str], decode: Callable[[bytes], T]) -> T:
        token = self._tokens.access()
        try:
            body = self._once(name, path, params, token)
        except Unauthorised:
            try:
                body = self._once(name, path, params, self._tokens.renew(token))
            except Unauthorised as refusal:
                raise ReconnectRequired("QuickBooks no longer accepts this connection") from refusal
        try:
            return decode(body)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError as error:
            raise Stumbled(what_came(body)) from error

    def _once(self, name: str, path: str, params: Mapping[str, str], token: str) -> bytes:
        self._pace.limit.wait()
        self._observe(name)
        try:
            answer = self._outbound.send(
                "GET",
                f"{self._base}/{path}",
                # Values under 75 are ignored since August 2025, and unknown parameters are harmless.
                params={**params, "minorversion": "75"},
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            )
        except httpx2.TimeoutException as error:
            raise Stumbled("it took too long") from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise Stumbled("the connection broke") from error
        return _sound(answer, name)


def _sound(answer: Answer, name: str) -> bytes:
    error = None if answer.status == 200 and b'ault"' not in answer.body[:500] else fault_of(answer.body)
    found = failure(answer.status, error, name)
    if isinstance(found, Throttled):
        raise Throttled(name, after=_retry_after(answer.headers))
    if found is not None:
        raise found
    return answer.body


def _retry_after(headers: Mapping[str, str]) -> float:
    said = headers.get("retry-after", "")
    # Undocumented at Intuit, whose page says: wait 60 seconds.
    return float(said) if said.isascii() and said.isdigit() else 60.0
