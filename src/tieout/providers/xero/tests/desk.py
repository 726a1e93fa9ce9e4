"""An organisation that answers by hand: lists and documents as they lie on a desk, and what was asked of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2

from tieout.kit.http import CallGroup, Outbound
from tieout.providerkit.pace import Pace
from tieout.providers.xero.client import Client
from tieout.providers.xero.documents import DocumentsReader
from tieout.providers.xero.documents_pages import Pages
from tieout.providers.xero.places import places
from tieout.providers.xero.tenant import TenantReader
from tieout.providers.xero.tests.posted import CODES, NAMES, Json
from tieout.providers.xero.wire import moment

ADDRESS = "http://127.0.0.1:9001"
NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
PAGED = ("Invoices", "CreditNotes", "BankTransactions", "Payments", "Prepayments", "Overpayments", "ManualJournals")
UNPAGED = ("BankTransfers", "ExpenseClaims")

_BANKS = {"bank": "NZD", "savings": "NZD", "euro": "EUR", "dollar": "USD"}
_SYSTEMS = {"ar": "DEBTORS", "ap": "CREDITORS", "gst": "GST", "claims": "UNPAIDEXPCLM", "gain": "REALISEDCURRENCYGAIN"}
_KINDS = {"sales": "REVENUE", "other": "REVENUE", "rent": "OVERHEADS", "office": "EXPENSE", "gain": "EXPENSE"}


def at(when: datetime) -> str:
    """Return a moment as Xero writes it."""
    return f"/Date({int(when.timestamp() * 1000)}+0000)/"


def account(key: str) -> Json:
    found: Json = {"AccountID": key, "Name": NAMES[key], "Status": "ACTIVE", "UpdatedDateUTC": at(LONG_AGO)}
    found["Code"] = next((code for code, name in CODES.items() if name == key), "")
    if key in _BANKS:
        return {**found, "Type": "BANK", "Class": "ASSET", "BankAccountType": "BANK", "CurrencyCode": _BANKS[key]}
    kind = _KINDS.get(key, "CURRENT" if key == "ar" else "CURRLIAB")
    klass = {"REVENUE": "REVENUE", "CURRENT": "ASSET", "CURRLIAB": "LIABILITY"}.get(kind, "EXPENSE")
    return {**found, "Type": kind, "Class": klass, "SystemAccount": _SYSTEMS.get(key, "")}


def contact(external_id: str, **more: object) -> Json:
    return {"ContactID": external_id, "Name": external_id.title(), "UpdatedDateUTC": at(LONG_AGO), **more}


def _lists() -> dict[str, list[Json]]:
    option = {"TrackingOptionID": "ops", "Name": "Ops", "Status": "ACTIVE"}
    return {
        "Accounts": [account(key) for key in NAMES],
        "Contacts": [contact("agency")],
        "Items": [{"ItemID": "rose", "Code": "ROSE", "Name": "Rose", "UpdatedDateUTC": at(LONG_AGO)}],
        "TrackingCategories": [{"TrackingCategoryID": "department", "Name": "Department", "Options": [option]}],
        "Currencies": [{"Code": "NZD"}],
        "Organisation": [{"Name": "Maple Florist", "BaseCurrency": "NZD", "FinancialYearEndMonth": 3}],
        **{name: [] for name in (*PAGED, *UNPAGED)},
    }


@dataclass(slots=True)
class Desk:
    """The organisation. ``meanwhile`` is called before each answer: somebody works while we read."""

    held: dict[str, list[Json]] = field(default_factory=_lists)
    now: datetime = NOW
    page: int = 1000
    counted: bool = True  # whether pages say how many there are
    lost: int = 0  # rows that the last page leaves out
    meanwhile: Callable[[str, dict[str, str]], None] = lambda _name, _params: None
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)  # name, params, since

    def put(self, name: str, *documents: Json) -> None:
        """Lay documents on the desk. They were changed long ago unless they say otherwise."""
        for document in documents:
            stamped = "CreatedDateUTC" if name == "BankTransfers" else "UpdatedDateUTC"
            self.held[name].append({stamped: at(LONG_AGO), **document})

    def reader(self, *, claims: bool = False, most: int = 20_000) -> DocumentsReader:
        return DocumentsReader(self.tenant(), claims=claims, most=most)

    def pages(self) -> Pages:
        return Pages(self.tenant().client)

    def tenant(self) -> TenantReader:
        where = places({"ADDRESS": ADDRESS})
        outbound = Outbound(where.calls(), CallGroup.READ, httpx2.MockTransport(self.answer))
        pace = Pace(limit=self, sleep=lambda _seconds: None, jitter=lambda _most: 0.0)
        return TenantReader(Client(outbound, where.api, "tenant", self, pace, lambda _name: None), "tenant")

    def names(self) -> list[str]:
        """Return what was asked for, without lists."""
        return [name for name, _, _ in self.asked if name.partition("/")[0] in (*PAGED, *UNPAGED)]

    # --- what a client needs ---

    def access(self) -> str:
        return "token"

    def renew(self, rejected: str) -> str:
        raise AssertionError(rejected)

    def wait(self) -> None:
        """Allow a call at once."""

    # --- answering ---

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        name = request.url.path.removeprefix("/api.xro/2.0/")
        params, since = dict(request.url.params), request.headers.get("if-modified-since", "")
        self.meanwhile(name, params)
        self.asked.append((name, params, since))
        name, _, external_id = name.partition("/")
        if external_id:
            found = [it for it in self.held[name] if external_id in it.values()]
            return self._said(name, {name: found}) if found else httpx2.Response(404, text="It cannot be found")
        rows = [it for it in self.held[name] if _matches(it, params, since)]
        if order := params.get("order"):
            rows.sort(key=lambda it: str(it.get(order, "")) if order != "Date" else moment(it["Date"]).isoformat())
        key = "Organisations" if name == "Organisation" else name
        if "page" not in params:
            return self._said(name, {key: rows})
        number, size = int(params["page"]), min(int(params["pageSize"]), self.page)
        pages = -(-len(rows) // size)
        paging = {"page": number, "pageSize": size, "pageCount": pages, "itemCount": len(rows)}
        shown = rows[(number - 1) * size : number * size]
        if number == pages and self.lost:
            shown = shown[: -self.lost]
        return self._said(name, {key: shown, **({"pagination": paging} if self.counted else {})})

    def _said(self, _name: str, body: Json) -> httpx2.Response:
        return httpx2.Response(200, text=json.dumps({"Status": "OK", "DateTimeUTC": at(self.now), **body}))


def _matches(row: Json, params: dict[str, str], since: str) -> bool:
    if since:
        stamped = row.get("UpdatedDateUTC") or row.get("CreatedDateUTC")
        if stamped and moment(stamped) < datetime.fromisoformat(since).replace(tzinfo=UTC):
            return False
    if ids := params.get("IDs"):
        return row["InvoiceID"] in ids.split(",")
    return all(_holds(row, condition) for condition in params.get("where", "").split(" AND ") if condition)


def _holds(row: Json, condition: str) -> bool:
    found = re.fullmatch(r'(\w+)(>=|<|==)(?:DateTime\((\d{4}),(\d\d),(\d\d)\)|"(\w+)")', condition)
    assert found, condition
    name, sign, year, month, day, text = found.groups()
    if text:
        return bool(row.get(name, "") == text)
    bound = datetime(int(year), int(month), int(day), tzinfo=UTC)
    here = moment(row[name])
    return here >= bound if sign == ">=" else here < bound


MINUTE = timedelta(minutes=1)
