"""Answers of Xero written by hand, and a transport that gives them: an organisation small enough to add up by eye."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx2

from tieout.providerkit.errors import ReconnectRequired
from tieout.providerkit.interface import Books
from tieout.providerkit.pace import Pace
from tieout.providers.xero.provider import Xero

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:9001"
Json = dict[str, Any]


def uuid(number: int) -> str:
    """Return an id that a reader recognises by its last digits."""
    return f"00000000-0000-4000-8000-{number:012d}"


TENANT = uuid(1)
BANK, DOLLARS, DEBTORS, CREDITORS, GST, EARNINGS, SALES, FLOWERS, RENT, WAGES, UNREALISED = map(uuid, range(101, 112))
ACME, BAY_POWER, OLD_ACME = uuid(201), uuid(202), uuid(203)
ROSE, TULIP = uuid(301), uuid(302)
REGION, NORTH, SOUTH = uuid(400), uuid(401), uuid(402)


def stamp(day: date | datetime) -> str:
    """Return a moment as Xero writes it; a day is its midnight, UTC."""
    moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day, tzinfo=UTC)
    return f"/Date({int(moment.timestamp() * 1000)}+0000)/"


def account(ident: str, code: str, name: str, kind: str, klass: str, **more: object) -> Json:
    return {"AccountID": ident, "Code": code, "Name": name, "Status": "ACTIVE", "Type": kind, "Class": klass, **more}


ACCOUNTS = [
    account(BANK, "090", "Cheque", "BANK", "ASSET", BankAccountType="BANK", CurrencyCode="NZD", SystemAccount=""),
    account(DOLLARS, "", "US dollars", "BANK", "ASSET", BankAccountType="BANK", CurrencyCode="USD"),
    account(DEBTORS, "610", "Accounts Receivable", "CURRENT", "ASSET", SystemAccount="DEBTORS"),
    account(CREDITORS, "800", "Accounts Payable", "CURRLIAB", "LIABILITY", SystemAccount="CREDITORS"),
    account(GST, "820", "GST", "CURRLIAB", "LIABILITY", SystemAccount="GST"),
    account(EARNINGS, "960", "Retained Earnings", "EQUITY", "EQUITY", SystemAccount="RETAINEDEARNINGS"),
    account(SALES, "200", "Sales", "REVENUE", "REVENUE"),
    account(FLOWERS, "310", "Flowers bought", "DIRECTCOSTS", "EXPENSE"),
    account(RENT, "469", "Rent", "OVERHEADS", "EXPENSE", Status="ARCHIVED"),
    account(WAGES, "804", "Wages Payable", "CURRLIAB", "LIABILITY", SystemAccount="WAGEPAYABLES"),
    account(UNREALISED, "497", "Unrealised gains", "EXPENSE", "EXPENSE", SystemAccount="UNREALISEDCURRENCYGAIN"),
]  # fmt: skip

LISTS: dict[str, list[Json]] = {
    "Accounts": ACCOUNTS,
    "Contacts": [
        {"ContactID": ACME, "Name": "Acme", "ContactStatus": "ACTIVE", "IsSupplier": False, "IsCustomer": True},
        {"ContactID": BAY_POWER, "Name": "Bay Power", "ContactStatus": "ARCHIVED"},
        {"ContactID": OLD_ACME, "Name": "Acme Ltd", "ContactStatus": "ARCHIVED", "MergedToContactID": ACME},
    ],
    "Items": [{"ItemID": ROSE, "Code": "ROSE", "Name": "Rose"}, {"ItemID": TULIP, "Code": "TULIP"}],
    "TrackingCategories": [
        {
            "TrackingCategoryID": REGION, "Name": "Region", "Status": "ACTIVE",
            "Options": [
                {"TrackingOptionID": NORTH, "Name": "North", "Status": "ACTIVE"},
                {"TrackingOptionID": SOUTH, "Name": "South", "Status": "ARCHIVED"},
            ],
        }
    ],
}  # fmt: skip

ORGANISATION: Json = {
    "OrganisationID": uuid(2), "Name": "Maple Florist", "BaseCurrency": "NZD", "FinancialYearEndDay": 31,
    "FinancialYearEndMonth": 3, "Timezone": "NEWZEALANDSTANDARDTIME", "ShortCode": "!23abc",
    "PeriodLockDate": stamp(date(2025, 12, 31)), "EndOfYearLockDate": "/Date(1743379200000)/",
}  # fmt: skip


def side(ident: str, net: str | float, text: str = "", **more: object) -> Json:
    """Return a journal's line; ``option`` is its tracking option."""
    option = more.pop("option", None)
    tracked = [{"Name": "Region", "Option": "?", "TrackingCategoryID": REGION, "TrackingOptionID": option}]
    return {
        "JournalLineID": uuid(0), "AccountID": ident, "Description": text, "NetAmount": net, "GrossAmount": net,
        "TaxAmount": 0.0, "TrackingCategories": tracked if option else [], **more,
    }  # fmt: skip


