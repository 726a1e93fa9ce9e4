"""A real Tryton for the demo, behind a door that counts who comes in: no stand-in of ours answers.

The door hands each call on to Tryton's server and its answer back, as they are. It adds a control address, as every
sandbox has one (loopback only, no authentication; all answers are JSON)::

    GET  /control/books         companies: realm, name, lines_posted; the server's own address and its clerk's login
    GET  /control/calls         total, paths (methods), outside_calls, outside
    GET  /control/faults        the faults that are on
    POST /control/faults        {name: value or arguments}: ``trial_balance_shift`` {amount} makes two accounts'
                                balances differ from what is posted, ``status`` {value} answers each call with it
    POST /control/desk          {order, ...}: an order to the clerk, who works through Tryton's own client (see `desk`)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import msgspec
from werkzeug.wrappers import Request, Response

from tieout.providerkit.books import read_books
from tieout.providerkit.demo_way import Way
from tieout.providerkit.sandbox_faults import Faults, UnknownFault
from tieout.providerkit.sandbox_tally import Tally
from tieout.providers.tryton.desk.logins import READER, READER_PASSWORD
from tieout.providers.tryton.server import Missing, Refused, Server, prepared
from tieout.providers.tryton.server.installing import CLERK, CLERK_PASSWORD
from tieout.providers.tryton.server.rows import rows_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOGIN = {"user": READER, "password": READER_PASSWORD}
DEMOS = {"tryton": Way(what="a real Tryton, with a small company's books of eighteen months", login=LOGIN)}

_SEED = 1
_SESSIONS = frozenset({"common.db.login", "common.db.logout"})
_READS = frozenset({"search_read", "search_count", "get_preferences"})
_BALANCES = "model.account.account.search_read"
_LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1", None)
Json = dict[str, Any]


class Door:
    """A WSGI application before a server of Tryton's."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.tally = Tally()
        self.faults = Faults({"trial_balance_shift", "status"})
        self._client = httpx2.Client(trust_env=False, timeout=httpx2.Timeout(130.0))
        self._lock = threading.Lock()  # the clerk takes one order at a time

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        request = Request(environ)
        command = request.path.removeprefix("/control/")
        answer = self._handed_on(request) if command == request.path else self._control(request, command)
        return answer(environ, start_response)

    def close(self) -> None:
        """Stop the server."""
        self._client.close()
        self.server.close()

    # --- calls ---

    def _handed_on(self, request: Request) -> Response:
        method = _method(request.get_data())
        self.tally.paths[method or request.path] += 1
        if method not in _SESSIONS and method.rpartition(".")[2] not in _READS:
            self.tally.outside[method or f"{request.method} {request.path}"] += 1
        if (fault := self.faults.take("status", method)) is not None:
            return Response("refused on request", status=int(str(fault.value)))
        kept = {name: it for name in ("Authorization", "Content-Type", "Accept") if (it := request.headers.get(name))}
        try:
            answer = self._client.request(
                request.method, f"{self.server.address}{request.path}", content=request.get_data(), headers=kept
            )
        except httpx2.TransportError:
            return Response("the server is down", status=502)
        return Response(
            self._shifted(method, answer.content),
            status=answer.status_code,
            content_type=answer.headers.get("content-type"),
        )

    def _shifted(self, method: str, body: bytes) -> bytes:
        """Return an answer with two accounts' balances moved, so that it still comes to nothing, if that is asked."""
        fault = self.faults.peek("trial_balance_shift", method)
        if fault is None or method != _BALANCES or b'"debit"' not in body:
            return body
        answer = msgspec.json.decode(body, type=dict[str, Any])
        moved = [row for row in answer.get("result", ()) if row["debit"] != row["credit"]][:2]
        for row, sign in zip(moved, (1, -1), strict=False):
            figure = row["debit"]
            figure["decimal"] = str(Decimal(figure["decimal"]) + sign * Decimal(str(fault.args.get("amount", "1.00"))))
        return msgspec.json.encode(answer)

    # --- control ---

    def _control(self, request: Request, command: str) -> Response:
        if request.remote_addr not in _LOOPBACK:
            return _json({"ok": False, "error": "the control address answers on loopback only"}, 403)
        try:
            body = msgspec.json.decode(request.get_data() or b"{}", type=dict[str, Any])
            with self._lock:
                return _json(self._orders[request.method, command](body))
        except KeyError as error:
            return _json({"ok": False, "error": f"missing or unknown: {error}"}, 400)
        except (Refused, UnknownFault, ValueError, msgspec.DecodeError) as error:
            return _json({"ok": False, "error": str(error)}, 400)

    @property
    def _orders(self) -> dict[tuple[str, str], Callable[[Json], Json]]:
        return {
            ("GET", "books"): self._books,
            ("GET", "calls"): lambda _: self.tally.as_json(),
            ("GET", "faults"): lambda _: self.faults.as_json(),
            ("POST", "faults"): self._set_faults,
            ("POST", "desk"): lambda body: {"ok": True, "done": self.server.desk.order(body.pop("order"), **body)},
        }

    def _set_faults(self, body: Json) -> Json:
        self.faults.set_all(body)
        return {"ok": True}

    def _books(self, _body: Json) -> Json:
        companies = self._found("company.company", [], ["party.name"])
        return {
            "companies": [
                {"realm": str(it["id"]), "name": it["party."]["name"], "lines_posted": self._lines_posted(it["id"])}
                for it in companies
            ],
            "server": {"address": self.server.address, "database": self.server.database},
            "clerk": {"user": CLERK, "password": CLERK_PASSWORD},
        }

    def _lines_posted(self, company: int) -> int:
        """Return how many lines a reader must come to: a shared one counts once for each of its shares.

        A move that closes a year counts its balance-sheet lines, and one for the result.
        """
        fields = [
            "account.type.statement", "debit", "credit", "move.journal.type", "move.period.type",
            "analytic_lines.account.root",
        ]  # fmt: skip
        domain = [["move.state", "=", "posted"], ["move.company", "=", company]]
        lines = [it for it in self._found("account.move.line", domain, fields) if it["debit"] != it["credit"]]
        closing = [it for it in lines if _closes(it["move."])]
        closed = {it["move."]["id"] for it in closing}
        kept = [it for it in closing if it["account."]["type."]["statement"] != "income"]
        return sum(_shares(it) for it in lines if not _closes(it["move."])) + len(kept) + len(closed)

    def _found(self, model: str, domain: list[Any], fields: list[str]) -> list[Json]:
        arguments = [domain, 0, None, None, fields]
        found = self.server.desk.order("call", model=model, verb="search_read", arguments=arguments)
        return msgspec.convert(found, list[Json])


