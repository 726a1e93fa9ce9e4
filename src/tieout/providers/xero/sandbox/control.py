"""The control address: what a test or a demo does to the sandbox from outside. Loopback only, no authentication.

All answers are JSON. Amounts in requests may be JSON numbers or decimal strings; ``realm`` is an organisation's tenant
id and may be left out, which means the first one. ``kind`` and ``entity`` are endpoints ("Invoices"); where ``kind``
may be left out, the id tells it.

Reading::

    GET  /control/books[?realm=][&month=2026-01]   per organisation: realm, name, today, lines_posted, entries (that is
                                                   journals), accounts, trial_balance {account id: minor units, debit
                                                   positive} as the organisation's own TrialBalance has it
    GET  /control/lines[?realm=][&start=][&end=]   the journals line by line (see `listing`), before ``end``
    GET  /control/lists[?realm=]                   {list: entries} of an organisation, archived ones too
    GET  /control/documents?kind=[&realm=]         all documents of an endpoint, as the books have them
    GET  /control/calls                            total, paths, realms, outside_calls, outside, rate_limited
    GET  /control/faults                           the faults that are on
    GET  /control/webhooks                         the settings, whether they are on, what waits, the last answers
    GET  /control/app, /control/facts, /control/people, /control/limits

Books (POST, each answers ``{"ok": true, "id": ..., "lines_posted": ...}``)::

    /control/post        {kind, entity}              a document, in the API's shape; it is posted if its Status says so
    /control/edit        {id, entity, [kind]}        what was posted is negated and posted anew
    /control/redate      {id, date, [kind]}
    /control/approve     {id, [kind]}                a draft is posted
    /control/void        {id, [kind]}
    /control/delete      {id, [kind]}
    /control/pay         {id, amount, date, account, [rate], [kind]}
    /control/allocate    {id, invoice, amount, date, [kind]}
    /control/system      {date, lines, [reference]}  what has no document: pay runs, depreciation, opening balances
    /control/rate        {currency, date, rate}      what a unit of base currency is worth; reports revalue by it
    /control/add         {entity, fields}            a list entry
    /control/change      {entity, id, fields}
    /control/deactivate  {entity, id}                archives it
    /control/merge       {source, target}            two contacts
    /control/advance     {to} or {seconds}           the clock of all organisations

Behaviour (POST)::

    /control/calls/reset
    /control/faults      {name: value or {arguments, times, after, path}, ...}; DELETE clears them all (see `faults`)
    /control/limits      {[on], [at_once], [a_minute], [a_day], [app_a_minute]}
    /control/app         {[tier], [scopes], [journals_scope], [certified], [custom_connection]} (see `scopes.App`)
    /control/facts       {name: value, ...}          what nobody has confirmed (see `facts`)
    /control/role        {role, [person]}            adviser, standard, no_reports, read_only or invoice_only
    /control/revoke      {realm}                     somebody disconnects the app inside Xero
    /control/lose_access {realm}                     the person who consented loses the organisation
    /control/webhooks    {key, address, [copies], [reordered], [bad_signature], [intent]}
                                                     tells of each change from now on, once the address has shown that
                                                     it checks signatures; without an address or key, of none

A request that is refused answers 400 ``{"ok": false, "error": "..."}`` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import msgspec
from werkzeug.wrappers import Request, Response

from tieout.core.money import to_minor
from tieout.core.month import Month
from tieout.providers.xero.sandbox import listing
from tieout.providers.xero.sandbox.engine import BadDocument, Organisation
from tieout.providers.xero.sandbox.people import ROLES
from tieout.providers.xero.sandbox.wire import Json, decoder, plain

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.host import Sandbox

_LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1", None)
T = TypeVar("T", bound=msgspec.Struct)
_LIMITS = ("on", "at_once", "a_minute", "a_day", "app_a_minute")


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
    except (BadDocument, ValueError, TypeError, msgspec.DecodeError) as error:
        return _json({"ok": False, "error": str(error)}, 400)


def _do(sandbox: Sandbox, request: Request, command: str, body: Json) -> Json:
    if request.method == "GET":
        return _look(sandbox, request, command)
    if request.method == "DELETE" and command == "faults":
        sandbox.faults.clear()
        return {"ok": True}
    return _behave(sandbox, command, body) or _change_books(sandbox.organisation(body.get("realm")), command, body)


# --- behaviour -----------------------------------------------------------------------------------------------------


def _behave(sandbox: Sandbox, command: str, body: Json) -> Json | None:
    """Do what concerns the platform and not its books; None for any other command."""
    tenant = body.get("realm")
    behaviours: dict[str, Callable[[], object]] = {
        "calls/reset": sandbox.tally.reset,
        "faults": lambda: sandbox.faults.set_all(body),
        "webhooks": lambda: sandbox.webhooks.configure(body),
        "limits": lambda: _limits(sandbox, body),
        "advance": lambda: _advance(sandbox, body),
        "app": lambda: _registered(sandbox, body),
        "facts": lambda: _believed(sandbox, body),
        "role": lambda: _role(sandbox, str(body["role"]), str(body.get("person", ""))),
        "revoke": lambda: {"ended": sandbox.grants.disconnect_all(sandbox.organisation(tenant).tenant)},
        "lose_access": lambda: sandbox.grants.disconnect_all(sandbox.organisation(tenant).tenant),
    }
    if command not in behaviours:
        return None
    told = behaviours[command]()
    return {"ok": True, **told} if isinstance(told, dict) else {"ok": True}


def _limits(sandbox: Sandbox, body: Json) -> None:
    if unknown := set(body) - set(_LIMITS):
        raise ValueError(f"there is no limit {', '.join(sorted(unknown))}; there are {', '.join(_LIMITS)}")
    for name, value in body.items():
        setattr(sandbox.limits, name, bool(value) if name == "on" else value)


def _advance(sandbox: Sandbox, body: Json) -> None:
    if "seconds" in body:
        sandbox.clock.skip(timedelta(seconds=float(body["seconds"])))
    else:
        sandbox.clock.advance(to=date.fromisoformat(str(body["to"])))


def _registered(sandbox: Sandbox, body: Json) -> None:
    registration = _with(sandbox.registration, body)
    sandbox.organisation(registration.custom_connection)
    sandbox.registration = registration


def _believed(sandbox: Sandbox, body: Json) -> None:
    sandbox.facts = _with(sandbox.facts, body)


def _with(settings: T, body: Json) -> T:
    """Return settings with some of them changed. Raise msgspec.ValidationError."""
    return msgspec.convert({**msgspec.structs.asdict(settings), **body}, type(settings))


def _role(sandbox: Sandbox, role: str, person: str) -> None:
    allowed = ROLES[role]
    for one in sandbox.grants.people:
        if person in (one.id, one.name) or (not person and one is sandbox.grants.people[0]):
            one.role, (one.may_connect, one.sees_reports) = role, allowed


# --- looking -------------------------------------------------------------------------------------------------------


def _look(sandbox: Sandbox, request: Request, command: str) -> Json:
    tenant = request.args.get("realm")
    looks: dict[str, Callable[[], Json]] = {
        "books": lambda: _books(sandbox, request),
        "lines": lambda: _lines(sandbox.organisation(tenant), request),
        "lists": lambda: listing.lists(sandbox.organisation(tenant)),
        "documents": lambda: {"documents": list(sandbox.organisation(tenant).documents[request.args["kind"]].values())},
        "calls": sandbox.tally.as_json,
        "faults": sandbox.faults.as_json,
        "webhooks": sandbox.webhooks.as_json,
        "app": lambda: msgspec.structs.asdict(sandbox.registration),
        "facts": lambda: msgspec.structs.asdict(sandbox.facts),
        "limits": lambda: {name: getattr(sandbox.limits, name) for name in _LIMITS},
        "people": lambda: {
            "people": [{"id": one.id, "name": one.name, "role": one.role} for one in sandbox.grants.people]
        },
    }
    return looks[command]()


def _books(sandbox: Sandbox, request: Request) -> Json:
    wanted, month = request.args.get("realm"), request.args.get("month")
    chosen = [sandbox.organisation(wanted)] if wanted else list(sandbox.organisations.values())
    return {"companies": [_company(it, month) for it in chosen]}


def _company(organisation: Organisation, month: str | None) -> Json:
    answer: Json = {
        "realm": organisation.tenant,
        "name": organisation.name,
        "currency": organisation.currency,
        "digits": organisation.digits,
        "today": organisation.today.isoformat(),
        "lines_posted": organisation.lines_posted,
        "entries": len(organisation.journals),
        "accounts": len(organisation.documents["Accounts"]),
    }
    if month:
        answer["trial_balance"] = _trial_balance(organisation, Month.parse(month).end - timedelta(days=1))
    return answer


def _trial_balance(organisation: Organisation, last: date) -> Json:
    report = organisation.report("TrialBalance", {"date": last.isoformat()})
    digits = organisation.digits
    found: Json = {}
    for section in report["Rows"]:
        for row in section.get("Rows", ()):
            account = next((it["Value"] for it in row["Cells"][0].get("Attributes", ()) if it["Id"] == "account"), "")
            if row["RowType"] == "Row" and account:
                debit, credit = (Decimal(row["Cells"][place].get("Value") or 0) for place in (3, 4))
                found[account] = to_minor(debit - credit, digits)
    return found


def _lines(organisation: Organisation, request: Request) -> Json:
    start, end = request.args.get("start"), request.args.get("end")
    span = (date.fromisoformat(start) if start else date.min, date.fromisoformat(end) if end else date.max)
    return {"lines": list(listing.lines(organisation, *span))}


# --- books ---------------------------------------------------------------------------------------------------------


def _change_books(organisation: Organisation, command: str, body: Json) -> Json:
    changes: dict[str, Callable[[], object]] = {
        "post": lambda: organisation.create(str(body["kind"]), body["entity"]),
        "edit": lambda: organisation.update(*_document(organisation, body), body["entity"]),
        "redate": lambda: organisation.redate(*_document(organisation, body), body["date"]),
        "approve": lambda: organisation.approve(*_document(organisation, body)),
        "void": lambda: organisation.void(*_document(organisation, body)),
        "delete": lambda: organisation.delete(*_document(organisation, body)),
        "pay": lambda: organisation.pay(
            *_document(organisation, body),
            amount=body["amount"],
            day=body["date"],
            account=str(body["account"]),
            rate=body.get("rate"),
        ),
        "allocate": lambda: organisation.allocate(
            *_document(organisation, body), invoice=str(body["invoice"]), amount=body["amount"], day=body["date"]
        ),
        "system": lambda: organisation.post_system(
            body["date"], body["lines"], reference=str(body.get("reference", ""))
        ),
        "rate": lambda: organisation.set_rate(str(body["currency"]), body["date"], body["rate"]),
        "add": lambda: organisation.create(str(body["entity"]), body["fields"]),
        "change": lambda: organisation.update(str(body["entity"]), str(body["id"]), body["fields"]),
        "deactivate": lambda: organisation.archive(str(body["entity"]), str(body["id"])),
        "merge": lambda: organisation.merge_contacts(str(body["source"]), str(body["target"])),
    }
    result = changes[command]()
    return {"ok": True, "id": result or body.get("id"), "lines_posted": organisation.lines_posted}


def _document(organisation: Organisation, body: Json) -> tuple[str, str]:
    """Return the endpoint and id that a request names. Raise KeyError."""
    ident = str(body["id"])
    if "kind" in body:
        return str(body["kind"]), ident
    for kind, documents in organisation.documents.items():
        if ident in documents:
            return kind, ident
    raise KeyError(ident)


def _json(content: Json, status: int = 200) -> Response:
    return Response(plain(content), status=status, content_type="application/json")
