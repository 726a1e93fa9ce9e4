"""The data API under ``/api.xro/2.0``: who may ask, which calls are reads, and what each answers (xero.md §2)."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from tieout.providers.xero.sandbox import answers, misbehave, pages, scopes, spoiling, xml
from tieout.providers.xero.sandbox.engine import BadDocument, Journal, Organisation
from tieout.providers.xero.sandbox.fields import LISTINGS, Listing
from tieout.providers.xero.sandbox.grants import Access
from tieout.providers.xero.sandbox.oauth import bearer
from tieout.providers.xero.sandbox.pages import Params
from tieout.providers.xero.sandbox.shown import shown
from tieout.providers.xero.sandbox.wire import Json, envelope_time

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.host import Sandbox

JOURNALS_A_PAGE = 100
_EMPTY_PARTS = {"history": "HistoryRecords", "attachments": "Attachments"}
# Addresses are heard in any case, and the one that is no plural as one too.
_SPELT = {name.lower(): name for name in (*LISTINGS, "Journals", "Reports")} | {"organisations": "Organisation"}
_PAYMENTS_ONLY = "paymentsOnly"
_REPORT_PARAMS = (
    "date", "fromDate", "toDate", "periods", "timeframe", "trackingCategoryID", "trackingCategoryID2",
    "trackingOptionID", "trackingOptionID1", "trackingOptionID2", "standardLayout", _PAYMENTS_ONLY, "contactId",
    "reportYear",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call that has been let in."""

    sandbox: Sandbox
    organisation: Organisation
    request: Request
    params: Params

    @property
    def path(self) -> str:
        return self.request.path


@dataclass(frozen=True, slots=True)
class _Answer:
    """What goes into the envelope."""

    key: str
    entities: Sequence[object]
    pagination: Json | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """A read: its endpoint, the report's name if it is one, and what answers it."""

    endpoint: str
    answer: Callable[[_Asked], _Answer]
    report: str = ""

    @property
    def label(self) -> str:
        return f"Reports/{self.report}" if self.report else self.endpoint


def serve(sandbox: Sandbox, request: Request, rest: str) -> Response:
    """Answer a call to an organisation's data."""
    read = _read_for(request, rest)
    label = read.label if read else rest.partition("/")[0]
    tenant = request.headers.get("xero-tenant-id", "").strip().lower()
    with sandbox.lock:
        sandbox.tally.paths[label] += 1
        sandbox.tally.realms[tenant] += 1
        if read is None:
            sandbox.tally.outside[f"{request.method} {label}"] += 1
    try:
        access, organisation = _let_in(sandbox, request, tenant)
    except answers.Refusal as refusal:
        return _refused(sandbox, refusal)
    return _within_limits(sandbox, request, _Call(access, organisation, read, label))


@dataclass(frozen=True, slots=True)
class _Call:
    access: Access
    organisation: Organisation
    read: _Read | None
    label: str


def _within_limits(sandbox: Sandbox, request: Request, call: _Call) -> Response:
    client = call.access.consent.client
    free = call.label == "Organisation" and not sandbox.facts.organisation_metered
    begun = sandbox.limits.begin(client, call.organisation.tenant, daily=sandbox.registration.daily, free=free)
    standing = begun.standing
    try:
        if standing.problem:
            sandbox.tally.rate_limited += 1
            named = {"concurrent": sandbox.facts.concurrent_problem, "appminute": sandbox.facts.app_problem}
            raise answers.throttled(named.get(standing.problem, standing.problem), standing.retry_after)
        response = misbehave.instead(sandbox.faults, request.path) or _answered(sandbox, request, call)
    except answers.Refusal as refusal:
        response = _refused(sandbox, refusal)
    finally:
        sandbox.limits.end(begun)
    response.headers["X-DayLimit-Remaining"] = str(standing.day)
    response.headers["X-MinLimit-Remaining"] = str(standing.minute)
    response.headers["X-AppMinLimit-Remaining"] = str(standing.app_minute)
    return response


def _let_in(sandbox: Sandbox, request: Request, tenant: str) -> tuple[Access, Organisation]:
    """Return who asks, and for which organisation. Raise Refusal."""
    with sandbox.lock:
        access = sandbox.grants.access(bearer(request))
        if access is None:
            raise answers.unauthenticated()
        misbehave.meanwhile(sandbox, access, tenant, request.path)
        access = sandbox.grants.access(access.token) or access
        if access.ends <= sandbox.clock.now():
            raise answers.token_expired(access.ends)
        organisation = sandbox.organisations.get(tenant)
        if organisation is None or tenant not in access.consent.connections:
            raise answers.not_connected()
    return access, organisation


def _allow(sandbox: Sandbox, access: Access, read: _Read) -> None:
    """Raise Refusal where a token, an app or a person may not read this."""
    if not scopes.opening(read.endpoint, read.report).intersection(access.scopes):
        raise answers.unauthorised()
    if read.endpoint == "Journals" and not sandbox.registration.has_journals:
        raise answers.unauthorised()
    if read.endpoint in ("Reports", "Journals") and not access.consent.person.sees_reports:
        raise answers.no_report_role()


def _answered(sandbox: Sandbox, request: Request, call: _Call) -> Response:
    if limited := misbehave.limited(sandbox.faults, request.path):
        sandbox.tally.rate_limited += 1
        raise limited
    if call.read is None:
        raise answers.only_reads(request.method) if request.method not in ("GET", "HEAD") else answers.not_found()
    with sandbox.lock:
        _allow(sandbox, call.access, call.read)
        asked = _Asked(sandbox, call.organisation, request, Params(request.args.items()))
        try:
            return _enveloped(asked, call.read.answer(asked))
        except BadDocument as error:
            raise answers.invalid(str(error)) from None


