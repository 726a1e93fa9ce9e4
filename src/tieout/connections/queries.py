"""Reads of a company's connection, its runs, and what did not tie."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum

from tieout.companies.models import Company
from tieout.connections import scheduling
from tieout.connections.log_words import part_in_words
from tieout.connections.models import Connection, RunState, SyncRun
from tieout.connections.progress import facts_of
from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.core.records import EntryKind
from tieout.core.residuals import NOTHING_MOVED, Coverage
from tieout.kit.remember import remembered
from tieout.ledger import tie_out
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book, Difference, Publication, TieOutMonth
from tieout.ledger.queries import line_count
from tieout.ledger.tie_out import NET_INCOME, Mismatch

LOG_PAGE = 20


@remembered
def connection_of(company: Company) -> Connection | None:
    """Return the company's connection with its organisation and book, or None where there never was one."""
    return (
        Connection.objects.filter(company=company)
        .select_related("company", "organisation", "book")
        .order_by("pk")
        .first()
    )


def connections_of(company: Company | None) -> Sequence[Connection]:
    """Return a company's connections, or with None those of the whole installation, by company."""
    rows = Connection.objects.select_related("company", "organisation", "book").order_by("company__slug", "pk")
    return list(rows.filter(company=company) if company else rows)


def run_of(company: Company, run_id: int) -> SyncRun | None:
    """Return a run of this company with its connection, or None."""
    return _runs().filter(connection__company=company, pk=run_id).first()


def last_run(connection: Connection) -> SyncRun | None:
    """Return the newest run: the one that is under way, if one is."""
    return _runs().filter(connection=connection).order_by("-requested_at", "-pk").first()


def log(connection: Connection) -> QuerySet[SyncRun]:
    """Return the sync log, newest first, to be paged."""
    return _runs().filter(connection=connection).order_by("-requested_at", "-pk")


def held_run(connection: Connection) -> SyncRun | None:
    """Return the run that waits for an admin's decision: held, and not replaced by a later one."""
    book = connection.book
    if book is None or book.open_version is None:
        return None
    held = _runs().filter(connection=connection, state=RunState.HELD, version=book.open_version)
    return held.order_by("-pk").first()


def syncs_before(company: Company, times: Sequence[datetime]) -> list[int]:
    """Return, for each time, the sync whose figures readers had then; 0: none."""
    made = list(Publication.objects.filter(company=company).order_by("number").values_list("at", "number"))
    numbers = [0, *(number for _, number in made)]
    return [numbers[bisect_right([at for at, _ in made], time)] for time in times]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The figures that readers see now. Amounts are minor units of the book's currency."""

    publication: Publication
    accounts: int  # that differ somewhere; a statement's net income is none
    largest: int  # the largest single difference
    coverage: Coverage = NOTHING_MOVED  # how much of what moved is itemised
    revalued: bool = False  # whether currency revaluations explain differences

    @property
    def part(self) -> str:
        """How much is itemised, in words; "" where all of it is."""
        itemised = self.coverage.per_mille if self.coverage.not_itemised else None
        return part_in_words(itemised, revalued=self.revalued)


def published(book: Book | None) -> Published | None:
    """Return the publication that readers see, with what differs in it, or None before the first. One query."""
    if book is None or not book.published:
        return None
    of_version = Q(book=OuterRef("book_id"), version=OuterRef("version"))
    accounts = (
        Difference.objects.filter(of_version, explained="")
        .order_by()
        .values("book")
        .annotate(n=Count("account", distinct=True, filter=~Q(account=NET_INCOME)))
        .values("n")
    )
    months = TieOutMonth.objects.filter(of_version).order_by().values("book")
    revalued = Difference.objects.filter(of_version, explained=EntryKind.REVALUATION.value)
    row = (
        Publication.objects.filter(book=book, version=book.published)
        .select_related("book")
        .annotate(
            accounts=Subquery(accounts, output_field=IntegerField()),
            largest=Subquery(months.annotate(n=Max("largest")).values("n"), output_field=BigIntegerField()),
            moved=Subquery(months.annotate(n=Sum("moved")).values("n"), output_field=BigIntegerField()),
            not_itemised=Subquery(months.annotate(n=Sum("not_itemised")).values("n"), output_field=BigIntegerField()),
            revalued=Exists(revalued),
        )
        .first()
    )
    if row is None:
        return None
    return Published(
        publication=row,
        accounts=row.accounts or 0,
        largest=row.largest or 0,
        coverage=Coverage(int(row.not_itemised or 0), int(row.moved or 0)),
        revalued=row.revalued,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    """One balance that does not tie, in the words of a page. Minor units, debit positive."""

    account: str
    month: Month
    ours: int
    theirs: int
    statements: str

    @property
    def difference(self) -> int:
        return self.ours - self.theirs


def differences(book: Book, version: int) -> list[DifferenceRow]:
    """Return what did not tie at a version, months ascending; equal ones of several statements are one row."""
    found: defaultdict[tuple[Month, int, int, int], list[Mismatch]] = defaultdict(list)
    for it in tie_out.mismatches(book, version):
        found[it.month, it.account, it.ours, it.theirs].append(it)
    if not found:
        return []
    names = {id_: account.label for id_, account in chart(book, version).items()}
    return [
        DifferenceRow(
            account=names.get(account, "Net income"),
            month=month,
            ours=ours,
            theirs=theirs,
            statements=", ".join(it.statement.replace("_", " ") for it in same),
        )
        for (month, account, ours, theirs), same in found.items()
    ]


def state_of(connection: Connection) -> dict[str, object]:
    """Return a connection as plain values, for scripts here and on the command line."""
    book = connection.book
    now = published(book)
    last = last_run(connection)
    made = now.publication if now else None
    coming = scheduling.upcoming(connection)
    return {
        "connection": connection.pk,
        "provider": connection.provider,
        "organisation": connection.organisation.name,
        "state": connection.state,
        "trouble": connection.trouble,
        "remedy": connection.remedy,
        "sandbox": connection.is_sandbox,
        "sync_day": connection.sync_day,
        "show_running_month": connection.show_running_month,
        "next_sync": {"at": coming.at.isoformat(), "kind": coming.kind.value} if coming else None,
        "failing_since": connection.failing_since.isoformat() if connection.failing_since else None,
        "last_compared": connection.verified_at.isoformat() if connection.verified_at else None,
        "book": None if book is None else {
            "basis": book.basis, "currency": book.currency, "digits": book.digits, "start": book.start.isoformat(),
        },
        "last_run": facts_of(last) if last else None,
        "lines": line_count(book) if book else 0,
        "sync": made.number if made else None,
        "published": made.at.isoformat() if made else None,
        "verified": made.verified if made else None,
        "itemised_percent": to_text(now.coverage.per_mille, 1) if now else None,
        "revalued": now.revalued if now else None,
    }  # fmt: skip


def _runs() -> QuerySet[SyncRun]:
    return SyncRun.objects.select_related(
        "connection__company", "connection__organisation", "connection__book", "publication", "requested_by"
    )