def journal(number: int, day: date, *lines: Json, source: str = "", source_id: str = "", **more: object) -> Json:
    found: Json = {
        "JournalID": uuid(900000 + number), "JournalDate": stamp(day), "JournalNumber": number, "Reference": "",
        "CreatedDateUTC": stamp(NOW), "JournalLines": list(lines), **more,
    }  # fmt: skip
    if source:
        found |= {"SourceType": source, "SourceID": source_id}
    return found


def negated(found: Json, number: int) -> Json:
    """Return the journal that undoes another one."""
    lines = [
        line | {"NetAmount": -line["NetAmount"], "GrossAmount": -line["NetAmount"]} for line in found["JournalLines"]
    ]
    return found | {"JournalID": uuid(900000 + number), "JournalNumber": number, "JournalLines": lines}


def item(ident: str, amount: str | float, text: str = "", **more: object) -> Json:
    """Return a document's line."""
    return {"AccountID": ident, "LineAmount": amount, "Description": text, "TaxAmount": 0.0, "Tracking": [], **more}


def invoice(number: int, *lines: Json, kind: str = "ACCREC", contact: str = ACME, **more: object) -> Json:
    return {
        "Type": kind, "InvoiceID": uuid(number), "InvoiceNumber": f"INV-{number}", "Reference": "PO 7",
        "Contact": {"ContactID": contact}, "Status": "AUTHORISED", "LineAmountTypes": "Exclusive",
        "LineItems": list(lines), "Total": 115.0, "CurrencyCode": "NZD", "UpdatedDateUTC": stamp(NOW), **more,
    }  # fmt: skip


def cell(value: str, ident: str = "") -> Json:
    return {"Value": value, "Attributes": [{"Id": "account", "Value": ident}]} if ident else {"Value": value}


def trial_balance(*rows: tuple[str, str, str, str, str], title: str = "As at 31 January 2026") -> Json:
    """Return a trial balance of rows (account, debit, credit, YTD debit, YTD credit) with a right total."""
    data = [row(f"Name ({it[0]})", *it[1:], ident=it[0]) for it in rows]
    total = [f"{sum(round(float(it[at] or 0) * 100) for it in rows) / 100:.2f}" for at in range(1, 5)]
    columns = [{"Value": name} for name in ("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")]
    foot = row("Total", *total) | {"RowType": "SummaryRow"}
    sections = [section("Assets", *data[:1]), section("Equity", *data[1:]), section("", foot)]
    return {
        "ReportName": "Trial Balance", "ReportTitles": ["Trial Balance", "Maple Florist", title],
        "Rows": [{"RowType": "Header", "Cells": columns}, *sections],
    }  # fmt: skip


def row(*values: str, ident: str = "") -> Json:
    return {"RowType": "Row", "Cells": [cell(value, ident) for value in values]}


def section(title: str, *rows: Json) -> Json:
    return {"RowType": "Section", "Title": title, "Rows": list(rows)}