def make_sandbox(books: str = "demo", *, today: date | None = None) -> Door:
    """Return the door of a server with a company: ``demo``, or a books file's path. The first time takes a minute.

    Raise ValueError for other words, and where there is no Tryton and none can be installed.
    """
    day = today or datetime.now(UTC).date()
    if books.startswith("large:"):
        raise ValueError("a real Tryton posts some fifty moves a second: it has the demo's books, or those of a file")
    first: Json = {"order": "story", "today": day.isoformat(), "seed": _SEED}
    if books != "demo":
        with Path(books).open("rb") as lines:
            first = {"order": "books", "rows": rows_of(read_books(lines, name=Path(books).name), today=day)}
    try:
        server = Server(prepared([first, {"order": "people", "companies": [1]}])[0])
        server.start()
    except (Missing, Refused) as error:
        raise ValueError(str(error)) from error
    return Door(server)


def _method(body: bytes) -> str:
    try:
        return str(msgspec.json.decode(body, type=dict[str, Any]).get("method", ""))
    except msgspec.DecodeError:
        return ""


def _closes(move: Json) -> bool:
    return bool(move["journal."]["type"] == "situation" and move["period."]["type"] == "adjustment")


def _shares(line: Json) -> int:
    roots = [it["account."]["root"] for it in line["analytic_lines."]]
    return max((roots.count(root) for root in roots), default=1)


def _json(body: Json, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status=status, content_type="application/json")
