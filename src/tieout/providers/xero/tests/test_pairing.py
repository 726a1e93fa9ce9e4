"""Which journals undo which, over random histories: what nothing undoes is what stands, and totals hold everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.records import EntryRecord, LineRecord, PartyKey, PartyKind
from tieout.providers.xero.pairing import Pairing

DAY = date(2026, 1, 5)
RECORD = "Invoice:1"


def posting(number: int, *amounts: int, day: date = DAY, memo: str = "", type_: str = "Invoice") -> EntryRecord:
    """Return a posting to accounts a, b, c, ... of amounts that sum to zero."""
    assert sum(amounts) == 0
    lines = tuple(LineRecord(account=chr(97 + at), amount=it, memo=memo) for at, it in enumerate(amounts))
    return EntryRecord(type=type_, external_id=str(number), date=day, lines=lines, record=RECORD)


def turned(entry: EntryRecord, number: int) -> EntryRecord:
    lines = tuple(msgspec.structs.replace(line, amount=-line.amount) for line in entry.lines)
    return msgspec.structs.replace(entry, external_id=str(number), lines=lines)


def taken(*entries: EntryRecord, pairing: Pairing | None = None) -> list[EntryRecord]:
    """Return entries as they come out, one after the other."""
    found, pairing = [], pairing or Pairing()
    for entry in entries:
        undoing = pairing.undoing(entry)
        if undoing is None:
            pairing.add(entry)
        found.append(undoing or entry)
    return found


def test_a_negation_names_what_it_undoes_and_knows_what_that_knew() -> None:
    acme = PartyKey(PartyKind.CUSTOMER, "acme")
    first = msgspec.structs.replace(
        posting(1, 115, -100, -15), party=acme, number="INV-1", memo="Roses",
        lines=(
            LineRecord(account="a", amount=115, currency="USD", currency_amount=70),
            LineRecord(account="b", amount=-100, item="rose", currency="USD", currency_amount=-61),
            LineRecord(account="c", amount=-15),
        ),
    )  # fmt: skip
    _, second = taken(first, turned(posting(1, 115, -100, -15), 2))
    assert second.reverses == "Invoice:1"
    assert (second.party, second.number, second.memo) == (acme, "INV-1", "Roses")
    assert [(it.amount, it.item, it.currency, it.currency_amount) for it in second.lines] == [
        (-115, None, "USD", -70), (100, "rose", "USD", 61), (15, None, "", 0),
    ]  # fmt: skip


def test_lines_of_the_same_amount_are_told_by_their_text() -> None:
    lines = tuple(LineRecord(account="a", amount=5, memo=memo, item=memo) for memo in ("rose", "tulip"))
    first = msgspec.structs.replace(posting(1, 10, -10), lines=(*lines, LineRecord(account="b", amount=-10)))
    bare = tuple(msgspec.structs.replace(it, item=None) for it in (lines[1], lines[0], first.lines[2]))
    _, second = taken(first, turned(msgspec.structs.replace(first, lines=bare), 2))
    assert [line.item for line in second.lines] == ["tulip", "rose", None]


def test_what_does_not_undo_anything() -> None:
    first = posting(1, 5, -5)
    other_day = turned(posting(1, 5, -5, day=DAY + timedelta(days=1)), 2)
    for other in (
        other_day,
        posting(2, -4, 4),
        posting(2, -5, 4, 1),
        turned(posting(1, 5, -5, type_="Bill"), 2),
        msgspec.structs.replace(turned(first, 2), record="Invoice:2"),
    ):
        assert [it.reverses for it in taken(first, other)] == ["", ""]


def test_a_negation_is_not_undone_by_what_is_posted_anew() -> None:
    first = posting(1, 5, -5)
    found = taken(first, turned(first, 2), posting(3, 5, -5), turned(first, 4))
    assert [it.reverses for it in found] == ["", "Invoice:1", "", "Invoice:3"]


def test_a_document_whose_sides_change_places() -> None:
    first = posting(1, 5, -5)
    assert [it.reverses for it in taken(first, turned(first, 2), posting(3, -5, 5))] == ["", "Invoice:1", ""]


def test_what_the_ledger_holds_is_undone_too_and_only_once() -> None:
    held = taken(posting(1, 5, -5), turned(posting(1, 5, -5), 2), posting(3, 5, -5))
    pairing = Pairing()
    pairing.know(held)
    assert pairing.held("Invoice:2") is held[1]
    assert pairing.standing(RECORD) == [held[2]]
    (fourth,) = taken(turned(posting(3, 5, -5), 4), pairing=pairing)
    assert fourth.reverses == "Invoice:3"
    pairing.know(held)  # given once more, it stands no more for that
    assert pairing.standing(RECORD) == []


# --- random histories -------------------------------------------------------------------------------------------


@dataclass
class _Document:
    """An invoice as people change it, and the journals that Xero posts for that."""

    journals: list[EntryRecord] = field(default_factory=list)
    live: EntryRecord | None = None

    def post(self, amounts: tuple[int, ...], day: date, memo: str) -> None:
        self.live = posting(len(self.journals) + 1, *amounts, day=day, memo=memo)
        self.journals.append(self.live)

    def undo(self) -> None:
        if self.live is not None:
            self.journals.append(turned(self.live, len(self.journals) + 1))
            self.live = None


_AMOUNTS = st.lists(st.integers(-3, 3), min_size=1, max_size=3).map(lambda them: (*them, -sum(them)))
_STEPS = st.lists(
    st.tuples(st.sampled_from(["edit", "void"]), _AMOUNTS, st.integers(0, 2), st.sampled_from(["", "rose"])),
    max_size=12,
)


@given(_STEPS, st.data())
def test_what_nothing_undoes_is_what_stands(
    steps: list[tuple[str, tuple[int, ...], int, str]], data: st.DataObject
) -> None:
    document = _Document()
    for what, amounts, days, memo in steps:
        document.undo()
        if what == "edit":
            document.post(amounts, DAY + timedelta(days=days), memo)
    found: list[EntryRecord] = []
    left = list(document.journals)
    while left:  # in as many runs as it takes: each knows only what the ledger holds
        some = data.draw(st.integers(1, len(left)))
        pairing = Pairing()
        pairing.know(found)
        found += taken(*left[:some], pairing=pairing)
        left = left[some:]
    undone = {entry.reverses for entry in found if entry.reverses}
    standing = [entry for entry in found if not entry.reverses and entry.key not in undone]
    assert content(standing) == content([document.live] if document.live else [])
    assert totals(found) == totals(standing) == totals(document.journals)
    by_key = {entry.key: entry for entry in found}
    assert all(totals([entry, by_key[entry.reverses]]) == Counter() for entry in found if entry.reverses)


def content(entries: list[EntryRecord]) -> list[object]:
    """Return what entries say, whichever of several that say the same was undone."""
    return [(entry.date, entry.lines) for entry in entries]


def totals(entries: list[EntryRecord]) -> Counter[tuple[date, str]]:
    found: Counter[tuple[date, str]] = Counter()
    for entry in entries:
        for line in entry.lines:
            found[entry.date, line.account] += line.amount
    return Counter({key: amount for key, amount in found.items() if amount})
