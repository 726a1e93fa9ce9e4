"""What a rule would do before it is saved: which lines it takes, from where, and which another link holds.

Two or three queries over one index, whatever the size of the book. Amounts are minor units, debit positive; of a
stream, credit positive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.core.rules import Rule
from tieout.expenses import mapping
from tieout.expenses.conditions import wanted
from tieout.expenses.matching import LinkRule, Matcher
from tieout.expenses.placement import marked_accounts, payroll_accounts
from tieout.expenses.rule_names import Names
from tieout.expenses.sections import Member
from tieout.expenses.streams import natural, side_plan
from tieout.ledger.matching import (
    MatchedLine,
    MatchedSum,
    Wanted,
    matched_lines,
    matched_sums,
    payroll_lines,
    whole_entries,
)
from tieout.ledger.models import Book

PAGE = 25
_NAMED = 8


class Where(StrEnum):
    """What becomes of a matched line."""

    MOVES = "moves"
    HERE = "here"  # it is in the expense already
    HELD = "held"  # a link that is asked earlier holds it
    OUT = "out"  # left out by a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rule as it stands in the form. ``link`` is the one that is changed, ``expense`` its own; 0 where it is new."""

    rule: Rule
    payroll_too: bool = False
    link: int = 0
    expense: int = 0
    income: bool = False  # a stream's rule: it takes lines of income accounts
    left_out: frozenset[int] = frozenset()
    hidden: frozenset[int] | None = None  # payroll accounts, for a reader who may not see pay one by one
    page: int = 1


@dataclass(frozen=True, slots=True)
class Share:
    """Lines from or in one place."""

    name: str
    count: int
    amount: int
    link: int = 0  # of a conflict: the link that holds them
    expense: int = 0  # where they are now

    @property
    def minus(self) -> int:
        """The amount as it leaves."""
        return -self.amount


@dataclass(frozen=True, slots=True)
class Line:
    """A matched line and what becomes of it."""

    line: MatchedLine
    where: Where
    held_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the rule takes. ``takes`` is all that will be in the expense by it; ``leaves`` says from where it comes."""

    takes: Share
    months: tuple[tuple[Month, int], ...]  # each from the first to the last, with what joins in it
    leaves: tuple[Share, ...]
    here: Share
    conflicts: tuple[Share, ...]
    left_out: Share
    lines: tuple[Line, ...]
    matched: int
    pay: int  # matched lines that are pay: their sum will be seen under the expense's name
    page: int
    pages: int
    masked: bool

    @property
    def moving(self) -> Share:
        """All that leaves somewhere."""
        return Share("", sum(it.count for it in self.leaves), sum(it.amount for it in self.leaves))

    @property
    def largest(self) -> tuple[Share, ...]:
        """The expenses that most of it leaves."""
        return self.leaves if len(self.leaves) <= _NAMED + 1 else self.leaves[:_NAMED]

    @property
    def smaller(self) -> Share:
        """What leaves the other expenses; its name is how many they are."""
        rest = self.leaves[len(self.largest) :]
        return Share(str(len(rest)), sum(it.count for it in rest), sum(it.amount for it in rest))

    @property
    def held(self) -> Share:
        """All that other links hold."""
        return Share("", sum(it.count for it in self.conflicts), sum(it.amount for it in self.conflicts))

    @property
    def first_line(self) -> int:
        """The place of the page's first line, from 1."""
        return (self.page - 1) * PAGE + 1

    @property
    def last_line(self) -> int:
        """The place of the page's last line."""
        return self.first_line + len(self.lines) - 1


