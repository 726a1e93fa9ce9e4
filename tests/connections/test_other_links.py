"""Link rules over books that nobody has seen before, through a whole sync, compared with a count of the file alone."""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests.connections.other_books import Other, other
from tests.connections.other_ours import Link, linked, paths, sandbox_of
from tests.connections.other_truth import Line, Truth
from tests.connections.test_other_books import SEEDS
from tieout.core.money import to_minor
from tieout.core.month import Month
from tieout.core.rules import Criterion, Field, Rule, Term, Verb
from tieout.expenses.link_preview import Asked, preview
from tieout.expenses.services import Draft, NewExpense, remove_link, save_link
from tieout.ledger.models import Line as Stored
from tieout.ledger.models import ListKind
from tieout.ledger.names import listed_names

pytestmark = [pytest.mark.django_db]
RULES = 6
Row = tuple[tuple[str, ...], str, int]  # account path, month, minor units


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class Count:
    """The file's expense lines, and which of them meet a rule."""

    def __init__(self, it: Other, link: Link) -> None:
        truth = Truth(it.books)
        expenses = {truth.paths[account.id] for account in it.books.accounts if account.type == "expense"}
        end = (Month.of(it.today) + 25).start
        self.digits = link.book.digits
        self.lines: list[tuple[str, Line]] = [
            (f"{posting.date:%Y-%m}", line)
            for posting, times in truth.postings(link.book.start, end).items()
            for line, again in posting.lines
            if line.account in expenses
            for _ in range(again * times)
        ]

    def meeting(self, rule: Rule) -> Counter[Row]:
        """Return the lines that meet all conditions of a rule of typed terms."""
        return Counter(
            (line.account, month, to_minor(line.amount, self.digits))
            for month, line in self.lines
            if all(self._meets(line, criterion) for criterion in rule.criteria)
        )

    def _meets(self, line: Line, criterion: Criterion) -> bool:
        if criterion.field is Field.AMOUNT:
            amount = to_minor(line.amount, self.digits)
            return (criterion.low is None or criterion.low <= amount) and (
                criterion.high is None or amount <= criterion.high
            )
        names = {
            Field.VENDOR: [line.party[1] if line.party else ""],
            Field.TEXT: [line.item, line.text],
            Field.DIMENSION: [dict(line.dimensions).get("class", "")],
        }[criterion.field]
        terms = [plain(term.text) for term in criterion.terms]
        if criterion.verb is Verb.IS:
            return any(plain(name) in terms for name in names if name)
        found = any(term in plain(name) for name in names for term in terms)
        return found is (criterion.verb is Verb.CONTAINS)


def drawn(dice: random.Random, count: Count, dimension: int) -> Rule:
    """Draw a rule out of what the books say."""
    _, line = dice.choice(count.lines)
    names = {Field.VENDOR: line.party[1] if line.party else "x", Field.TEXT: dice.choice((line.item, line.text)) or "x"}
    criteria = []
    for field in dice.sample((Field.VENDOR, Field.TEXT, Field.TEXT, Field.AMOUNT), dice.choice((1, 1, 2))):
        if field is Field.AMOUNT:
            amount = to_minor(line.amount, count.digits)
            criteria.append(Criterion(field=field, verb=Verb.BETWEEN, low=amount, high=amount + dice.randrange(10**5)))
            continue
        verb = dice.choice((Verb.IS, Verb.CONTAINS, Verb.CONTAINS, Verb.NOT_CONTAINS))
        text = names[field][:200]
        start = dice.randrange(max(1, len(text) - 3))
        words = text if verb is Verb.IS else text[start : start + dice.randint(1, 6)]
        if not plain(words):
            words = "x"
        criteria.append(Criterion(field=field, verb=verb, terms=(Term(words),)))
    if dimension and (value := dict(line.dimensions).get("class", "")):
        named = Criterion(field=Field.DIMENSION, verb=Verb.IS, terms=(Term(value),), dimension=dimension)
        criteria = dice.choice(([named], [*criteria, named], criteria))
    return Rule(tuple(criteria))


@pytest.mark.parametrize("seed", SEEDS)
def test_rules_take_what_a_count_of_the_file_says(seed: int, alice: User, tmp_path: Path) -> None:
    it = other(seed)
    with linked(sandbox_of(it, tmp_path), it.today, alice, history="everything") as link:
        link.sync()
        book, company, count, dice = link.book, link.connection.company, Count(it, link), random.Random(seed)
        if not count.lines:
            return
        where = paths(book, book.published)
        axes = {row.external_id: id_ for id_, row in listed_names(book, ListKind.DIMENSION, book.published).items()}
        before = Counter(Stored.objects.filter(book=book.pk).values_list("pk", "expense"))
        for _ in range(RULES):
            rule = drawn(dice, count, axes.get("class", 0))
            expected = count.meeting(rule)
            seen = preview(company, book, Asked(rule=rule))
            assert (seen.matched, seen.takes.amount) == (expected.total(), _sum(expected)), rule
            draft = Draft(rule=rule, although_nothing=True)
            saved = save_link(company=company, person=alice, book=book, expense=NewExpense("Linked"), draft=draft).link
            held = Stored.objects.filter(expense=saved.expense_id).values_list("account", "month", "amount")
            ours = Counter((where[account], str(Month.from_key(month)), amount) for account, month, amount in held)
            assert ours == expected, rule
            remove_link(company=company, person=alice, book=book, link=saved)
        assert Counter(Stored.objects.filter(book=book.pk).values_list("pk", "expense")) == before


def _sum(rows: Counter[Row]) -> int:
    return sum(amount * times for (_, _, amount), times in rows.items())
