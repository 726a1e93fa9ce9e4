"""Rows of a pay-run file in, records out; pure. A row that is not understood takes its whole run out, with its place.

A run is what has one run id or, without that column, one check date and period. Rows named "Total" are checked and
not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tieout.core.days import Order, order_of, parse_day
from tieout.core.spreadsheet import as_typed
from tieout.core.typed import NotTyped, parse_amount, parse_month
from tieout.providerkit.errors import UnreadableBooks
from tieout.providerkit.payroll import PayLineRecord, PayRunRecord
from tieout.providers.payroll_file.columns import LABELS, columns, folded

_TOTALS = frozenset(("total", "totals", "grand total", "sum"))
_AMOUNTS = ("gross", "employer_taxes", "benefits", "net")
_RANGES = (
    re.compile(r"(.+?)\s+(?:-|–|—|to|until|through)\s+(.+)"),
    re.compile(r"(.+?)(?:–|—|\.\.)(.+)"),
    re.compile(r"([^-]+)-([^-]+)"),
)
_NONE = frozenset("-–—")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The runs of which every row is sound, by check date; and what is wrong with the others."""

    runs: tuple[PayRunRecord, ...]
    problems: tuple[UnreadableBooks, ...]


@dataclass(frozen=True, slots=True)
class _Key:
    """What makes rows one run."""

    run: str
    check: date
    start: date
    end: date

    @property
    def external_id(self) -> str:
        return self.run or f"{self.check} {self.start}..{self.end}"


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    order: Order | None
    digits: int
    currency: str
    lines: dict[_Key, list[PayLineRecord]] = field(default_factory=dict)
    spoilt: set[str] = field(default_factory=set)  # external ids of runs with a row that was not read
    all_spoilt: bool = False  # a row was not read, and nobody knows whose it is
    problems: list[UnreadableBooks] = field(default_factory=list)
    totals: list[tuple[int, date | _Key | None, dict[str, int]]] = field(default_factory=list)
    seen: dict[tuple[_Key, PayLineRecord], int] = field(default_factory=dict)
    dates: dict[str, _Key] = field(default_factory=dict)  # a run id's


def parse(rows: Sequence[Sequence[str]], digits: int, currency: str = "") -> Parsed:
    """Return what the rows hold. Raise UnreadableBooks where they are no table of pay runs."""
    place, keys = columns(rows)
    body = [
        (number, {key: as_typed(row[at]).strip() if at < len(row) else "" for at, key in enumerate(keys) if key})
        for number, row in enumerate(rows[place + 1 :], place + 2)
        if any(cell.strip() for cell in row)
    ]
    if not body:
        raise UnreadableBooks("there are no rows below the head", where=f"row {place + 1}")
    reading = _Reading(order=order_of(_days(cells for _, cells in body)), digits=digits, currency=currency)
    for number, cells in body:
        _row(reading, number, cells)
    if not reading.problems:
        _check_totals(reading)
    runs = [
        PayRunRecord(
            external_id=key.external_id, check_date=key.check, period_start=key.start, period_end=key.end,
            lines=tuple(lines),
        )
        for key, lines in reading.lines.items()
        if not reading.all_spoilt and key.external_id not in reading.spoilt
    ]  # fmt: skip
    runs.sort(key=lambda run: (run.check_date, run.external_id))
    return Parsed(runs=tuple(runs), problems=tuple(reading.problems))


def _row(reading: _Reading, number: int, cells: dict[str, str]) -> None:
    if folded(cells.get("name", "")) in _TOTALS and not cells.get("ref"):
        _total(reading, number, cells)
        return
    key: _Key | None = None
    try:
        key = _key(reading, cells)
        line = _line(reading, cells)
        _check(reading, number, key, line)
    except NotTyped as refusal:
        reading.problems.append(UnreadableBooks(str(refusal), where=f"row {number}"))
        if key is None:
            reading.all_spoilt = True  # without its dates it may be of any run: no run of the file is whole
        else:
            reading.spoilt.add(key.external_id)
    else:
        reading.lines.setdefault(key, []).append(line)


