"""Random books that are rewritten from sync to sync, under rules that change: what the change log must explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec
from django.db import transaction
from hypothesis import strategies as st

from tests.ledger.scribe import CHART, NOW, YEAR, open_stage, unguarded
from tieout.core.records import EntryRecord, ItemRecord, LineRecord, ListRecord, PartyKey, PartyKind, PartyRecord
from tieout.ledger import publication, versions
from tieout.ledger.models import Book, Line, Publication
from tieout.ledger.placing import Content, place_again

VENDORS = tuple(PartyKey(PartyKind.VENDOR, id_) for id_ in ("v1", "v2"))
LISTS: tuple[ListRecord, ...] = (
    *CHART,
    PartyRecord(key=VENDORS[1], name="Figma"),
    ItemRecord(external_id="seats", name="Seats"),
)
ACCOUNTS = ("bank", "sales", "software", "wages")


@dataclass(frozen=True)
class Rules:
    """Puts a line into one of three expenses by what it is, whose entry's, and which rules are in force."""

    version: int
    whole: frozenset[str] = frozenset()

    def expenses_of(self, entry: str, lines: Sequence[Content]) -> list[int]:
        pinned = entry == "Bill:r1"  # as if somebody had pinned what undoes the first entry
        return [1 + (line.account * 7 + line.party * 5 + bool(line.item) * self.version + pinned) % 3 for line in lines]

    def newest(self) -> Rules:
        return self

    def names_matter(self) -> bool:
        return False


@dataclass
class Author:
    """Publishes books one after the other, and changes the rules in between; remembers what readers saw each time."""

    book: Book
    rules: Rules = Rules(1)
    published: list[Publication] = field(default_factory=list)
    seen: list[dict[tuple[int, int, int], int]] = field(default_factory=list)

    def publish(self, entries: Sequence[EntryRecord], *, lists: Sequence[ListRecord] = LISTS) -> Publication:
        stage = open_stage(self.book, lists)
        with transaction.atomic():
            stage.entries(list(entries), YEAR, self.rules)
        self.published.append(
            publication.publish(
                self.book, stage.version, self.rules, verified=True, at=NOW, guard=unguarded, also=lambda _: None
            )
        )
        self.seen.append(sums_at(self.book, stage.version))
        return self.published[-1]

    def give_up(self, entries: Sequence[EntryRecord]) -> None:
        stage = open_stage(self.book, LISTS)
        with transaction.atomic():
            stage.entries(list(entries), YEAR, self.rules)
        versions.sweep(self.book, unguarded)

    def change_rules(self) -> None:
        self.rules = Rules(self.rules.version + 1)
        with transaction.atomic():
            place_again(self.book, self.rules, "line.book = %s", [self.book.pk], visible_at=self.book.published)


def sums_at(book: Book, version: int) -> dict[tuple[int, int, int], int]:
    """Add up the lines of a version as they lie there now, one by one."""
    result: dict[tuple[int, int, int], int] = {}
    lines = Line.objects.filter(book=book.pk, valid_from__lte=version, valid_to__gt=version)
    for account, expense, month, amount in lines.values_list("account", "expense", "month", "amount"):
        result[account, expense, month] = result.get((account, expense, month), 0) + amount
    return result


@st.composite
def entries(draw: st.DrawFn) -> EntryRecord:
    """An entry of two to five lines, with one of six ids, so that later books hold it again."""
    lines = [
        LineRecord(
            account=draw(st.sampled_from(ACCOUNTS)),
            amount=draw(st.integers(-3, 3)) * 100,
            party=draw(st.sampled_from([None, *VENDORS])),
            item=draw(st.sampled_from([None, "seats"])),
            dimensions=draw(st.sampled_from([(), (("class", "east"),)])),
            memo=draw(st.sampled_from(["", "a", "b"])),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    lines.append(LineRecord(account=draw(st.sampled_from(ACCOUNTS)), amount=-sum(line.amount for line in lines)))
    return EntryRecord(
        type="Bill",
        external_id=str(draw(st.integers(1, 6))),
        date=date(2025, draw(st.integers(1, 3)), draw(st.sampled_from([1, 28]))),
        number=draw(st.sampled_from(["", "7"])),
        party=draw(st.sampled_from([None, *VENDORS])),
        payroll=draw(st.sampled_from([False, False, True])),
        lines=tuple(lines),
    )


@st.composite
def _books(draw: st.DrawFn) -> list[EntryRecord]:
    """Some entries, of which some are one record's, or undone by another; that one's lines may say something else."""
    found = draw(st.lists(entries(), max_size=6, unique_by=lambda it: it.external_id))
    records = st.sampled_from(["", "", "Bill:a", "Bill:b"])
    found = [msgspec.structs.replace(it, record=draw(records)) for it in found]
    for it in list(found):
        if draw(st.integers(0, 2)):
            continue
        memo = draw(st.sampled_from([None, None, "a"]))
        lines = tuple(
            msgspec.structs.replace(line, amount=-line.amount, memo=line.memo if memo is None else memo)
            for line in it.lines
        )
        undone = draw(st.sampled_from([it.key, it.key, it.key, "Bill:nowhere"]))
        found.append(msgspec.structs.replace(it, external_id=f"r{it.external_id}", reverses=undone, lines=lines))
    return found


books = _books()
steps = st.sampled_from(["publish", "publish", "rules", "give up"])
histories = st.lists(st.tuples(steps, books), min_size=2, max_size=6)


def play(author: Author, history: Sequence[tuple[str, list[EntryRecord]]]) -> None:
    """Let a history happen; the first step always publishes."""
    for number, (step, state) in enumerate(history):
        if step == "publish" or number == 0:
            author.publish(state)
        elif step == "rules":
            author.change_rules()
        else:
            author.give_up(state)
