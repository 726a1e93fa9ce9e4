"""The data API under ``/v3/company/{realm}``: who may ask, which calls are reads, and what each answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec
from werkzeug.wrappers import Request, Response

from tieout.providers.quickbooks.sandbox import answers, entities
from tieout.providers.quickbooks.sandbox.damage import damaged
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.frame import BadRequestParameter
from tieout.providers.quickbooks.sandbox.reports import REPORTS, ReportCall
from tieout.providers.quickbooks.sandbox.wire import Json, decoder

if TYPE_CHECKING:
    from tieout.providers.quickbooks.sandbox.host import Sandbox

_Read = Callable[["Sandbox", Engine, Request], Json]


def serve(sandbox: Sandbox, request: Request, realm: str, rest: str) -> Response:
    """Answer a call to a company's data."""
    read, label = _read_for(request, rest)
    sandbox.tally.paths[label] += 1
    sandbox.tally.realms[realm] += 1
    if read is None:
        sandbox.tally.outside[f"{request.method} {label}"] += 1
    grant = sandbox.grants.holder(request.headers.get("Authorization", "").removeprefix("Bearer ").strip())
    if grant is None:
        return answers.unauthenticated(sandbox.clock)
    try:
        engine = sandbox.engines.get(realm)
        if engine is None or grant.realm != realm:
            raise answers.wrong_company()
        if grant.access_lost:
            raise answers.access_lost()
        with sandbox.limits.call(realm) as allowed:
            if not allowed:
                sandbox.tally.rate_limited += 1
                raise answers.throttled()
            if read is None:
                raise answers.unsupported(f"{request.method} {rest}")
            with sandbox.lock:
                return answers.json_answer(read(sandbox, engine, request))
    except answers.Refusal as refusal:
        return answers.refused(refusal, sandbox.clock)
    except BadRequestParameter as error:
        return answers.refused(answers.invalid(str(error)), sandbox.clock)


def _read_for(request: Request, rest: str) -> tuple[_Read | None, str]:
    """Return the read that a call is, or None for everything that is not one, and a label for the counts."""
    name, _, entry = rest.partition("/")
    getting = request.method == "GET"
    match name.lower():
        case "query" if request.method in ("GET", "POST"):
            return _query, "query"
        case "batch" if request.method == "POST":
            return (_batch if _only_queries(request) else None), "batch"
        case "cdc" if getting:
            return _changes, "cdc"
        case "reports" if getting:
            return _report(entry), f"reports/{entry}"
    entity = entities.entity_named(name)
    if entity is None or not getting or not (entry or entity == "Preferences"):
        return None, name.lower()
    return _one(entity, entry), name.lower()


def _query(sandbox: Sandbox, engine: Engine, request: Request) -> Json:
    text = request.get_data(as_text=True) if request.method == "POST" else request.args.get("query", "")
    return {"QueryResponse": entities.query(engine, text), "time": answers.now_text(sandbox.clock, engine.timezone)}


def _changes(sandbox: Sandbox, engine: Engine, request: Request) -> Json:
    cap = sandbox.faults.take("cdc_cap", request.path)
    most = int(str(cap.value)) if cap else entities.CDC_MOST
    asked, since = request.args.get("entities", ""), request.args.get("changedSince", "")
    found = entities.changes(engine, asked, since, most=most)
    return {**found, "time": answers.now_text(sandbox.clock, engine.timezone)}


def _batch(sandbox: Sandbox, engine: Engine, request: Request) -> Json:
    found = entities.batch(engine, decoder.decode(request.get_data())["BatchItemRequest"])
    return {**found, "time": answers.now_text(sandbox.clock, engine.timezone)}


def _only_queries(request: Request) -> bool:
    try:
        items = decoder.decode(request.get_data()).get("BatchItemRequest")
    except msgspec.DecodeError:
        return False
    return isinstance(items, list) and all(isinstance(item, dict) and set(item) <= {"bId", "Query"} for item in items)


def _one(entity: str, entry: str) -> _Read:
    def read(sandbox: Sandbox, engine: Engine, _request: Request) -> Json:
        found = entities.by_id(engine, entity, entry)
        return {entities.json_key(entity): found, "time": answers.now_text(sandbox.clock, engine.timezone)}

    return read


def _report(name: str) -> _Read:
    def read(sandbox: Sandbox, engine: Engine, request: Request) -> Json:
        if name not in REPORTS:  # names are case-sensitive
            raise answers.invalid(f"There is no report {name}")
        params: Mapping[str, str] = request.args.to_dict()
        if params.get("accounting_method", "Accrual") != "Accrual":
            raise answers.invalid("This sandbox keeps its books on the accrual basis only")
        style = sandbox.style(request.path)
        call = ReportCall(
            name=name, path=request.path, engine=engine, params=params, style=style, faults=sandbox.faults
        )
        return damaged(call)

    return read
