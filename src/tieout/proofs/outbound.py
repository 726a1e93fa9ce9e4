"""Row 22: nothing leaves but the listed calls, to the listed hosts, and no redirect is followed."""

from __future__ import annotations

import re
from random import Random

import httpx2

from tieout.kit.http import Call, CallGroup, Origin, Outbound, RefusedCall
from tieout.proofs.ground import Trial
from tieout.proofs.linking import linked
from tieout.proofs.outcome import Measured, must
from tieout.proofs.small import small_books
from tieout.proofs.tying import must_be_well

API = Origin.parse("https://api.books.example")
LOOPBACK = Origin.parse("http://127.0.0.1:9001", sandbox=True)
CALLS = (
    Call(CallGroup.READ, "GET", API, re.compile(r"/v3/company/[0-9]+/(query|reports/GeneralLedger)")),
    Call(CallGroup.READ, "GET", LOOPBACK, re.compile(r"/v3/company/[0-9]+/query")),
    Call(CallGroup.GRANT, "POST", API, re.compile(r"/tokens"), lambda body: body.startswith(b"grant_type=")),
)
LISTED = (f"{API}/v3/company/1/query", f"{API}/v3/company/77/reports/GeneralLedger", f"{LOOPBACK}/v3/company/1/query")
OUTSIDE = (
    # other hosts, and hosts that only look right
    "https://example.com/v3/company/1/query",
    "https://api.books.example.evil.example/v3/company/1/query",
    "https://evil.example/api.books.example/v3/company/1/query",
    "https://api.books.example@evil.example/v3/company/1/query",
    "https://user:password@api.books.example/v3/company/1/query",
    "https://api.books.example./v3/company/1/query",
    "https://sandbox-api.books.example/v3/company/1/query",
    "https://xn--api-books-example.example/v3/company/1/query",
    # other schemes and ports
    "http://api.books.example/v3/company/1/query",
    "https://api.books.example:8443/v3/company/1/query",
    "http://api.books.example:443/v3/company/1/query",
    "https://127.0.0.1:9001/v3/company/1/query",
    "http://127.0.0.1:9002/v3/company/1/query",
    "http://127.0.0.1/v3/company/1/query",
    # this machine and its network, in all notations
    "http://localhost:9001/v3/company/1/query",
    "http://[::1]:9001/v3/company/1/query",
    "http://[::ffff:127.0.0.1]:9001/v3/company/1/query",
    "http://2130706433:9001/v3/company/1/query",
    "http://0x7f000001:9001/v3/company/1/query",
    "http://0177.0.0.1:9001/v3/company/1/query",
    "http://127.1:9001/v3/company/1/query",
    "http://0.0.0.0:9001/v3/company/1/query",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/v3/company/1/query",
    # the right host, the wrong place
    "https://api.books.example/v3/company/1/bill",
    "https://api.books.example/v3/company/1/query/",
    "https://api.books.example/v3/company/1/%71uery",
    "https://api.books.example/v3/company/1/x/%2e%2e/query",
    "https://api.books.example//v3/company/1/query",
    "https://api.books.example/v3/company/1x/query",
    "https://api.books.example/v3/company/1/reports/GeneralLedger;x=1",
    "https://api.books.example/v3/company/1/reports/generalledger",
)
_METHODS = ("POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_STRANGE = "/.:@%;\\?#[]xX0 \t~,-_é\x00"


class Wire(httpx2.BaseTransport):
    """Stands where the network would be: keeps what reached it."""

    def __init__(self, answer: httpx2.Response | None = None) -> None:
        self.sent: list[httpx2.Request] = []
        self._answer = answer

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a call that got through."""
        self.sent.append(request)
        return self._answer or httpx2.Response(200, content=b"{}")

    def client(self, group: CallGroup = CallGroup.READ, cap: int = 1000) -> Outbound:
        """Return a client of one group of the listed calls."""
        return Outbound(CALLS, group, self, cap=cap)

    def refuses(self, method: str, url: str, content: bytes | None = None) -> bool:
        """Whether a call is refused before anything has left."""
        before = len(self.sent)
        try:
            self.client().send(method, url, content=content)
        except (RefusedCall, httpx2.InvalidURL, UnicodeError):
            return len(self.sent) == before
        return False


def only_listed_calls(at: Trial) -> Measured:
    """Try to get out by wrong addresses, methods, bodies and redirects; then sync, and count at the sandbox."""
    wire = Wire()
    for url in OUTSIDE:
        must(wire.refuses("GET", url), f"GET {url} has left")
    for method in _METHODS:
        must(wire.refuses(method, LISTED[0]), f"{method} {LISTED[0]} has left")
    must(wire.refuses("GET", LISTED[0], b"{}"), "a read with a body has left")
    tried = 100 if at.short else 1_000
    for _ in range(tried):
        _must_be_listed_or_refused(wire, _spoilt(at.dice.choice(LISTED), at.dice))
    redirect = Wire(httpx2.Response(302, headers={"Location": "http://169.254.169.254/"}))
    must(redirect.client().send("GET", LISTED[0]).status == httpx2.codes.FOUND, "a redirect was not handed back")
    must(len(redirect.sent) == 1, "a redirect was followed")
    with linked(at.ground.provider, small_books(at)) as link:
        must_be_well(link.sync())
    return {"addresses": len(OUTSIDE) + tried}


def _spoilt(url: str, dice: Random) -> str:
    """Return an address with some characters put in, taken out or exchanged."""
    letters = list(url)
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(letters))
        match dice.randrange(3):
            case 0:
                letters.insert(place, dice.choice(_STRANGE))
            case 1:
                del letters[place]
            case _:
                letters[place] = dice.choice(_STRANGE)
    return "".join(letters)


def _must_be_listed_or_refused(wire: Wire, url: str) -> None:
    """Require that a call leaves only if the request that would go over the wire is a listed one, to the letter."""
    if wire.refuses("GET", url):
        return
    request = wire.sent[-1]
    target = f"{request.url.scheme}://{request.headers['host']}{request.url.raw_path.decode().partition('?')[0]}"
    places = [re.escape(str(call.origin)) + call.path.pattern for call in CALLS if call.group is CallGroup.READ]
    listed = any(re.fullmatch(place, target) for place in places)
    must(listed and not request.content, f"{url!r} has left for {target}")
