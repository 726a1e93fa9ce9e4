"""Whole runs over any books against a sandbox in this process, and what the ledger then holds, by name."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path as File

import httpx2
from django.contrib.auth.models import User
from django.db import connection as database

from tests.connections.conftest import ADDRESS, Time, Unlimited, consent_to
from tests.connections.other_books import Other
from tests.connections.other_truth import Line, Path, Posting, Sums
from tieout.companies import services
from tieout.companies.models import Company
from tieout.connections import consent, providers, requests
from tieout.connections.models import Connection, RunKind, SyncRun
from tieout.connections.run import execute
from tieout.core.money import currency_digits, to_decimal
from tieout.core.month import Month
from tieout.jobs.registry import RetryAt
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book, DimensionSetValue, ListedVersion
from tieout.ledger.movements import movements
from tieout.providerkit.books import write_books
from tieout.providerkit.pace import Pace
from tieout.providers.quickbooks.provider import QuickBooks
from tieout.providers.quickbooks.sandbox import Sandbox, make_sandbox
from tieout.reports.exports import to_json, trial_balance_file
from tieout.reports.queries import ledger_at
from tieout.reports.trial_balance import trial_balances


@dataclass(frozen=True, slots=True)
class Link:
    """A company connected to a sandbox with other books."""

    sandbox: Sandbox
    connection: Connection
    person: User
    clock: Time

    def sync(self, *, everything: bool = False) -> SyncRun:
        """Run the queued run, or a new one, to its end; return it."""
        wanted = Connection.objects.get(pk=self.connection.pk)
        run = requests.request_sync(wanted, kind=RunKind.MANUAL, person=self.person, now=self.clock())
        SyncRun.objects.filter(pk=run.pk).update(everything=everything)
        for _ in range(60):  # a day of waiting
            try:
                execute(run.pk, clock=self.clock, check=lambda: None)
                break
            except RetryAt as later:
                self.clock.now = later.when
        run.refresh_from_db()
        return run

    def control(self, path: str, **body: object) -> dict[str, object]:
        """Do something to the books behind the provider's back."""
        with httpx2.Client(transport=httpx2.WSGITransport(app=self.sandbox.app), base_url=ADDRESS) as client:
            answer = client.post(f"/control/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    @property
    def book(self) -> Book:
        """The book as it is now."""
        return Book.objects.select_related("organisation").get(organisation=self.connection.organisation)


Wrap = Mapping[str, object]


@contextmanager
def stand_in(provider: QuickBooks) -> Iterator[None]:
    """Let a provider stand in for the shipped one."""
    before = providers.stand_ins.get("quickbooks")
    providers.stand_ins["quickbooks"] = provider
    try:
        yield
    finally:
        providers.stand_ins.pop("quickbooks")
        if before is not None:
            providers.stand_ins["quickbooks"] = before


def sandbox_of(it: Other, folder: File) -> Sandbox:
    """Return a sandbox that serves a company's books, its clock on the company's day."""
    path = folder / f"{it.seed}.jsonl"
    path.write_bytes(b"".join(write_books(it.books)))
    sandbox = make_sandbox(str(path), today=it.today, limits=False)
    if it.modern:
        sandbox.faults.set("dialect", "modern")
    return sandbox


@contextmanager
def linked(
    sandbox: Sandbox,
    today: date,
    person: User,
    *,
    history: str = "everything",
    transport: httpx2.BaseTransport | None = None,
) -> Iterator[Link]:
    """Connect a new company of a person to a sandbox; ``transport`` may stand between."""
    clock = Time(datetime.combine(today, time(17), UTC))
    company = services.create_company(name="Ours", person=person)
    provider = QuickBooks(
        {"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "ADDRESS": ADDRESS},
        transport or httpx2.WSGITransport(app=sandbox.app),
        pace=lambda _: Pace(Unlimited(), sleep=lambda _: None),
        clock=clock,
    )
    with stand_in(provider):
        wishes = consent.Wishes(history=history)
        address = consent.begin(company, person, "quickbooks", wishes, session="s", now=clock())
        made = consent.complete("quickbooks", consent_to(sandbox, address), person, session="s", now=clock())
        yield Link(sandbox, made, person, clock)


# --- what the ledger holds ----------------------------------------------------------------------------------------


def paths(book: Book, version: int) -> dict[int, Path]:
    """Return each account's path of names by row id."""
    accounts = chart(book, version)

    def path(own: int) -> Path:
        parent = accounts[own].parent
        return (*(path(parent) if parent is not None else ()), accounts[own].name)

    return {own: path(own) for own in accounts}


def ids_by_path(book: Book) -> dict[Path, str]:
    """Return the platform's ids of the published chart by path of names."""
    names = paths(book, book.published)
    return {names[id_]: it.external_id for id_, it in chart(book, book.published).items()}


def ids_by_name(book: Book) -> dict[tuple[str, str], str]:
    """Return the platform's ids of parties and dimension values by (kind or dimension, name)."""
    rows = ListedVersion.objects.filter(book=book, valid_from__lte=book.published, valid_to__gt=book.published)
    found = rows.values_list("listed__scope", "name", "listed__external_id")
    return {(scope, name): external_id for scope, name, external_id in found}


def our_movements(book: Book, version: int, start: date) -> Sums:
    """Return what each account moved by in each month from a day on."""
    names = paths(book, version)
    sums: defaultdict[tuple[Path, str], Decimal] = defaultdict(Decimal)
    for account, _, month, amount in movements(book, version):
        if month >= Month.of(start).key:
            sums[names[account], str(Month.from_key(month))] += to_decimal(amount, book.digits)
    return {key: amount for key, amount in sums.items() if amount}


def reported(company: Company, months: tuple[Month, ...], sync: int | None = None) -> Sums:
    """Return the trial balances of the exported report: what ``tieout report`` prints."""
    at = ledger_at(company, sync)
    names = {it.external_id: paths(at.book, at.version)[id_] for id_, it in at.accounts.items()}
    document = json.loads(to_json(trial_balance_file(at, list(trial_balances(at, months))), turn_signs=False))
    assert document["tie_out"] == "ties"
    return {
        (names[row["account"]["id"]], month): Decimal(amount)
        for row in document["rows"]
        for month, amount in row["amounts"].items()
        if Decimal(amount)
    }


_LINES = """
    SELECT entry.id, entry.date, entry.type, entry.number, line.account, line.amount, line.party, line.item,
           line.dimension_set, text.value, line.currency, line.currency_amount
    FROM ledger_line line
    JOIN ledger_entry entry ON entry.id = line.entry
    LEFT JOIN ledger_text text ON text.id = line.text
    WHERE line.book = %s AND line.valid_from <= %s AND line.valid_to > %s AND entry.kind = 'posted'
"""


def our_postings(book: Book, version: int) -> Counter[Posting]:
    """Return every posted entry that is visible at a version, with all that the ledger knows of it."""
    accounts, names = paths(book, version), _names(book, version)
    sets = _sets(names)
    found: defaultdict[tuple[int, date, str, str], Counter[Line]] = defaultdict(Counter)
    with database.cursor() as cursor:
        cursor.execute(_LINES, [book.pk, version, version])
        for row in cursor.fetchall():
            entry, day, kind, number, account, amount, party, item, dimensions, text, currency, foreign = row
            found[entry, day, kind, number][
                Line(
                    account=accounts[account],
                    amount=to_decimal(amount, book.digits).normalize(),
                    party=names[party] if party else None,
                    item=names[item][1] if item else "",
                    dimensions=sets.get(dimensions, ()),
                    text=text or "",
                    currency=currency,
                    currency_amount=to_decimal(foreign, currency_digits(currency) if currency else 0).normalize(),
                )
            ] += 1
    return Counter(
        Posting(day, kind, number, tuple(sorted(lines.items(), key=repr)))
        for (_, day, kind, number), lines in found.items()
    )


def _names(book: Book, version: int) -> dict[int, tuple[str, str]]:
    """Return (scope, name) of every list row: a party's kind, a value's dimension."""
    rows = ListedVersion.objects.filter(book=book, valid_from__lte=version, valid_to__gt=version)
    return {id_: (scope, name) for id_, scope, name in rows.values_list("listed", "listed__scope", "name")}


def _sets(names: Mapping[int, tuple[str, str]]) -> dict[int, tuple[tuple[str, str], ...]]:
    found: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for set_, value in DimensionSetValue.objects.values_list("dimension_set", "value"):
        if value in names:
            found[set_].append(names[value])
    return {set_: tuple(sorted(values)) for set_, values in found.items()}
