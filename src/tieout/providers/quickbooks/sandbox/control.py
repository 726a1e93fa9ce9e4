"""The control address: what a test or a demo does to the sandbox from outside. Loopback only, no authentication.

All answers are JSON. Amounts in requests may be JSON numbers or decimal strings; ``realm`` may be left out, which
means the first company.

Reading::

    GET  /control/books[?realm=][&month=2026-01]   per company: name, today, lines_posted, entries, accounts,
                                                   trial_balance {account id: minor units, debit positive}
    GET  /control/lines[?realm=][&start=][&end=]   the books line by line (see `listing`), before ``end``
    GET  /control/lists[?realm=]                   {list: entries} of a company, inactive ones too
    GET  /control/calls                            total, paths, realms, outside_calls, outside, rate_limited
    GET  /control/faults                           the faults that are on
    GET  /control/webhooks                         the settings, how many changes wait to be told, the last answers

Books (POST, each answers ``{"ok": true, "id": ..., "lines_posted": ...}``)::

    /control/post        {kind, entity}            a document, or a label with Postings (see `Engine.post`)
    /control/edit        {id, entity}              a sparse update
    /control/void        {id}
    /control/delete      {id}
    /control/redate      {id, date}
    /control/add         {entity, fields}          a list entry
    /control/change      {entity, id, fields}      a rename, a new number, another parent
    /control/deactivate  {entity, id}
    /control/merge       {source, target, [entity]}  two entries of a list, accounts if nothing is said
    /control/payroll     {date, [gross]}           a paycheck for each active employee
    /control/advance     {to}                      the clock of all companies

Behaviour (POST)::

    /control/calls/reset
    /control/faults      {name: value or {arguments, times, path}, ...}; DELETE clears them all (see `faults`)
    /control/limits      {on}                      the rate limits
    /control/revoke      {realm}                   the owner disconnects the app inside QuickBooks
    /control/lose_access {realm, [lost]}           the person who consented loses the company
    /control/webhooks    {token, address, [dialect], [copies], [reordered], [bad_signature]}
                                                   tells of each change from now on, as ``cloudevents`` or ``legacy``;
                                                   without an address or token, of none (see `webhooks`)

A request that is refused answers 400 ``{"ok": false, "error": "..."}`` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
from werkzeug.wrappers import Request, Response

from tieout.core.month import Month
from tieout.providerkit.sandbox_faults import UnknownFault
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.listing import lines, lists
from tieout.providers.quickbooks.sandbox.payroll import run_payroll
from tieout.providers.quickbooks.sandbox.trial_balance import balances
from tieout.providers.quickbooks.sandbox.wire import BadDocument, Json, day, decoder, encoder

if TYPE_CHECKING:
    from tieout.providers.quickbooks.sandbox.host import Sandbox

_LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1", None)


def serve(sandbox: Sandbox, request: Request, command: str) -> Response:
    """Answer a control call."""
    if request.remote_addr not in _LOOPBACK:
        return _json({"ok": False, "error": "the control address answers on loopback only"}, 403)
    try:
        body: Json = decoder.decode(request.get_data()) if request.method == "POST" and request.get_data() else {}
        with sandbox.lock:
            return _json(_do(sandbox, request, command, body))
    except KeyError as error:
        return _json({"ok": False, "error": f"missing or unknown: {error}"}, 400)
    except (BadDocument, UnknownFault, ValueError, msgspec.DecodeError) as error:
        return _json({"ok": False, "error": str(error)}, 400)


def _do(sandbox: Sandbox, request: Request, command: str, body: Json) -> Json:
    if request.method == "GET":
        return _look(sandbox, request, command)
    if request.method == "DELETE" and command == "faults":
        sandbox.faults.clear()
        return {"ok": True}
    return _behave(sandbox, command, body) or _change_books(sandbox.engine(body.get("realm")), command, body)


def _behave(sandbox: Sandbox, command: str, body: Json) -> Json | None:
    """Do what concerns the platform and not its books; None for any other command."""
    match command:
        case "calls/reset":
            sandbox.tally.reset()
        case "faults":
            for name, value in body.items():
                sandbox.faults.set(name, value)
        case "webhooks":
            sandbox.webhooks.configure(body)
        case "limits":
            sandbox.limits.on = bool(body["on"])
        case "advance":
            sandbox.clock.advance(to=day(body["to"]))
        case "revoke":
            return {"ok": True, "ended": sandbox.grants.disconnect(sandbox.engine(body.get("realm")).realm)}
        case "lose_access":
            realm = sandbox.engine(body.get("realm")).realm
            sandbox.grants.lose_access(realm, lost=bool(body.get("lost", True)))
        case _:
            return None
    return {"ok": True}


def _books(sandbox: Sandbox, request: Request) -> Json:
    wanted, month = request.args.get("realm"), request.args.get("month")
    engines = [sandbox.engine(wanted)] if wanted else list(sandbox.engines.values())
    return {"companies": [_company(engine, month) for engine in engines]}


def _lines(sandbox: Sandbox, request: Request) -> Json:
    start, end = request.args.get("start"), request.args.get("end")
    engine = sandbox.engine(request.args.get("realm"))
    return {"lines": list(lines(engine, day(start) if start else date.min, day(end) if end else date.max))}


def _look(sandbox: Sandbox, request: Request, command: str) -> Json:
    looks: dict[str, Callable[[], Json]] = {
        "books": lambda: _books(sandbox, request),
        "lines": lambda: _lines(sandbox, request),
        "lists": lambda: lists(sandbox.engine(request.args.get("realm"))),
        "calls": sandbox.tally.as_json,
        "faults": sandbox.faults.as_json,
        "webhooks": sandbox.webhooks.as_json,
    }
    return looks[command]()


def _company(engine: Engine, month: str | None) -> Json:
    answer: Json = {
        "realm": engine.realm,
        "name": engine.name,
        "currency": engine.currency,
        "digits": engine.digits,
        "today": engine.today.isoformat(),
        "lines_posted": engine.lines_posted,
        "entries": engine.entries_posted,
        "accounts": sum(1 for _ in engine.lists.all("Account")),
    }
    if month:
        answer["trial_balance"] = balances(engine, Month.parse(month).end - timedelta(days=1))
    return answer


def _change_books(engine: Engine, command: str, body: Json) -> Json:
    changes: dict[str, Callable[[], object]] = {
        "post": lambda: engine.post(str(body["kind"]), body["entity"]),
        "edit": lambda: engine.edit(str(body["id"]), body["entity"]),
        "void": lambda: engine.void(str(body["id"])),
        "delete": lambda: engine.delete(str(body["id"])),
        "redate": lambda: engine.redate(str(body["id"]), day(body["date"])),
        "add": lambda: engine.add(str(body["entity"]), body["fields"]),
        "change": lambda: engine.change(str(body["entity"]), str(body["id"]), body["fields"]),
        "deactivate": lambda: engine.deactivate(str(body["entity"]), str(body["id"])),
        "merge": lambda: engine.merge(str(body.get("entity", "Account")), str(body["source"]), str(body["target"])),
        "payroll": lambda: run_payroll(engine, day(body["date"]), gross=body.get("gross", 4000)),
    }
    result = changes[command]()
    return {"ok": True, "id": result or body.get("id"), "lines_posted": engine.lines_posted}


def _json(content: Json, status: int = 200) -> Response:
    return Response(encoder.encode(content), status=status, content_type="application/json")
