"""What changed in a company since a moment: the change feed, and beside it the list of transactions by their edits.

The feed (CDC) names every list entry and every transaction that has an entity, deleted ones too. What has none, such
as a paycheck, is at most in the list of transactions, whose precision is a day. Neither is believed to be whole: the
run compares balances besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import msgspec

from tieout.core.records import Hints
from tieout.providers.quickbooks.company import CompanyReader
from tieout.providers.quickbooks.faults import RefusedRequest
from tieout.providers.quickbooks.lists import LISTS
from tieout.providers.quickbooks.reports import Ask, CutOff, Doubt, check_echo, decode, positions
from tieout.providers.quickbooks.wire import Changed, ChangesAnswer, Row

MOST = 1000  # objects in one answer of the feed: at that number it may have left some out
REACH = timedelta(days=29)  # the feed says that it goes back 30 days: a day is left for the clocks
OVERLAP = timedelta(minutes=10)
_SKEW = timedelta(minutes=1)  # by so much the clocks of QuickBooks' servers may differ
_LONGEST = timedelta(hours=1)  # between opening the books and the last answer of the feed
TRANSACTIONS = (
    "Bill", "BillPayment", "CreditCardPayment", "CreditMemo", "Deposit", "InventoryAdjustment", "Invoice",
    "JournalEntry", "Payment", "Purchase", "RefundReceipt", "SalesReceipt", "Transfer", "VendorCredit",
)  # fmt: skip
_KEYS = {"CreditCardPayment": "CreditCardPaymentTxn"}  # where the key in an answer is not the entity's name
_ABOUT = ("startPosition", "maxResults", "totalCount")


class _Incomplete(Exception):
    """The feed cannot tell everything; the text says why."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What one or several answers of the feed name."""

    records: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    lists: bool = False

    def __add__(self, other: _Told) -> _Told:
        return _Told(self.records + other.records, self.dates + other.dates, self.lists or other.lists)


class Feed:
    """Asks one company what changed."""

    def __init__(self, company: CompanyReader, ask: Ask, *, most: int = MOST) -> None:
        """``ask`` is for the list of transactions: all days that may hold a posting."""
        self._company = company
        self._ask = ask
        self._most = most
        self._time = ""  # by QuickBooks' clock, of the first answer: what comes later is told the next time

    def hints(self, since: str | None) -> Hints:
        """Return what changed since a cursor of an earlier call, which is QuickBooks' own time and what it tracks."""
        if since is None:
            return Hints(complete=False, cursor=self._cursor())
        try:
            told = self._since(since)
        except _Incomplete as why:
            return Hints(complete=False, cursor=self._cursor(), because=str(why))
        return Hints(
            complete=True,
            cursor=self._cursor(),
            records=tuple(dict.fromkeys(told.records)),
            dates=tuple(dict.fromkeys(told.dates)),
            lists=told.lists,
        )

    def _since(self, cursor: str) -> _Told:
        text, _, tracked = cursor.partition(";")
        since = moment(text)
        if tracked != self._tracked():
            raise _Incomplete("what QuickBooks tracks on a line was switched on or off, which changes old lines too")
        opened = moment(self._company.time)
        if opened < since - _SKEW:
            raise _Incomplete("QuickBooks' clock stands before the time of the last sync")
        if opened - since > REACH:
            raise _Incomplete(f"the change feed reaches back 30 days, and the last sync was on {since:%-d %B %Y}")
        try:
            told = self._changes((*LISTS, *TRANSACTIONS), since)
        except RefusedRequest as refused:
            raise _Incomplete(f"the change feed did not answer ({refused.doubt})") from refused
        return told + self._listed(since.date() - timedelta(days=1))

    def _cursor(self) -> str:
        return f"{self._time or self._company.time};{self._tracked()}"

    def _tracked(self) -> str:
        preferences = self._company.preferences
        several = ["currencies"] if preferences.currency.several else []
        return ",".join([*sorted(self._company.axes), *several])

    # --- the feed ---

    def _changes(self, entities: Sequence[str], since: datetime) -> _Told:
        """Return what changed of some entities, in as many answers as it takes."""
        params = {"entities": ",".join(entities), "changedSince": (since - OVERLAP).isoformat(timespec="seconds")}
        # A single entity names the place of a doubt; all of them are too many for a sentence.
        name = f"Change feed {entities[0]}" if len(entities) == 1 else "Change feed"
        answer = self._company.read(name, "cdc", params, partial(_decoded, tuple(entities), moment(self._company.time)))
        self._time = self._time or answer.time
        if sum(map(len, answer.changed.values())) < self._most:
            return _told(answer.changed)
        if len(entities) == 1:
            raise _Incomplete(
                f"the change feed returns {self._most:,} records at most, and more {entities[0]} records have changed"
            )
        half = len(entities) // 2
        return self._changes(entities[:half], since) + self._changes(entities[half:], since)

    # --- the list of transactions ---

    def _listed(self, day: date) -> _Told:
        ask = self._ask
        params = {**ask.params(), "columns": "tx_date,txn_type", "start_moddate": day.isoformat()}
        try:
            rows = self._company.read(f"TransactionList {day}", "reports/TransactionList", params, partial(_rows, ask))
        except CutOff as cut:
            raise _Incomplete(
                f"more transactions have changed since {day:%-d %B %Y} than QuickBooks lists at once"
            ) from cut
        return _Told(tuple(record for record, _ in rows), tuple(day for _, day in rows))


