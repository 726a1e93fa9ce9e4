"""Row 18: whatever rules, orders, exclusions and marks there are, each line is in one expense or one stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from tieout.core.accounts import AccountType
from tieout.core.rules import BadRule, Criterion, Field, Rule, Term, Verb
from tieout.expenses.amounts import held
from tieout.expenses.organising import Choice, organise
from tieout.expenses.sections import Plan
from tieout.expenses.services import Draft, NewExpense, Refused, order_links, remove_link, save_link
from tieout.expenses.streams import both_plans
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book
from tieout.ledger.movements import movements
from tieout.proofs import queries
from tieout.proofs.ground import Trial
from tieout.proofs.linking import Link, linked
from tieout.proofs.outcome import Measured, must
from tieout.proofs.small import small_books
from tieout.proofs.tying import must_be_well, must_equal_the_books

_WORDS = ("adobe", "bay", "acme", "seats", "hours", "office", "soft", "sales", "travel", "a", "e", "more")
_FIELDS = (Field.VENDOR, Field.TEXT, Field.ACCOUNT)
_VERBS = (Verb.CONTAINS, Verb.IS, Verb.STARTS, Verb.NOT_CONTAINS)
Profit = dict[int, int]


def partition(at: Trial) -> Measured:
    """Make, change and drop rules of both sides between syncs; hold every line and every sum after each step."""
    with linked(at.ground.provider, small_books(at)) as link:
        must_be_well(link.sync())
        made = taken = 0
        for _ in range(at.dice.randint(3, 6)):
            before = _profit(link.book)
            for _ in range(at.dice.randint(1, 4)):
                made += _step(at, link)
            taken = max(taken, _must_be_parted(link.book))
            must(_profit(link.book) == before, "net income moved with a rule, an order or a mark")
            if at.dice.random() < 0.4:
                at.ground.proving.Bookkeeper(link, at.dice).work(at.dice.randint(2, 6))
                must_be_well(link.sync())
                _must_be_parted(link.book)
        must_equal_the_books(link)
        return {"links": made, "lines in links": taken}


def _step(at: Trial, link: Link) -> int:
    """Do one thing that a person may do to the mapping; return 1 if that made a link."""
    company, book, person = link.connection.company, link.book, link.person
    rows = queries.links_of(link.connection)
    kind = at.dice.choice(("make", "make", "make", "change", "order", "remove", "mark"))
    with suppress(Refused, BadRule):  # no line meets it, or nothing of it can be asked
        if kind == "make" or (kind != "mark" and not rows):
            new = NewExpense(f"Row {len(rows)} {at.dice.randint(0, 9_999)}", income=at.dice.random() < 0.4)
            save_link(company=company, person=person, book=book, expense=new, draft=_draft(at, book))
            return 1
        if kind == "change":
            row = at.dice.choice(rows)
            save_link(company=company, person=person, book=book, expense=row.expense, draft=_draft(at, book), link=row)
        elif kind == "order":
            order = [row.pk for row in rows]
            at.dice.shuffle(order)
            order_links(company=company, person=person, book=book, order=order)
        elif kind == "remove":
            remove_link(company=company, person=person, book=book, link=at.dice.choice(rows))
        elif own := [it for it in both_plans(company, book)[0].members if it.account and it.id]:
            choice = Choice(expense=at.dice.choice(own).id, payroll=at.dice.random() < 0.5)
            organise(company=company, person=person, choices=[choice])
    return 0


def _draft(at: Trial, book: Book) -> Draft:
    dice = at.dice
    criteria = tuple(
        Criterion(
            field=dice.choice(_FIELDS),
            verb=dice.choice(_VERBS),
            terms=tuple(map(Term, dice.sample(_WORDS, dice.randint(1, 2)))),
        )
        for _ in range(dice.choice((1, 1, 2)))
    )
    lines = queries.published_lines(book)
    return Draft(
        rule=Rule(criteria),
        payroll_too=dice.random() < 0.3,
        only_these=dice.random() < 0.15,
        left_out=frozenset(dice.sample(lines, min(len(lines), dice.choice((0, 0, 1, 3))))),
        although_nothing=dice.random() < 0.3,
    )


def _must_be_parted(book: Book) -> int:
    """Require that each line is in one row of its side and that the rows add up; return how many lines rules hold."""
    plans = both_plans(book.company, book)
    accounts = chart(book, book.published)
    owner = {it.id: (plan.type, it.account.id if it.account else 0) for plan in plans for it in plan.members if it.id}
    apart = 0
    for account, row, count in queries.lines_by_row(book):
        kind = accounts[account].type
        if kind not in (AccountType.EXPENSE, AccountType.INCOME):
            must(not row, f"a line of {accounts[account].name} is in row {row}: it is neither a cost nor income")
            continue
        must(row in owner, f"{count} lines of {accounts[account].name} are in row {row}, which is none")
        side, own = owner[row]
        must(side is kind, f"{count} lines of {accounts[account].name} are on the other side, in row {row}")
        if own != account:
            apart += count
    for plan in plans:
        _must_add_up(plan, book, [it for it, one in accounts.items() if one.type is plan.type])
    return apart


def _must_add_up(plan: Plan, book: Book, accounts: Sequence[int]) -> None:
    """Require that the rows of one side sum to its accounts, in each month."""
    books: Counter[int] = Counter()
    for account, _, month, amount in movements(book, book.published):
        if account in accounts:
            books[month] += amount
    rows: Counter[int] = Counter()
    for months in held(plan, book).values():
        for at, amount in months.items():
            rows[at.key] += amount
    for key in books.keys() | rows.keys():
        must(books[key] == rows[key], f"the rows of {key} sum to {rows[key]}, the accounts to {books[key]}")


def _profit(book: Book) -> Profit:
    """Return the net income of each month, debit positive, from the lines themselves."""
    accounts = chart(book, book.published)
    sums: Counter[int] = Counter()
    for account, month, amount in queries.line_sums(book):
        if accounts[account].type in (AccountType.EXPENSE, AccountType.INCOME):
            sums[month] += amount
    return dict(sums)