def preview(company: Company, book: Book, asked: Asked) -> Preview:
    """Return what a rule would do, as published."""
    names = Names(book)
    keeps = set(() if asked.payroll_too else marked_accounts(company)) | set(asked.hidden or ())
    want = wanted([asked.rule], names, keeps=keeps, without_payroll=asked.hidden is not None, income=asked.income)
    places = _Places(company, book, asked, names)
    sums = places.read(want)
    out = places.left_out(sums)
    matched = sum(each.count for each in sums)
    pages = max(1, -(-matched // PAGE))
    page = min(max(1, asked.page), pages)
    lines = matched_lines(book, want, sums, offset=(page - 1) * PAGE, limit=PAGE)
    parts = places.split([*sums, *out])
    at_home = places.held_at_home(sums, keeps)
    parts[Where.HELD] += at_home
    parts[Where.MOVES] += [replace(each, count=-each.count, amount=-each.amount) for each in at_home]
    taken = [*parts[Where.MOVES], *parts[Where.HERE]]
    return Preview(
        takes=_total("", taken),
        months=tuple(_months(taken)),
        leaves=places.by_name(parts[Where.MOVES]),
        here=_total("", parts[Where.HERE]),
        conflicts=places.by_holder(parts[Where.HELD]),
        left_out=_total("", [replace(each, count=-each.count, amount=-each.amount) for each in out]),
        lines=tuple(places.line(each) for each in lines),
        matched=matched,
        pay=payroll_lines(book, want, payroll_accounts(company, book)) if matched and asked.hidden is None else 0,
        page=page,
        pages=pages,
        masked=asked.hidden is not None,
    )


class _Places:
    """Says of (account, expense) what becomes of matched lines there."""

    def __init__(self, company: Company, book: Book, asked: Asked, names: Names) -> None:
        the_plan = side_plan(company, book, income=asked.income)
        self._book = book
        self._asked = asked
        self._names = names
        self._members: Mapping[int, Member] = {it.id: it for it in the_plan.members}
        self._own = {it.account.id: it for it in the_plan.members if it.account}
        links = [it for it in mapping.links(company.pk) if it.income is asked.income]
        before = [it for it in links if not asked.link or it.id != asked.link]
        if asked.link:
            at = next((at for at, it in enumerate(links) if it.id == asked.link), len(links))
            before = links[:at]
        self._before: dict[int, LinkRule] = {}
        for it in reversed(before):
            self._before[it.expense] = it  # the first of them, where an expense has several
        self._matcher = Matcher(LinkRule(id=0, expense=0, rule=asked.rule), names)

    def read(self, want: Wanted) -> list[MatchedSum]:
        """Return the sums of what matches, in the sign that is shown."""
        sums = matched_sums(self._book, want)
        return [replace(it, amount=-it.amount) for it in sums] if self._asked.income else sums

    def where(self, account: int, expense: int) -> Where:
        """Return what becomes of matched lines of an account that are in an expense now."""
        if expense == self._asked.expense:
            return Where.HERE
        own = self._own.get(account)
        if own is None or expense == own.id or expense not in self._before:
            return Where.MOVES
        return Where.HELD

    def held_at_home(self, sums: Iterable[MatchedSum], keeps: Collection[int]) -> list[MatchedSum]:
        """Return the matched lines that an earlier link of their own account's expense holds: they do not move."""
        homes = {each.expense for each in sums if each.expense in self._before and self._is_home(each)}
        return [
            each
            for home in homes
            for each in self.read(
                wanted(
                    [self._asked.rule, self._before[home].rule],
                    self._names,
                    keeps=keeps,
                    income=self._asked.income,
                ),
            )
            if each.expense == home and self._is_home(each) and home != self._asked.expense
        ]

    def _is_home(self, each: MatchedSum) -> bool:
        own = self._own.get(each.account)
        return own is not None and own.id == each.expense

    def split(self, sums: Iterable[MatchedSum]) -> dict[Where, list[MatchedSum]]:
        """Return the sums by what becomes of their lines."""
        result: dict[Where, list[MatchedSum]] = {where: [] for where in Where}
        for each in sums:
            result[self.where(each.account, each.expense)].append(each)
        return result

    def left_out(self, sums: Collection[MatchedSum]) -> list[MatchedSum]:
        """Return what to take off the sums for the lines that a person left out, as negative sums."""
        if not self._asked.left_out or not sums:
            return []
        places = {(each.account, each.expense) for each in sums}
        return [
            MatchedSum(it.content.account, it.expense, it.month, -1, natural(-it.content.amount, self._asked.income))
            for it in whole_entries(self._book, lines=self._asked.left_out)
            if it.id in self._asked.left_out
            and (it.content.account, it.expense) in places
            and self.where(it.content.account, it.expense) is not Where.HELD
            and self._matcher.takes(it.content)
        ]

    def line(self, line: MatchedLine) -> Line:
        """Return a line with what becomes of it."""
        where = self.where(line.account, line.expense)
        if line.id in self._asked.left_out and where is not Where.HELD:
            where = Where.OUT
        holder = self._members.get(line.expense)
        line = replace(line, amount=natural(line.amount, self._asked.income))
        return Line(line, where, holder.name if holder and where is Where.HELD else "")

    def by_name(self, sums: Iterable[MatchedSum]) -> tuple[Share, ...]:
        """Return the sums by the expense that they leave, the largest first."""
        result: defaultdict[int, list[MatchedSum]] = defaultdict(list)
        for each in sums:
            result[each.expense].append(each)
        shares = [replace(_total(self._label(id_), some), expense=id_) for id_, some in result.items()]
        return tuple(sorted((it for it in shares if it.count), key=lambda it: (-abs(it.amount), it.name)))

    def by_holder(self, sums: Iterable[MatchedSum]) -> tuple[Share, ...]:
        """Return the sums by the link that holds their lines."""
        result: defaultdict[int, list[MatchedSum]] = defaultdict(list)
        for each in sums:
            result[each.expense].append(each)
        return tuple(replace(_total(self._label(id_), some), link=self._before[id_].id) for id_, some in result.items())

    def _label(self, expense: int) -> str:
        return self._members[expense].label if expense in self._members else "another row"


def _total(name: str, sums: Iterable[MatchedSum]) -> Share:
    some = list(sums)
    return Share(name, sum(each.count for each in some), sum(each.amount for each in some))


def _months(sums: Iterable[MatchedSum]) -> Iterable[tuple[Month, int]]:
    amounts: defaultdict[int, int] = defaultdict(int)
    for each in sums:
        amounts[each.month] += each.amount
    if amounts:
        for month in Month.from_key(min(amounts)).until(Month.from_key(max(amounts)) + 1):
            yield month, amounts.get(month.key, 0)
