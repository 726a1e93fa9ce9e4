"""The journals source: every posting of the general ledger, in the order of its number.

Journals are only ever added, so the last number is where to go on. A page of less than 100 is not the end, an empty one
is. If-Modified-Since is not used here: Xero says that it may leave journals out.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import msgspec

from tieout.core.money import NotMoney, to_minor
from tieout.core.records import After, Checkpoint, EntryRecord, LineRecord, PartyKey, PartyKind
from tieout.providerkit.errors import UnreadableBooks
from tieout.providerkit.interface import Past
from tieout.providers.xero.enrichment import joined
from tieout.providers.xero.faults import Doubt
from tieout.providers.xero.labels import is_payroll, label_of
from tieout.providers.xero.lists import WAGES_PAYABLE, Lists
from tieout.providers.xero.pairing import Pairing
from tieout.providers.xero.sources import Documents
from tieout.providers.xero.tenant import TenantReader
from tieout.providers.xero.wire import Journal, JournalLine, JournalsAnswer, NotADate, day

log = logging.getLogger(__name__)

OVERLAP = 200  # numbers that are looked at again: one may have become visible after a later one
_BEYOND = 2_000_000_000  # no organisation has so many
_SOME = 100  # records whose entries are asked of the ledger at once
_KEPT = 5_000  # entries that are remembered while reading, where the ledger remembers the rest

_decoder = msgspec.json.Decoder(JournalsAnswer)


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading goes on: after a journal's number, and what documents have changed since when is still to tell."""

    number: int
    since: datetime | None  # the documents that the last run knows; None: no run was there
    started: datetime | None = None  # when this run began to read them

    def __str__(self) -> str:
        moments = [stamp for stamp in (self.since, self.started) if stamp]
        return " ".join([str(self.number), *(stamp.isoformat(timespec="seconds") for stamp in moments)])


def place_of(part: After) -> Place:
    """Return where a part goes on. Its cursor is a number and a moment; ``resume`` has a second moment, or the one."""
    number, *moments = (part.resume or part.cursor or "0").split(" ")
    if not number.isdigit():
        raise UnreadableBooks(f"{part.resume or part.cursor!r} is no place among the journals", where="Journals")
    stamps = [datetime.fromisoformat(text) for text in moments]
    if not part.resume:
        return Place(int(number), stamps[0] if stamps else None)
    return Place(int(number), stamps[0] if len(stamps) == 2 else None, stamps[-1])


@dataclass(frozen=True, slots=True)
class Draft:
    """A journal as an entry, with its number."""

    number: int
    entry: EntryRecord


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer holds: journals, those without a line left out of the drafts."""

    offset: int
    last: int  # the highest number, the offset itself for an empty page
    count: int
    drafts: Sequence[Draft]

    @property
    def left_out(self) -> int:
        """How many numbers are missing between the offset and the last one."""
        return self.last - self.offset - self.count


class JournalReader:
    """Reads the journals after a place, with what their documents say of them."""

    def __init__(self, tenant: TenantReader, documents: Documents) -> None:
        self._tenant = tenant
        self._documents = documents

    def prove_open(self) -> None:
        """Raise NotGranted if Xero does not let this app read journals, whatever the token names."""
        self._tenant.client.read("Journals", "Journals", {"offset": str(_BEYOND)}, _decoder.decode)

    def read(self, part: After, past: Past | None) -> Iterator[EntryRecord | Checkpoint]:
        """Yield what was posted after the part's place, then earlier entries whose documents have changed since."""
        place = place_of(part)
        started = place.started or self._tenant.opened
        self._documents.gather(place.since)
        pairing = Pairing()
        last = place.number
        offset = last if part.resume or past is None else max(0, last - OVERLAP)
        while (page := self._whole_page(offset)).count:
            yield from self._entries(page.drafts, pairing, past, last)
            offset, last = page.last, max(last, page.last)
            yield Checkpoint(resume=str(Place(last, place.since, started)), complete=False)
            if past is not None and len(pairing) > _KEPT:
                pairing = Pairing()  # the ledger gives what is needed of it
        if past is not None:
            for anew in self._told_anew(past):
                yield from anew
                yield Checkpoint(resume=str(Place(last, place.since, started)), complete=False)
            yield from self._of_merged(past)
        yield Checkpoint(resume=str(Place(last, started)), complete=True)

    def _entries(
        self, drafts: Sequence[Draft], pairing: Pairing, past: Past | None, last: int
    ) -> Iterator[EntryRecord]:
        if past is not None:
            _know(pairing, past, {draft.entry.record for draft in drafts if draft.entry.record})
        new = [draft for draft in drafts if not _is_known(draft.entry, pairing)]
        self._documents.find(draft.entry.record for draft in new)
        lists, digits = self._tenant.lists(), self._tenant.organisation.digits
        for draft in new:
            if draft.number <= last and draft.entry.record:
                log.info("journal %s has become visible after a later one", draft.number)
            entry = pairing.undoing(draft.entry) if draft.entry.record else None
            if entry is None:
                entry = joined(draft.entry, self._documents.get(draft.entry.record), lists, digits)
                pairing.add(entry)
            yield entry

    def _told_anew(self, past: Past) -> Iterator[list[EntryRecord]]:
        """Yield entries that stand and whose documents say something else of them now, such as another contact."""
        lists, digits = self._tenant.lists(), self._tenant.organisation.digits
        changed = sorted(self._documents.changed)
        for start in range(0, len(changed), _SOME):
            records, pairing = changed[start : start + _SOME], Pairing()
            _know(pairing, past, records)
            standing = [entry for record in records for entry in pairing.standing(record)]
            anew = [joined(entry, self._documents.get(entry.record), lists, digits) for entry in standing]
            if differing := [entry for entry, before in zip(anew, standing, strict=True) if entry != before]:
                yield differing

    def _of_merged(self, past: Past) -> Iterator[EntryRecord]:
        """Yield the entries about contacts that were merged into others, as theirs: no document is marked as changed.

        What was undone is among them, so that nothing is left of a contact that stands for nobody any more.
        """
        lists = self._tenant.lists()
        gone = [PartyKey(kind, contact) for contact in sorted(lists.merged) for kind in PartyKind]
        for entry in map(_plain, past((), parties=gone) if gone else ()):
            if entry.party is not None and entry.party.external_id in lists.merged:
                party = lists.party(entry.party.kind, entry.party.external_id)
                yield msgspec.structs.replace(entry, party=party)

    def _whole_page(self, offset: int) -> Page:
        """Return a page. One that leaves numbers out is asked for once more: gaps are legal, and hardly ever seen."""
        page = self._page(offset)
        if page.left_out:
            page = max(page, self._page(offset), key=lambda it: it.count)
        if page.left_out:
            log.info("the journals from %s to %s leave out %s numbers", offset, page.last, page.left_out)
        return page

    def _page(self, offset: int) -> Page:
        name = f"Journals after {offset}"
        return self._tenant.proved(name, "Journals", {"offset": str(offset)}, partial(self._read_page, offset))

    def _read_page(self, offset: int, raw: bytes, lists: Lists) -> Page:
        digits = self._tenant.organisation.digits
        found = _decoder.decode(raw).found
        drafts: list[Draft] = []
        last, ids = offset, set[str]()
        for journal in found:
            if journal.number <= last:
                raise Doubt(f"journal {journal.number} comes after {last}")
            if journal.id in ids:
                raise Doubt(f"journal {journal.number} has the id of another")
            last = journal.number
            ids.add(journal.id)
            if journal.lines:
                drafts.append(Draft(journal.number, _entry(journal, lists, digits)))
        return Page(offset, last, len(found), drafts)