# --- proving an answer of the feed ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Answer:
    time: str
    changed: dict[str, list[Changed]]  # by entity


def _decoded(entities: tuple[str, ...], opened: datetime, raw: bytes) -> _Answer:
    """Return an answer of the feed. Raise Doubt unless it is whole, answers the question, and is of this moment."""
    answer = msgspec.json.decode(raw, type=ChangesAnswer)
    if not opened - _SKEW <= moment(answer.time) <= opened + _LONGEST:
        raise Doubt(f"it is of {answer.time}, and the books were opened at {opened.isoformat()}")
    if len(answer.response) != 1 or len(answer.response[0].queries) != len(entities):
        raise Doubt(f"it does not answer for each of {len(entities)} lists and transaction types")
    names = {_KEYS.get(entity, entity): entity for entity in entities}
    changed: dict[str, list[Changed]] = {}
    for part in answer.response[0].queries:
        for key in part.keys() - set(_ABOUT):
            if key not in names or names[key] in changed:
                raise Doubt(f"it holds {key}, which was not asked for, or twice")
            changed[names[key]] = _objects(key, part)
    return _Answer(answer.time, changed)


def _objects(key: str, part: dict[str, msgspec.Raw]) -> list[Changed]:
    found = msgspec.json.decode(part[key], type=list[Changed])
    for about in ("maxResults", "totalCount"):
        said = msgspec.json.decode(part[about], type=int) if about in part else None
        if said is not None and said != len(found):
            raise Doubt(f"it says {said} {key} records and holds {len(found)}")
    if len({it.id for it in found}) != len(found):
        raise Doubt(f"it holds a {key} twice")
    return found


def _told(changed: dict[str, list[Changed]]) -> _Told:
    records: list[str] = []
    dates: list[date] = []
    for entity in TRANSACTIONS:
        for it in changed.get(entity, ()):
            records.append(it.id)
            if it.status != "Deleted":
                dates.append(_day(it.date, f"Change feed, {entity} {it.id}"))
    return _Told(tuple(records), tuple(dates), any(changed.get(name) for name in LISTS))


# --- proving a list of transactions -----------------------------------------------------------------------------


def _rows(ask: Ask, raw: bytes) -> list[tuple[str, date]]:
    """Return (transaction id, date) of each row. Raise Doubt where it fails a check of its own, CutOff."""
    report = decode(raw)
    check_echo(report, ask, money_counts=False)
    at = positions(report, ("tx_date", "txn_type"), ask)
    width = len(report.columns.column)
    found: list[tuple[str, date]] = []
    for row in _data(report.rows.row):
        cells = row.cells or []
        if len(cells) != width:
            raise Doubt(f"a row has {len(cells)} cells where {width} columns are", str(ask))
        record, text = cells[at["txn_type"]].id, cells[at["tx_date"]].value
        day = _day(text, str(ask))
        if not record:
            raise Doubt(f"a row of {text} names no transaction", str(ask))
        if not ask.start <= day < ask.end:
            raise Doubt(f"{text} lies outside of what was asked for", str(ask))
        found.append((record, day))
    return found


def _data(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        if row.cells is not None:
            yield row
        elif row.rows is not None:
            yield from _data(row.rows.row)


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Doubt(f"{text!r} is not a date", where) from error


def moment(text: str) -> datetime:
    """Return a time of QuickBooks'. Raise Doubt for what is none, or has no offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Doubt(f"{text!r} is not a time") from error
    if found.tzinfo is None:
        raise Doubt(f"the time {text!r} lacks its offset")
    return found
