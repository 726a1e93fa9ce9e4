"""Joins a journal with its document: whose it is, its number, the items of its lines, and their own currency.

A journal's line names neither the document's line nor the item. Within one document and one account, a line of the same
text, dimensions and amount is the same; then one of the same text and dimensions; then one of the same amount; what is
left goes by its order, which is the same in both, if as many are left on either side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from tieout.core.money import currency_digits
from tieout.core.records import EntryRecord, LineRecord, PartyKind
from tieout.providers.xero.known import Known, KnownLine
from tieout.providers.xero.lists import Lists

_OFF = 1  # minor units: a line of a foreign document may take up what rounding leaves over


def joined(entry: EntryRecord, document: Known | None, lists: Lists, digits: int) -> EntryRecord:
    """Return an entry with what its document knows; as it is where there is none.

    Whatever an earlier document has said of it is replaced, so that the same document gives the same entry. ``digits``
    are the book's.
    """
    if document is None:
        return entry
    party = lists.party(PartyKind(document.kind), document.contact) if document.kind and document.contact else None
    return msgspec.structs.replace(
        entry, party=party, number=document.number, memo=document.memo, lines=_lines(entry.lines, document, digits)
    )


def _lines(lines: Sequence[LineRecord], document: Known, digits: int) -> tuple[LineRecord, ...]:
    matches = _matches(lines, document, digits) if document.lines else {}
    found = []
    for place, line in enumerate(lines):
        match = matches.get(place)
        item = match.item if match else None
        currency, own = _own(line, match, document, digits)
        if (line.item, line.currency, line.currency_amount) != (item, currency, own):
            line = msgspec.structs.replace(line, item=item, currency=currency, currency_amount=own)  # noqa: PLW2901
        found.append(line)
    return tuple(found)


def _matches(lines: Sequence[LineRecord], document: Known, digits: int) -> dict[int, KnownLine]:
    """Return the document's line of each of the entry's lines, as far as there is one."""
    theirs: defaultdict[str, list[KnownLine]] = defaultdict(list)
    ours: defaultdict[str, list[int]] = defaultdict(list)
    for known in document.lines:
        theirs[known.account].append(known)
    for place, line in enumerate(lines):
        ours[line.account].append(place)
    found: dict[int, KnownLine] = {}

    def same_text(line: LineRecord, known: KnownLine) -> bool:
        return (line.memo, line.dimensions) == (known.memo, known.dimensions)

    def same_amount(line: LineRecord, known: KnownLine) -> bool:
        return abs(abs(line.amount) - abs(in_base(known.own, document, digits))) <= _OFF

    def both(line: LineRecord, known: KnownLine) -> bool:
        return same_text(line, known) and same_amount(line, known)

    for account, left in theirs.items():
        waiting = ours.get(account, [])
        for same in (both, same_text, same_amount):
            waiting = _take(waiting, left, lines, same, found)
        if len(waiting) == len(left):
            found.update(zip(waiting, left, strict=True))
    return found


def _take(
    waiting: Sequence[int],
    left: list[KnownLine],
    lines: Sequence[LineRecord],
    same: Callable[[LineRecord, KnownLine], bool],
    found: dict[int, KnownLine],
) -> list[int]:
    """Match what is the same, in its order; return the places that still wait."""
    still = []
    for place in waiting:
        match = next((at for at, known in enumerate(left) if same(lines[place], known)), None)
        if match is None:
            still.append(place)
        else:
            found[place] = left.pop(match)
    return still


def in_base(own: int, document: Known, digits: int) -> int:
    """Return an amount of the document in the book's minor units, by the document's rate."""
    if not document.rate:
        return own
    amount = Decimal(own).scaleb(-currency_digits(document.currency)) / Decimal(document.rate)
    return int(amount.scaleb(digits).to_integral_value(ROUND_HALF_UP))


def _own(line: LineRecord, match: KnownLine | None, document: Known, digits: int) -> tuple[str, int]:
    """Return the currency and amount that a line has in its document, ("", 0) where it is the book's or not known."""
    sign = -1 if line.amount < 0 else 1
    if match is not None:
        return (document.currency, sign * abs(match.own)) if document.currency and line.amount else ("", 0)
    for side in document.sides:
        if side.account == line.account:
            return side.currency, sign * abs(side.own)
    if (
        document.currency
        and document.tax
        and abs(abs(line.amount) - abs(in_base(document.tax, document, digits))) <= _OFF
    ):
        return document.currency, sign * abs(document.tax)
    return "", 0
