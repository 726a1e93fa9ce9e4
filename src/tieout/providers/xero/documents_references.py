"""What entries name, held against the lists: a document's contact, item and tracking may be gone from them.

Somebody may also have made them since the lists were read: only what new lists lack as well is left out. An account is
never left out; the posting rules refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from tieout.core.records import EntryRecord, LineRecord, Organisation
from tieout.providers.xero.faults import Unknown
from tieout.providers.xero.lists import Lists
from tieout.providers.xero.posting_ground import Chart


def chart_of(lists: Lists, organisation: Organisation) -> Chart:
    """Return the chart that documents post to."""
    return Chart(
        base=organisation.currency,
        digits=organisation.digits,
        ids=frozenset(lists.accounts),
        codes=lists.codes,
        systems=lists.systems,
        currencies={it.external_id: it.currency for it in lists.accounts.values() if it.currency},
    )


class References:
    """Leaves out what no list has; remembers it, so that lists are not read again for the same."""

    def __init__(self) -> None:
        self._gone: set[object] = set()

    def give_up(self, entries: Iterable[EntryRecord], lists: Lists) -> None:
        """Take what new lists lack as gone."""
        for entry in entries:
            self._gone |= _missing(entry, lists)

    def listed(self, entries: Iterable[EntryRecord], lists: Lists) -> Iterator[EntryRecord]:
        """Yield the entries without what is gone. Raise Unknown for what is not known to be."""
        for entry in entries:
            missing = _missing(entry, lists)
            if new := missing - self._gone:
                raise Unknown(f"{min(map(str, new))} is in no list", f"{entry.type} {entry.external_id}")
            yield _without(entry, missing) if missing else entry


def _missing(entry: EntryRecord, lists: Lists) -> set[object]:
    found: set[object] = set()
    if entry.party is not None and entry.party not in lists.parties:
        found.add(entry.party)
    for line in entry.lines:
        if line.item is not None and line.item not in lists.items:
            found.add(line.item)
        found.update(pair for pair in line.dimensions if not lists.has_option(*pair))
    return found


def _without(entry: EntryRecord, missing: set[object]) -> EntryRecord:
    party = None if entry.party in missing else entry.party
    return msgspec.structs.replace(entry, party=party, lines=tuple(_line(line, missing) for line in entry.lines))


def _line(line: LineRecord, missing: set[object]) -> LineRecord:
    return msgspec.structs.replace(
        line,
        item=None if line.item in missing else line.item,
        dimensions=tuple(pair for pair in line.dimensions if pair not in missing),
    )