def _key(reading: _Reading, cells: dict[str, str]) -> _Key:
    check = _day(reading, cells, "check_date")
    if "period_start" in cells and "period_end" in cells:
        start, end = _day(reading, cells, "period_start"), _day(reading, cells, "period_end")
    else:
        start, end = _period(reading, cells["period"])
    if end < start:
        raise NotTyped(f"the period ends on {end}, before it starts on {start}")
    key = _Key(cells.get("run", ""), check, start, end)
    first = reading.dates.setdefault(key.run, key) if key.run else key
    if first != key:
        reading.spoilt.add(key.external_id)
        raise NotTyped(f"run {key.run} has other dates in an earlier row")
    return key


def _line(reading: _Reading, cells: dict[str, str]) -> PayLineRecord:
    amounts = {name: _amount(reading, cells, name) for name in _AMOUNTS}
    line = PayLineRecord(ref=cells.get("ref", "")[:80], name=" ".join(cells.get("name", "").split())[:200], **amounts)
    if line.of_nobody and (line.gross or line.net):
        raise NotTyped("gross or net pay without an employee; only employer taxes and benefits may be nobody's")
    if not min(0, line.gross) <= line.net <= max(0, line.gross):
        raise NotTyped("the net pay is more than the gross pay")
    return line


def _check(reading: _Reading, number: int, key: _Key, line: PayLineRecord) -> None:
    first = reading.seen.setdefault((key, line), number)
    if first != number:
        raise NotTyped(f"the row repeats row {first}")


def _total(reading: _Reading, number: int, cells: dict[str, str]) -> None:
    """Keep a total for later: of the run that it names, of all runs of its check date, or of the file."""
    of: date | _Key | None = None
    try:
        if any(cells.get(name) for name in ("period", "period_start")):
            of = _key(reading, cells)
        elif cells["check_date"]:
            of = _day(reading, cells, "check_date")
        amounts = {name: _amount(reading, cells, name) for name in _AMOUNTS}
    except NotTyped as refusal:
        reading.problems.append(UnreadableBooks(str(refusal), where=f"row {number}"))
        reading.all_spoilt = True
    else:
        reading.totals.append((number, of, amounts))


def _check_totals(reading: _Reading) -> None:
    """Compare what the file calls totals with the sums of its rows. A difference means that rows are missing."""
    for number, of, total in reading.totals:
        within = [key for key in reading.lines if of is None or of in (key, key.check)]
        lines = [line for key in within for line in reading.lines[key]]
        wrong = [LABELS[name] for name in _AMOUNTS if sum(getattr(line, name) for line in lines) != total[name]]
        if wrong:
            said = f"the rows do not sum to the total of {', '.join(wrong)}"
            reading.problems.append(UnreadableBooks(said, where=f"row {number}"))
            reading.spoilt |= {key.external_id for key in within}


def _day(reading: _Reading, cells: dict[str, str], name: str) -> date:
    try:
        return parse_day(cells[name], reading.order)
    except NotTyped as refusal:
        raise NotTyped(f"{LABELS[name]}: {refusal}") from refusal


def _period(reading: _Reading, text: str) -> tuple[date, date]:
    for pattern in _RANGES:
        if found := pattern.fullmatch(text):
            try:
                return parse_day(found[1], reading.order), parse_day(found[2], reading.order)
            except NotTyped:
                continue
    try:
        parse_day(text, reading.order)
    except NotTyped:
        pass
    else:
        raise NotTyped(f"Period: “{text}” is a day. Write the first and the last one: 2026-01-01 to 2026-01-31.")
    try:
        month = parse_month(text)
    except NotTyped as refusal:
        raise NotTyped(f"Period: “{text}” is not understood. Write it as 2026-01-01 to 2026-01-31.") from refusal
    return month.start, month.end - timedelta(days=1)


def _amount(reading: _Reading, cells: dict[str, str], name: str) -> int:
    text = cells[name]
    if (not text and name in ("employer_taxes", "benefits")) or text in _NONE:
        return 0
    if not text:
        if not (cells.get("ref") or cells.get("name")):
            return 0
        raise NotTyped(f"{LABELS[name]} is missing. Write 0 where there is none.")
    try:
        return parse_amount(text, reading.digits, currency=reading.currency)
    except NotTyped:
        # The text stays out of the sentence, and out of its cause: it may be what somebody is paid.
        pass
    raise NotTyped(f"{LABELS[name]} is not an amount in this currency. Write it as 1234.50.")


def _days(rows: Iterable[dict[str, str]]) -> Iterable[str]:
    for cells in rows:
        yield from (cells.get(name, "") for name in ("check_date", "period_start", "period_end"))