def token(scopes: str, *, consent: str = "") -> str:
    """Return an access token that names its scopes, as Xero's do."""
    claims = base64.urlsafe_b64encode(
        json.dumps({"scope": scopes.split(), "authentication_event_id": consent}).encode()
    )
    return f"head.{claims.rstrip(b'=').decode()}.signature"


READ_ALL = (
    "accounting.settings.read accounting.contacts.read accounting.transactions.read accounting.reports.read "
    "accounting.journals.read"
)


@dataclass(slots=True)
class Tokens:
    """A token source that knows a few tokens, and remembers which were refused."""

    known: list[str] = field(default_factory=lambda: [token(READ_ALL), token(READ_ALL, consent="x")])
    refused: list[str] = field(default_factory=list)

    def access(self) -> str:
        return self.known[0]

    def renew(self, rejected: str) -> str:
        self.refused.append(rejected)
        self.known = [one for one in self.known if one != rejected]
        if not self.known:
            raise ReconnectRequired("no token is left")
        return self.known[0]


Answering = Callable[[httpx2.Request], httpx2.Response | None]


@dataclass(slots=True)
class Platform:
    """An organisation that answers over a transport. ``first`` may answer before all else."""

    journals: list[Json] = field(default_factory=list)
    held: dict[str, list[Json]] = field(default_factory=lambda: json.loads(json.dumps(LISTS)))
    organisation: Json = field(default_factory=lambda: dict(ORGANISATION))
    report: Callable[[dict[str, str]], Json] = lambda _params: trial_balance()
    most: int = 100  # journals in an answer
    now: datetime = NOW  # by its own clock
    first: Answering = lambda _request: None
    seen: list[httpx2.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    observed: list[str] = field(default_factory=list)
    tokens: Tokens = field(default_factory=Tokens)

    def wait(self) -> None:
        """Allow a call at once: tests do not wait."""

    def provider(self, **settings: str) -> Xero:
        pace = Pace(limit=self, sleep=self.slept.append, jitter=lambda _most: 0.0)
        given = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret-of-the-app", "ADDRESS": ADDRESS, **settings}
        return Xero(given, httpx2.MockTransport(self.answer), pace=lambda _tenant: pace, clock=lambda: NOW)

    def books(self) -> Books:
        return self.provider().open(TENANT, self.tokens, basis="accrual", observe=self.observed.append)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        if (given := self.first(request)) is not None:
            return given
        path, params = request.url.path.removeprefix("/api.xro/2.0/"), dict(request.url.params)
        found = self._sound(path, params, request.headers.get("if-modified-since", ""))
        if found is None:
            return httpx2.Response(404, text="The resource you're looking for cannot be found")
        return httpx2.Response(200, json={"Id": uuid(9), "Status": "OK", "DateTimeUTC": stamp(self.now), **found})

    def _sound(self, path: str, params: dict[str, str], since: str) -> Json | None:
        endpoint, _, ident = path.partition("/")
        if path == "Organisation":
            return {"Organisations": [self.organisation]}
        if path == "Reports/TrialBalance":
            return {"Reports": [self.report(params)]}
        if path == "Journals":
            after = [it for it in self.journals if it["JournalNumber"] > int(params["offset"])]
            return {"Journals": after[: self.most]}
        rows = self.held.get(endpoint, [])
        if ident:
            rows = [row for row in rows if ident in row.values()]
            return {endpoint: rows} if rows else None
        if wanted := params.get("IDs"):
            rows = [row for row in rows if row["InvoiceID"] in wanted.split(",")]
        if since:
            edge = datetime.fromisoformat(since).replace(tzinfo=UTC)
            rows = [row for row in rows if row.get("UpdatedDateUTC", stamp(NOW)) >= stamp(edge)]
        if "page" not in params:
            return {endpoint: rows}
        page, size = int(params["page"]), int(params["pageSize"])
        count = -(-len(rows) // size) or 1
        return {
            "pagination": {"page": page, "pageSize": size, "pageCount": count, "itemCount": len(rows)},
            endpoint: rows[(page - 1) * size : page * size],
        }
