"""A platform whose postings are a numbered feed, in memory; it can be read by documents too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
    After,
    Balances,
    Checkpoint,
    EntryRecord,
    Gone,
    Hints,
    LineRecord,
    ListRecord,
    Organisation,
    Part,
    PartyKey,
    PartyKind,
    PartyRecord,
    Statement,
    Window,
)
from tieout.providerkit.errors import TryAgainLater
from tieout.providerkit.interface import About, Capabilities, Granted, GrantKind, Group, Named, Past, Tokens

PAGE = 3  # postings in an answer
CHART = {
    "bank": AccountType.ASSET,
    "rent": AccountType.EXPENSE,
    "sales": AccountType.INCOME,
    "earnings": AccountType.EQUITY,
    "dollars": AccountType.ASSET,
    "gain": AccountType.INCOME,
}
ROLES = {"earnings": AccountRole.RETAINED_EARNINGS, "gain": AccountRole.UNREALISED_GAIN}
NOBODY = PartyKey(PartyKind.VENDOR, "v1")


@dataclass(slots=True)
class Journals:
    """The platform: postings are only ever added, and what is posted stands under its document."""

    posted: list[EntryRecord] = field(default_factory=list)
    numbered: bool = True
    calls: list[str] = field(default_factory=list)
    lost: str = ""  # the record whose postings the feed does not show
    busy_after: int = -1  # how many more calls are answered; -1: all
    looked_back_at: list[frozenset[str]] = field(default_factory=list)
    unlisted: list[EntryRecord] = field(default_factory=list)  # what no document shows, the balances do
    itemises: bool = True
    told: tuple[date, ...] | None = None  # of documents that changed; None: the platform cannot tell

    def post(self, record: str, day: str, amount: int, *, account: str = "rent") -> None:
        """Post a bill: ``amount`` minor units on an account, against the bank."""
        self._append(record, date.fromisoformat(day), ((account, amount), ("bank", -amount)), "")

    def post_unlisted(self, day: str, amount: int, *, account: str = "rent", against: str = "bank") -> None:
        """Post what is in no document: a pay run, a revaluation."""
        lines = tuple(LineRecord(account=it, amount=by) for it, by in ((account, amount), (against, -amount)))
        self.unlisted.append(EntryRecord(type="System", external_id="", date=date.fromisoformat(day), lines=lines))

    def void(self, record: str) -> None:
        """Undo what stands of a document."""
        undone = {it.reverses for it in self.posted}
        for it in [it for it in self.posted if it.record == record and not it.reverses and it.key not in undone]:
            self._append(record, it.date, tuple((line.account, -line.amount) for line in it.lines), it.key)

    def edit(self, record: str, day: str, amount: int) -> None:
        self.void(record)
        self.post(record, day, amount)

    def _append(self, record: str, day: date, lines: tuple[tuple[str, int], ...], reverses: str) -> None:
        self.posted.append(
            EntryRecord(
                type="Bill", external_id=f"j{len(self.posted) + 1}", date=day, record=record, reverses=reverses,
                number=record, party=NOBODY,
                lines=tuple(LineRecord(account=account, amount=amount) for account, amount in lines),
            )
        )  # fmt: skip

    def answer(self, call: str) -> None:
        """Count a call, or be busy."""
        if self.busy_after == 0:
            self.busy_after = -1
            raise TryAgainLater("busy")
        self.busy_after -= 1 if self.busy_after > 0 else 0
        self.calls.append(call)

    def documents(self) -> list[EntryRecord]:
        """What stands, as documents."""
        undone = {it.reverses for it in self.posted}
        standing = [it for it in self.posted if not it.reverses and it.key not in undone]
        return [
            EntryRecord(
                type=it.type, external_id=it.record, date=it.date, record=it.record, number=it.number, party=it.party,
                lines=it.lines,
            )
            for it in standing
        ]  # fmt: skip

    def balance(self, account: str, first: date | None, end: date) -> int:
        return sum(
            line.amount
            for it in (*self.posted, *self.unlisted)
            for line in it.lines
            if line.account == account and (first is None or it.date >= first) and it.date < end
        )


class JournalBooks:
    """Its books, opened."""

    def __init__(self, platform: Journals) -> None:
        self._platform = platform

    @property
    def capabilities(self) -> Capabilities:
        numbered = self._platform.numbered
        return Capabilities(
            feed=self._platform.told is not None, itemises_everything=self._platform.itemises,
            reports_balances=True, sees_deletions=True, future_months=0,
            source="journals" if numbered else "documents", numbered=numbered, window_months=12,
        )  # fmt: skip

    def organisation(self) -> Organisation:
        return Organisation(
            external_id="1", name="Toy", currency="USD", digits=2, fiscal_year_first_month=1, timezone="UTC"
        )

    def lists(self) -> Iterator[ListRecord]:
        for name, type_ in CHART.items():
            role, currency = ROLES.get(name, AccountRole.NONE), "USD" if name == "dollars" else ""
            yield AccountRecord(external_id=name, name=name, type=type_, subtype="", role=role, currency=currency)
        yield PartyRecord(key=NOBODY, name="Landlord")

    def recall(self, records: Iterable[ListRecord]) -> None:
        pass

    def hints(self, since: str | None) -> Hints:
        told = self._platform.told
        return Hints(complete=since is not None, cursor="since then", dates=told or (), lists=False)

    def earliest(self) -> Month | None:
        return min((Month.of(it.date) for it in self._platform.posted), default=None)

    def read(self, part: Part, *, past: Past | None = None) -> Iterator[EntryRecord | Gone | Checkpoint]:
        match part:
            case After(cursor=cursor, resume=resume) if self._platform.numbered:
                assert past is not None
                yield from self._after(int(resume or cursor or 0), past)
            case Window(start=start, end=end) if not self._platform.numbered:
                self._platform.answer(f"documents {start}")
                yield from (it for it in self._platform.documents() if start <= it.date < end)
                yield Checkpoint(resume=end.isoformat(), complete=True, covered=part)
            case _:
                raise TypeError(part)

    def _after(self, number: int, past: Past) -> Iterator[EntryRecord | Checkpoint]:
        while True:
            self._platform.answer(f"after {number}")
            page = self._platform.posted[number : number + PAGE]
            if not page:
                yield Checkpoint(resume=str(number), complete=True)
                return
            self._platform.looked_back_at.append(frozenset(it.key for it in past({it.record for it in page})))
            yield from (it for it in page if it.record != self._platform.lost)
            number += len(page)
            yield Checkpoint(resume=str(number), complete=False)

    def balances(self, statement: Statement, months: Sequence[Month]) -> Iterator[Balances]:
        for month in months:
            self._platform.answer(f"{statement} {month}")
            year, end = Month.of(month.start).fiscal_year_start(1).start, month.end
            amounts = {
                name: self._platform.balance(name, None if type_.on_balance_sheet else year, end)
                for name, type_ in CHART.items()
            }
            earlier = sum(self._platform.balance(name, None, year) for name in ("rent", "sales", "gain"))
            amounts["earnings"] += earlier
            yield Balances(statement=statement, month=month, amounts={k: v for k, v in amounts.items() if v})


class JournalProvider:
    """The platform's provider: access is as given as can be."""

    configured, is_sandbox = True, True
    about = About(
        key="quickbooks", name="Toy", short="TY", group=Group.ACCOUNTING, grant=GrantKind.CODE, bases=("accrual",),
        editions="", reads="", never_reads="", admin_note="", docs="",
    )  # fmt: skip

    def __init__(self, platform: Journals) -> None:
        self._platform = platform

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        return f"https://toy.test/?state={state}"

    def accept(self, params: Mapping[str, str], *, redirect_uri: str, now: datetime) -> Granted:
        return Granted(tokens=self.refresh(None, now=now), organisations=(Named(external_id="1"),))

    def refresh(self, tokens: Tokens | None, *, now: datetime) -> Tokens:
        return Tokens(access="a", refresh="r", access_expires=now + timedelta(days=999))

    def revoke(self, tokens: Tokens, organisation: str) -> None:
        pass

    def open(self, organisation: str, tokens: object, *, basis: str, observe: object) -> JournalBooks:
        return JournalBooks(self._platform)

    def record_link(self, organisation: str, entry_type: str, external_id: str) -> str:
        return ""
