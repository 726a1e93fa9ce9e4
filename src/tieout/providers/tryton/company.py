"""What is read of a company besides its moves: who it is, and its lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo

from tieout.core.records import AccountRecord, ListRecord, Organisation
from tieout.providerkit.errors import PermissionMissing, UnreadableBooks
from tieout.providers.tryton import places, wire
from tieout.providers.tryton.client import Client
from tieout.providers.tryton.faults import RefusedCallThere
from tieout.providers.tryton.lists import Lists, account_records, analytic_records, party_records
from tieout.providers.tryton.mapping import CLOSING_JOURNAL, CLOSING_PERIOD

R = TypeVar("R", bound=wire.Row)

_PARTIES = 500  # so many ids in one question


class CompanyReader:
    """Reads one company, and keeps what it has learnt for as long as the books are open."""

    def __init__(self, client: Client, company: int) -> None:
        self.client = client
        self.company = company
        self._lists: Lists | None = None
        self._given = False  # whether what was read last has been handed out

    @property
    def context(self) -> dict[str, object]:
        """The context of each call: the company, its inactive records too, words in English."""
        return {"company": self.company, "language": "en", "active_test": False}

    @property
    def mine(self) -> list[object]:
        """The condition that a record is this company's."""
        return ["company", "=", self.company]

    # --- who it is ---

    def organisation(self) -> Organisation:
        """Return the company as Tryton describes it."""
        return self._organisation

    @cached_property
    def _organisation(self) -> Organisation:
        fields = ("party.name", "currency.code", "currency.digits", "timezone")
        found = self.client.some(
            places.COMPANY, [["id", "=", self.company]], wire.Company, fields, self.context, limit=1
        )
        if not found or self.company not in self.client.preferences().readable:
            # Its moves would be none, and no call would fail.
            raise PermissionMissing(f"The Tryton user may no longer open company {self.company}, or works for another")
        it = found[0]
        code = it.currency.code or ""
        if not (len(code) == 3 and code.isascii() and code.isupper()):
            raise UnreadableBooks(f"the currency has the code {code!r}", where="company")
        return Organisation(
            external_id=str(self.company),
            name=it.party.name,
            currency=code,
            digits=it.currency.digits,
            fiscal_year_first_month=self._first_month(),
            timezone=_timezone(it.timezone or ""),
            closed_through=self._closed_through(),
        )

    def _first_month(self) -> int:
        years = self.client.some(
            places.FISCAL_YEAR, [self.mine], wire.Span, ("start_date", "end_date"), self.context,
            order=[("start_date", "DESC")], limit=1,
        )  # fmt: skip
        if not years:
            return 1
        start = years[0].start_date.date()
        if start.day != 1:
            raise UnreadableBooks(f"the fiscal year begins on {start:%-d %B}, inside a month", where="fiscal years")
        return start.month

    def _closed_through(self) -> date | None:
        """Return the last day before the first period that is open, if there is a closed one before it."""
        ordinary = [["fiscalyear.company", "=", self.company], ["type", "=", "standard"]]
        spans = ("start_date", "end_date")
        first_open = self.client.some(
            places.PERIOD, [*ordinary, ["state", "=", "open"]], wire.Span, spans, self.context,
            order=[("start_date", "ASC")], limit=1,
        )  # fmt: skip
        before = [["end_date", "<", wire.day(first_open[0].start_date.date())]] if first_open else []
        closed = self.client.some(
            places.PERIOD, [*ordinary, ["state", "!=", "open"], *before], wire.Span, spans, self.context,
            order=[("end_date", "DESC")], limit=1,
        )  # fmt: skip
        return closed[0].end_date.date() if closed else None

    # --- lists ---

    def lists(self, *, anew: bool = False) -> Lists:
        """Return all lists, as they were read last; read them now if they never were, or ``anew``."""
        if self._lists is None or anew:
            self._lists = Lists.of(self._read())
            self._given = False
        return self._lists

    def handed_out(self) -> Lists:
        """Return lists that nobody has been given yet: those that a move has just made us read, or new ones."""
        lists = self.lists(anew=self._given)
        self._given = True
        return lists

    def recall(self, records: Iterable[ListRecord]) -> None:
        """Take lists as read before."""
        self._lists, self._given = Lists.of(records), True

    def _read(self) -> Iterator[ListRecord]:
        flags = ("assets", "receivable", "stock", "payable", "debt", "revenue", "expense")
        types = self._all(places.TYPE, [self.mine], wire.Type, "name", "parent", "statement", *flags)
        fields = ("name", "code", "type", "parent", "closed", "active", "party_required", "second_currency.code")
        accounts = list(self._all(places.ACCOUNT, [self.mine], wire.Account, *fields))
        records = account_records(accounts, types)
        yield from records
        yield from self._parties(accounts, {it.external_id: it for it in records})
        yield from analytic_records(list(self._analytic()))

    def _parties(self, accounts: Iterable[wire.Account], records: dict[str, AccountRecord]) -> Iterator[ListRecord]:
        pairs = {
            (it.account, it.party) for it in self._all(places.BY_PARTY, [self.mine], wire.Pair, "account", "party")
        }
        pairs |= self._on_closed(accounts)
        people = frozenset(str(it.party) for it in self._all(places.EMPLOYEE, [self.mine], wire.Employee, "party"))
        wanted = sorted({party for _, party in pairs})
        parties = [
            party
            for start in range(0, len(wanted), _PARTIES)
            for party in self._all(
                places.PARTY, [["id", "in", wanted[start : start + _PARTIES]]], wire.Party, "name", "active"
            )
        ]
        yield from party_records(pairs, parties, records, people)

    def _on_closed(self, accounts: Iterable[wire.Account]) -> set[tuple[int, int]]:
        """Return the pairs of closed accounts, which Tryton's own table leaves out."""
        closed = [it.id for it in accounts if it.closed and it.party_required]
        if not closed:
            return set()
        domain = [["account", "in", closed], ["party", "!=", None]]
        lines = self._all(places.LINE, domain, wire.PartyOfLine, "account", "party")
        return {(it.account, it.party) for it in lines if it.party is not None}

    def _analytic(self) -> Iterator[wire.Analytic]:
        if self.has_analytic:
            fields = ("name", "code", "type", "root", "parent", "active")
            yield from self._all(places.ANALYTIC, [self.mine], wire.Analytic, *fields)

    @cached_property
    def has_analytic(self) -> bool:
        """Whether the server has the module of analytic accounts."""
        try:
            self.client.count(places.ANALYTIC, [self.mine], self.context)
        except RefusedCallThere:
            return False
        return True

    def _all(self, model: str, domain: Sequence[object], shape: type[R], *fields: str) -> Iterator[R]:
        return self.client.all(model, domain, shape, fields, self.context)

    # --- closing moves ---

    @cached_property
    def closing(self) -> list[tuple[int, int]]:
        """The journals and periods in which years were closed: pairs that have posted moves."""
        domain = [
            self.mine, ["state", "=", "posted"], ["journal.type", "=", CLOSING_JOURNAL],
            ["period.type", "=", CLOSING_PERIOD],
        ]  # fmt: skip
        found = self._all(places.MOVE, domain, wire.Place, "journal", "period")
        return sorted({(it.journal, it.period) for it in found})


def _timezone(name: str) -> str:
    """Return a time zone that exists: a company may have none, and UTC does no harm."""
    try:
        return ZoneInfo(name).key if name else "UTC"
    except (KeyError, ValueError, OSError):
        return "UTC"