def _enveloped(asked: _Asked, answer: _Answer) -> Response:
    now = asked.sandbox.clock.now()
    envelope: Json = {
        "Id": str(uuid.uuid4()),
        "Status": "OK",
        "ProviderName": answers.PROVIDER_NAME,
        "DateTimeUTC": envelope_time(now),
    }
    if answer.pagination is not None:
        envelope["pagination"] = answer.pagination
    envelope[answer.key] = spoiling.shaped(answer.entities, asked.sandbox.faults, asked.path)
    if "application/json" in asked.request.headers.get("Accept", "").lower():
        return answers.json_answer(envelope)
    return Response(xml.encode(xml.envelope_moment(envelope, now)), content_type="text/xml; charset=utf-8")


def _refused(sandbox: Sandbox, refusal: answers.Refusal) -> Response:
    return answers.refused(refusal, lower_keys=sandbox.facts.lower_keys)


# --- which calls are reads -----------------------------------------------------------------------------------------


def _read_for(request: Request, rest: str) -> _Read | None:
    """Return the read that a call is, or None for everything that is not one."""
    name, _, ident = rest.partition("/")
    ident, _, part = ident.partition("/")
    if request.method not in ("GET", "HEAD") or part.lower() not in ("", *_EMPTY_PARTS):
        return None
    name = _SPELT.get(name.lower(), name)
    if name == "Journals" and not part:
        return _Read("Journals", _one_journal(ident) if ident else _journals)
    if name == "Reports" and ident and not part:
        return _Read("Reports", _report(ident), ident)
    listing = LISTINGS.get(name)
    if listing is None:
        return None
    return _Read(name, _answering(listing, ident, part))


def _answering(listing: Listing, ident: str, part: str) -> Callable[[_Asked], _Answer]:
    if part:
        return _part(listing, ident, part)
    return _one(listing, ident) if ident else _list(listing)


def _list(listing: Listing) -> Callable[[_Asked], _Answer]:
    def answer(asked: _Asked) -> _Answer:
        modified = pages.since(asked.request.headers.get("If-Modified-Since", ""))
        moving = asked.params.number("page", 1) > 1 and asked.sandbox.faults.take("row_moves", asked.path)
        if listing.name == "Budgets":
            return _Answer(listing.key, pages.budgets(asked.organisation, asked.params).entities)
        found = pages.listed(
            asked.organisation, listing, asked.params, modified, asked.sandbox.facts, moving=bool(moving)
        )
        entities = [_shown(asked, listing, it) for it in found.entities]
        return _Answer(listing.key, entities, found.pagination)

    return answer


def _one(listing: Listing, ident: str) -> Callable[[_Asked], _Answer]:
    def answer(asked: _Asked) -> _Answer:
        return _Answer(listing.key, [_shown(asked, listing, pages.one(asked.organisation, listing, ident))])

    return answer


def _part(listing: Listing, ident: str, part: str) -> Callable[[_Asked], _Answer]:
    def answer(asked: _Asked) -> _Answer:
        pages.one(asked.organisation, listing, ident)
        return _Answer(_EMPTY_PARTS[part.lower()], [])

    return answer


def _shown(asked: _Asked, listing: Listing, document: Json) -> Json:
    return shown(
        listing.name,
        document,
        four_digits=asked.params.text("unitdp") == "4",
        archived=asked.params.flag("includeArchived"),
        empty_for_null=asked.sandbox.facts.empty_for_null,
    )


# --- journals and reports ------------------------------------------------------------------------------------------


def _accrual_only(asked: _Asked) -> None:
    if asked.params.flag(_PAYMENTS_ONLY) and asked.sandbox.facts.payments_only == "refused":
        raise answers.invalid("This sandbox keeps its books on the accrual basis only")


def _journals(asked: _Asked) -> _Answer:
    _accrual_only(asked)
    faults, journals = asked.sandbox.faults, asked.organisation.journals
    first = bisect_right(journals, asked.params.number("offset", 0), key=lambda it: it.number)
    modified = pages.since(asked.request.headers.get("If-Modified-Since", ""))
    size = JOURNALS_A_PAGE
    if short := faults.take("short_page", asked.path):
        size = min(size, int(str(short.value)) if short.value is not True else 7)
    if modified is None:
        page = journals[first : first + size]
    else:
        later = (it for it in journals[first:] if it.created.replace(microsecond=0) >= modified)
        page = [it for it, _ in zip(later, range(size), strict=False)]
    return _Answer("Journals", spoiling.journals([it.document() for it in page], faults, asked.path))


def _one_journal(ident: str) -> Callable[[_Asked], _Answer]:
    def answer(asked: _Asked) -> _Answer:
        return _Answer("Journals", [_journal(asked.organisation, ident).document(with_source=False)])

    return answer


def _journal(organisation: Organisation, ident: str) -> Journal:
    if ident.isdecimal():
        place = bisect_right(organisation.journals, int(ident), key=lambda it: it.number) - 1
        if place >= 0 and organisation.journals[place].number == int(ident):
            return organisation.journals[place]
    found = next((it for it in organisation.journals if it.id == ident.lower()), None)
    if found is None:
        raise answers.not_found()
    return found


def _report(name: str) -> Callable[[_Asked], _Answer]:
    def answer(asked: _Asked) -> _Answer:
        _accrual_only(asked)
        try:
            report = asked.organisation.report(name, asked.params.spelt(_REPORT_PARAMS))
        except KeyError:
            raise answers.not_found() from None
        if name == "TrialBalance":
            last = asked.params.day("date") or asked.sandbox.clock.today()
            report = spoiling.trial_balance(report, asked.sandbox.faults, asked.path, f"{last:%Y-%m}")
        return _Answer("Reports", [report])

    return answer