def _know(pairing: Pairing, past: Past, records: Collection[str]) -> None:
    pairing.know(_plain(entry) for entry in past(sorted(records)))


def _plain(entry: EntryRecord) -> EntryRecord:
    """Return an entry as it was given: the ledger says of each line whose it is, where only the entry said so."""
    lines = tuple(
        msgspec.structs.replace(line, party=None) if line.party == entry.party else line for line in entry.lines
    )
    return msgspec.structs.replace(entry, lines=lines)


def _is_known(entry: EntryRecord, pairing: Pairing) -> bool:
    """Whether the ledger holds a journal as it is. One that it holds otherwise was misread: it is taken anew."""
    held = pairing.held(entry.key)
    if held is None:
        return False
    if held.date == entry.date and _amounts(held) == _amounts(entry):
        return True
    log.warning("journal %s is not what was read of it before", entry.external_id)
    pairing.forget(entry.key)
    return False


def _amounts(entry: EntryRecord) -> list[tuple[str, int]]:
    return sorted((line.account, line.amount) for line in entry.lines)


def _entry(journal: Journal, lists: Lists, digits: int) -> EntryRecord:
    where = f"Journal {journal.number}"
    source, source_id = journal.source or "", journal.source_id or ""
    label = label_of(source)
    lines = tuple(_line(line, lists, digits, where) for line in journal.lines)
    if off := sum(line.amount for line in lines):
        raise Doubt(f"its lines do not sum to zero but to {off}", where)
    pay = lists.systems.get(WAGES_PAYABLE, "")
    return EntryRecord(
        type=label.type,
        external_id=journal.id,
        date=_day(journal.day, where),
        lines=lines,
        memo=journal.reference or "",
        payroll=is_payroll(source) or (not source and any(line.account == pay for line in lines)),
        record=f"{label.record}:{source_id}" if label.record and source_id else "",
    )


def _line(line: JournalLine, lists: Lists, digits: int, where: str) -> LineRecord:
    account = lists.account(line.account, where).external_id
    try:
        amount = to_minor(line.net, digits)
    except NotMoney as error:
        raise Doubt(str(error), where) from error
    tracked = {it.category: it.option for it in line.tracking or () if lists.has_option(it.category, it.option)}
    return LineRecord(
        account=account, amount=amount, dimensions=tuple(sorted(tracked.items())), memo=line.description or ""
    )


def _day(text: str, where: str) -> date:
    try:
        return day(text)
    except NotADate as error:
        raise Doubt(str(error), where) from error
