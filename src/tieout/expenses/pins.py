"""Pins: single lines that a person left out of a link, or of which a link is made; found again by what they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby

from tieout.expenses.mapping import pinned
from tieout.expenses.matching import Pinned, identities
from tieout.expenses.models import Link, Pin, PinKind
from tieout.expenses.rule_names import Names
from tieout.ledger.matching import WholeLine, whole_entries
from tieout.ledger.models import Book


def pin(link: Link, book: Book, lines: Collection[int], kind: PinKind, names: Names) -> int:
    """Pin published lines (row ids) to a link; return how many. Within the caller's transaction."""
    wanted = set(lines)
    rows = [
        Pin(
            link=link,
            kind=kind,
            entry=line.key,
            account=each.identity.account,
            party=each.identity.party,
            item=each.identity.item,
            dimensions=each.identity.dimensions,
            text=each.identity.text,
            occurrence=each.occurrence,
            among=each.among,
        )
        for line, each in _known(book, names, lines=wanted)
        if line.id in wanted
    ]
    Pin.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def resolve(link: Link, book: Book, kind: PinKind, names: Names) -> dict[int, int]:
    """Return the published lines (row ids) that a link's pins mean, with the pin's id; a pin may mean none."""
    pins = {(each.entry, pinned(each)): each.pk for each in Pin.objects.filter(link=link, kind=kind)}
    known = _known(book, names, keys={entry for entry, _ in pins}) if pins else ()
    return {line.id: meant for line, each in known if (meant := pins.get((line.key, each))) is not None}


def replace(link: Link, book: Book, left_out: Collection[int], names: Names) -> None:
    """Have exactly these published lines left out. Pins that take no effect now are kept: their line may come back."""
    before = resolve(link, book, PinKind.EXCLUDE, names)
    gone = [pin_id for line, pin_id in before.items() if line not in left_out]
    Pin.objects.filter(link=link, pk__in=gone).delete()
    pin(link, book, set(left_out) - set(before), PinKind.EXCLUDE, names)


def _known(
    book: Book, names: Names, *, lines: Collection[int] = (), keys: Collection[str] = ()
) -> Iterator[tuple[WholeLine, Pinned]]:
    for _, run in groupby(whole_entries(book, lines=lines, keys=keys), key=lambda line: line.entry):
        entry = list(run)
        yield from zip(entry, identities([line.content for line in entry], names), strict=True)


def tallies(book: Book, links: Collection[Link], names: Names) -> dict[int, tuple[int, int]]:
    """Return, by link, how many lines are left out, and how many pins match no line or several. Few queries for all."""
    pins = list(Pin.objects.filter(link__in=links))
    there = {(line.key, each) for line, each in _known(book, names, keys={it.entry for it in pins})} if pins else set()
    return {
        link.pk: (
            sum(it.link_id == link.pk and it.kind == PinKind.EXCLUDE for it in pins),
            sum(it.link_id == link.pk and (it.entry, pinned(it)) not in there for it in pins),
        )
        for link in links
    }
