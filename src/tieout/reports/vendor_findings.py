"""What is worth looking at in vendor spend: new vendors, price rises, possible duplicates, late and lapsed bills.

Histories are those of all expense accounts, whatever the question narrows, and of vendors that its reader may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import PartyKind
from tieout.core.recurring import Bill, Recurring, duplicates, recurring, rises
from tieout.ledger.axis_sums import Axis
from tieout.ledger.bills import bills
from tieout.ledger.names import ListedName
from tieout.ledger.slices import By
from tieout.reports.document import Finding
from tieout.reports.queries import LedgerAt
from tieout.reports.question import Question
from tieout.reports.record_links import record_addresses
from tieout.reports.scope import Scope
from tieout.reports.vendor_addresses import vendor_address
from tieout.ui.figures import day, exact, percent, short_month

NEW, RISE, DUPLICATE, LATE = "New vendors", "Price rises", "Possible duplicates", "Late or lapsed bills"
KINDS = {NEW: "New", RISE: "Price up", DUPLICATE: "Twice?", LATE: "Late"}
_HISTORY = 6  # months of books before the range without which everybody would be new
_RECORDS = 400  # bills that are shown as evidence, of each kind
RHYTHM_WORDS = {1: "every month", 3: "every quarter", 12: "once a year"}


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, whose it is (row id), and its kind."""

    party: int
    kind: str
    finding: Finding


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What every kind of finding needs."""

    at: LedgerAt
    asked: Question
    parties: Mapping[int, ListedName]
    scope: Scope
    histories: Mapping[int, Mapping[Month, int]]
    address: Callable[[str, str], str]

    def found(self, party: int, kind: str, text: str, records: Iterable[Bill] = ()) -> Found:
        finding = Finding(
            kind=kind, label=self.parties[party].name, text=text, href=vendor_address(self.at, self.asked, party),
            records=tuple((self.record(it), self.address(it.type, it.record) if it.record else "") for it in records),
        )  # fmt: skip
        return Found(party, kind, finding)

    def record(self, bill: Bill) -> str:
        """Return what a bill is called: "12 Mar 2026, Bill 17, 600.00"."""
        return f"{day(bill.day)}, {f'{bill.type} {bill.number}'.strip()}, {self.money(bill.amount)}"

    def money(self, amount: int) -> str:
        return exact(amount, self.at.book.digits)

    def bills(self, parties: Iterable[int], first: Month, last: Month) -> Mapping[int, list[Bill]]:
        result: defaultdict[int, list[Bill]] = defaultdict(list)
        for it in visible_bills(self.at, self.scope, first, last, parties=tuple(parties)):
            result[it.party].append(it)
        return result


def whole_scope(at: LedgerAt, asked: Question) -> Scope:
    """Return all expense accounts, narrowed by nothing but what the reader may see."""
    accounts = frozenset(id_ for id_, it in at.accounts.items() if it.type is AccountType.EXPENSE)
    masked = None if asked.masked is None else frozenset(asked.masked)
    return Scope(book=at.book, version=at.version, accounts=accounts, masked=masked)


def histories(scope: Scope) -> Mapping[int, Mapping[Month, int]]:
    """Return what each party billed by month, over all of history."""
    result: defaultdict[int, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    for party, _, _, month, amount in scope.split(By(Axis.PARTY)).shown:
        if party:
            result[party][Month.from_key(month)] += amount
    return result


def visible_bills(
    at: LedgerAt, scope: Scope, first: Month, last: Month, *, parties: tuple[int, ...] | None, twins: bool = False
) -> list[Bill]:
    """Return bills that the reader may see one by one."""
    accounts = scope.accounts - (scope.masked or frozenset())
    return bills(
        at.book, at.version, accounts, first, last, parties=parties, payroll=scope.masked is None, twins=twins
    )  # fmt: skip


def findings_of(at: LedgerAt, asked: Question, parties: Mapping[int, ListedName]) -> tuple[Found, ...]:
    """Return what is worth looking at in the months that are asked for, kind by kind."""
    scope = whole_scope(at, asked)
    vendors = {id_ for id_, it in parties.items() if it.scope == PartyKind.VENDOR}
    everybody = {party: months for party, months in histories(scope).items() if party in vendors}
    made = _Asked(
        at=at, asked=asked, parties=parties, scope=scope, histories=everybody,
        address=record_addresses(at.book),
    )  # fmt: skip
    through = min(asked.last, asked.through)
    rhythms = {party: it for party, months in everybody.items() if (it := recurring(months, through))}
    return (*_new(made), *_rises(made, rhythms), *_duplicates(made), *_late(made, rhythms, through))


def _new(made: _Asked) -> Iterator[Found]:
    first, last = made.asked.first, made.asked.last
    if made.at.first.months_to(first) < _HISTORY:
        return
    born = {
        party: sum(amount for month, amount in months.items() if month <= last)
        for party, months in made.histories.items()
        if first <= min(months) <= last
    }
    found = made.bills(_largest(born), first, last)
    for party in sorted(born, key=lambda it: (-born[it], it)):
        billed = found.get(party, [])
        since = day(billed[0].day) if billed else short_month(min(made.histories[party]))
        yield made.found(party, NEW, f"First bill in these books {since}; {made.money(born[party])} since", billed[:1])


def _largest(sums: Mapping[int, int]) -> list[int]:
    return sorted(sums, key=lambda it: (-abs(sums[it]), it))[:_RECORDS]


def _rises(made: _Asked, rhythms: Mapping[int, Recurring]) -> Iterator[Found]:
    steps = {
        party: [it for it in rises(found, made.histories[party]) if made.asked.first <= it.since <= made.asked.last]
        for party, found in rhythms.items()
    }
    steps = {party: several for party, several in steps.items() if several}
    earliest = min((step.since - 12 for several in steps.values() for step in several), default=made.asked.first)
    found = made.bills(
        _largest({party: several[-1].new for party, several in steps.items()}), earliest, made.asked.last
    )
    for party, several in sorted(steps.items(), key=lambda it: -(it[1][-1].new - it[1][-1].old)):
        for step in several:
            often = RHYTHM_WORDS[rhythms[party].every.months]
            billed = found.get(party, [])
            before = [it for it in billed if Month.of(it.day) < step.since][-1:]
            after = [it for it in billed if Month.of(it.day) >= step.since][:1]
            yield made.found(
                party, RISE,
                f"{percent(step.tenths)} more since {short_month(step.since)}: {made.money(step.new)} {often}, "
                f"before that {made.money(step.old)}",
                [*before, *after],
            )  # fmt: skip


def _duplicates(made: _Asked) -> Iterator[Found]:
    first, last = made.asked.first, made.asked.last
    twins = visible_bills(made.at, made.scope, first - 1, last + 2, parties=_few(made.histories), twins=True)
    for one, two in duplicates(it for it in twins if it.party in made.histories):
        if not first <= Month.of(two.day) <= last:
            continue
        apart = (two.day - one.day).days
        why = f"with the same number, {two.number.strip()}" if _same_number(one, two) else _apart(apart)
        yield made.found(two.party, DUPLICATE, f"{made.money(two.amount)} twice, {why}", (one, two))


def _few(parties: Mapping[int, object]) -> tuple[int, ...] | None:
    """Return the parties to ask for by name, None where that is everybody."""
    return tuple(parties) if len(parties) == 1 else None


def _same_number(one: Bill, two: Bill) -> bool:
    return bool(one.number.strip()) and one.number.strip().casefold() == two.number.strip().casefold()


def _apart(days: int) -> str:
    return "on the same day" if not days else f"{days} day{'s' if days > 1 else ''} apart"


def _late(made: _Asked, rhythms: Mapping[int, Recurring], through: Month) -> Iterator[Found]:
    late = {
        party: found
        for party, found in rhythms.items()
        if found.expected <= through and made.asked.first <= found.expected <= made.asked.last
    }
    last = {party: made.histories[party][found.last] for party, found in late.items()}
    earliest = min((found.last for found in late.values()), default=through)
    billed = made.bills(_largest(last), earliest, through)
    for party in sorted(late, key=lambda it: (-last[it], it)):
        found = late[party]
        yield made.found(party, LATE, late_words(found, through), billed.get(party, [])[-1:])


def late_words(found: Recurring, through: Month) -> str:
    """Return what is said of a bill that did not come."""
    missed = found.missed(through)
    often = RHYTHM_WORDS[found.every.months]
    word = "late" if missed == 1 else f"lapsed, {missed} missing"
    by = day(found.expected.end - timedelta(days=1))
    return f"Billed {often} until {short_month(found.last)}, expected by {by}: {word}"
