"""The one way out: every request to a provider leaves through the guard here, or does not leave.

A provider lists the calls that it makes, each in a group: *grant* (tokens) or *read*. The guard sits below the HTTP
client, at the transport, so that no code above it can send what is not on the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit

import httpx2

# A read may be a heavy report. A grant call is short, and others wait for its outcome.
TIMEOUT = httpx2.Timeout(connect=10.0, read=130.0, write=30.0, pool=10.0)
GRANT_TIMEOUT = httpx2.Timeout(connect=10.0, read=20.0, write=10.0, pool=10.0)
CAP = 256 * 1024 * 1024  # bytes of one answer after unpacking: a bomb must not fill the memory
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_DEFAULT_PORTS = {"https": 443, "http": 80}


class RefusedCall(Exception):
    """The call is not on the list that its client was made with. A bug of ours: nothing has left."""


class TooLarge(Exception):
    """The answer is larger than any honest one."""


class CallGroup(StrEnum):
    """What a call is for. A client is made for one group and cannot make the other's calls."""

    GRANT = "grant"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port, compared exactly."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, address: str, *, sandbox: bool = False) -> Origin:
        """Return the origin of an address.

        Raise ValueError unless it is https, or plain http on a loopback host when ``sandbox`` allows that. User
        names in the address are refused, and so is a path.
        """
        parts = urlsplit(address)
        host = parts.hostname or ""
        if not host or "@" in parts.netloc or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError(f"{address!r} is not the plain address of a server")
        if sandbox and host not in LOOPBACK:
            raise ValueError(f"{address!r} is not on this machine: a sandbox may only answer on a loopback address")
        if parts.scheme != "https" and not (sandbox and parts.scheme == "http"):
            raise ValueError(f"{address!r} must begin with https://")
        return cls(parts.scheme, host, parts.port or _DEFAULT_PORTS[parts.scheme])

    @classmethod
    def of(cls, url: httpx2.URL) -> Origin:
        """Return the origin that a request goes to, as it would be dialled."""
        host = url.raw_host.decode("ascii").strip("[]")
        return cls(url.scheme, host, url.port or _DEFAULT_PORTS.get(url.scheme, 0))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


def no_body(body: bytes) -> bool:
    """Whether a request carries nothing: what a plain read looks like."""
    return not body


@dataclass(frozen=True, slots=True)
class Call:
    """One kind of request that a provider makes. ``path`` must match whole; ``body`` looks at what is sent."""

    group: CallGroup
    method: str
    origin: Origin
    path: re.Pattern[str]
    body: Callable[[bytes], bool] = no_body

    def matches(self, request: httpx2.Request, path: str, body: bytes) -> bool:
        """Whether a request is of this kind."""
        return (
            request.method == self.method
            and Origin.of(request.url) == self.origin
            and self.path.fullmatch(path) is not None
            and self.body(body)
        )


class Guard(httpx2.BaseTransport):
    """A transport that lets only listed calls of one group through to the network."""

    def __init__(self, inner: httpx2.BaseTransport, calls: Iterable[Call], group: CallGroup) -> None:
        self._inner = inner
        self._group = group
        self._calls = tuple(call for call in calls if call.group is group)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a listed request; raise RefusedCall for any other before a byte leaves."""
        self.check(request)
        return self._inner.handle_request(request)

    def check(self, request: httpx2.Request) -> None:
        """Raise RefusedCall unless the request is on the list."""
        url = request.url
        path = url.raw_path.partition(b"?")[0].decode("ascii")
        plain = not url.userinfo and request.headers.get_list("host") == [url.netloc.decode("ascii")]
        if not (plain and any(call.matches(request, path, request.read()) for call in self._calls)):
            # The query may hold a token: only the place is named.
            raise RefusedCall(f"{request.method} {Origin.of(url).host}{path} is no {self._group} call of this provider")

    def close(self) -> None:
        """Leave the inner transport open: it is shared, and its owner closes it."""


@cache
def network() -> httpx2.BaseTransport:
    """Return the transport to the real network: one for the process, so that connections are kept and used again."""
    return httpx2.HTTPTransport(trust_env=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """The client of one call group: no redirects, no proxies from the environment, time-outs and a cap."""

    def __init__(
        self,
        calls: Iterable[Call],
        group: CallGroup,
        transport: httpx2.BaseTransport,
        *,
        cap: int = CAP,
    ) -> None:
        self._cap = cap
        self._client = httpx2.Client(
            transport=Guard(transport, calls, group),
            timeout=GRANT_TIMEOUT if group is CallGroup.GRANT else TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "tieout"},
        )

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """Return the whole answer. Raise RefusedCall, TooLarge, or httpx2's transport errors."""
        with self._client.stream(method, url, params=params, headers=headers, content=content) as response:
            chunks: list[bytes] = []
            size = 0
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > self._cap:
                    raise TooLarge(f"{method} {Origin.of(response.url).host}: more than {self._cap} bytes")
                chunks.append(chunk)
            return Answer(response.status_code, response.headers, b"".join(chunks))
