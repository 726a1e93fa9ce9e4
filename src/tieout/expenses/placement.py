"""Which expense a line is in, for staging and for rules that change; and which accounts are payroll, for masking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction
from django.db.models import Case, Value, When

from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.expenses import mapping
from tieout.expenses.conditions import wanted
from tieout.expenses.matching import LinkRule, Matcher, identities
from tieout.expenses.models import Expense, ExpenseKind
from tieout.expenses.rule_names import Names
from tieout.expenses.suggestions import Subject, looks_like_payroll
from tieout.ledger.accounts import LATEST, Account, chart
from tieout.ledger.matching import ids_in_expenses, matched_ids
from tieout.ledger.models import Book
from tieout.ledger.placing import Content, Placement, place_lines_again


@dataclass(frozen=True, slots=True)
class Own:
    """The expense, or the stream, that an account is by itself."""

    id: int
    income: bool  # a stream: of an income account
    payroll: bool = False  # marked as payroll: the account keeps its lines


class RulePlacement:
    """A line is its first link's, asked in order; else its account's. Lines of other accounts are in no expense (0).

    A link is asked only for lines of its own side: a stream's for those of income accounts, others for the rest.
    """

    def __init__(self, book: Book, own: Mapping[int, Own], links: Sequence[LinkRule], version: int) -> None:
        self._book = book
        self._own = own  # by account row id
        self._links = links
        self.version = version

    @cached_property
    def whole(self) -> frozenset[str]:
        """The entries with a pin."""
        return frozenset(key for link in self._links for key in (*link.left_out, *link.only))

    @cached_property
    def _names(self) -> Names:
        return Names(self._book)

    @cached_property
    def _matchers(self) -> list[Matcher]:
        return [Matcher(link, self._names) for link in self._links]

    def expenses_of(self, entry: str, lines: Sequence[Content]) -> list[int]:
        """Return each line's expense, 0 for none."""
        if not self._links:
            return [own.id if (own := self._own.get(line.account)) else 0 for line in lines]
        if entry in self.whole:
            return self._pinned(entry, lines)
        return [self._first(line, self._matchers) for line in lines]

    def _pinned(self, entry: str, lines: Sequence[Content]) -> list[int]:
        result = []
        for line, pinned in zip(lines, identities(lines, self._names), strict=True):
            asked = [
                each
                for each in self._matchers
                if pinned not in each.link.left_out.get(entry, ())
                and (not each.link.only_pinned or pinned in each.link.only.get(entry, ()))
            ]
            result.append(self._first(line, asked, pinned=True))
        return result

    def _first(self, line: Content, matchers: Sequence[Matcher], *, pinned: bool = False) -> int:
        own = self._own.get(line.account)
        if own is None:
            return 0
        for each in matchers:
            open_ = (pinned or not each.link.only_pinned) and (each.link.payroll_too or not own.payroll)
            if open_ and each.link.income is own.income and each.takes(line):
                return each.link.expense
        return own.id

    def newest(self) -> Placement:
        """Return the rules as they are now, held still until the caller's transaction ends."""
        version = mapping.lock(self._book.company_id)
        return self if version == self.version else prepare(self._book)

    def names_matter(self) -> bool:
        """Whether a rule compares names that were typed."""
        return any(not term.id for link in self._links for it in link.rule.criteria for term in it.terms)


def prepare(book: Book) -> RulePlacement:
    """Make the expenses and streams that the newest chart's accounts lack and return where lines go.

    For a sync run, after the lists are staged and before the entries are. Twice is as once, at the same time too.
    """
    version = mapping.version(book.company_id)  # first: rules that change after this are noticed at publication
    sides = {
        account.id: account.type is AccountType.INCOME
        for account in chart(book, LATEST).values()
        if account.type in (AccountType.EXPENSE, AccountType.INCOME)
    }
    present = _by_account(book.company_id)
    missing = [account for account in sides if account not in present]
    if missing:
        Expense.objects.bulk_create(
            (
                Expense(company_id=book.company_id, account_id=account, kind=ExpenseKind.ACCOUNT, income=sides[account])
                for account in missing
            ),
            ignore_conflicts=True,  # another run may have made them just now
            batch_size=500,
        )
        present = _by_account(book.company_id)
    # Only a run reads lists anew: an old book that is placed again does not know better what an account is.
    turned = (
        [present[it].id for it, side in sides.items() if present[it].income is not side] if book.open_version else []
    )
    if turned:
        _turn(book, turned)
        return prepare(book)
    own = {account: Own(present[account].id, side, present[account].payroll) for account, side in sides.items()}
    return RulePlacement(book, own, mapping.links(book.company_id), version)


@transaction.atomic
def _turn(book: Book, rows: Sequence[int]) -> None:
    """Put accounts' rows on the other side: an expense account that is an income account now, or the other way round.

    Their links take lines of the other side from now on, and give back those that they had.
    """
    mapping.lock(book.company_id)
    before = [link for link in mapping.links(book.company_id) if link.expense in rows]
    Expense.objects.filter(pk__in=rows).update(income=Case(When(income=True, then=Value(False)), default=Value(True)))
    if not before:
        return
    mapping.move(book.company_id)
    names = Names(book)
    lines = set(ids_in_expenses(book, [link.expense for link in before]))
    for link in before:
        lines.update(matched_ids(book, wanted([link.rule], names, income=not link.income)))
    place_lines_again(book, prepare(book), sorted(lines), visible_at=book.published)


def payroll_accounts(company: Company, book: Book) -> frozenset[int]:
    """Return the accounts (row ids) whose lines only readers with the payroll-detail right see one by one (spec §14).

    Those marked as payroll and, until somebody has decided, those that look like it as published.
    """
    marks = dict(Expense.objects.filter(company=company, account__isnull=False).values_list("account_id", "payroll"))
    return frozenset(
        account.id for account in chart(book, book.published).values() if _is_payroll(account, marks.get(account.id))
    )


def subject_of(account: Account) -> Subject:
    """Return what suggestions look at."""
    return Subject(
        id=account.id,
        number=account.number,
        name=account.name,
        subtype=account.subtype,
        role=account.role,
        parent=account.parent,
        type=account.type,
    )


def _is_payroll(account: Account, mark: bool | None) -> bool:
    if mark is not None:
        return mark
    if account.type is not AccountType.EXPENSE:
        return account.role is AccountRole.PAYROLL
    return looks_like_payroll(subject_of(account))


def _by_account(company: int) -> dict[int, Own]:
    rows = Expense.objects.filter(company_id=company, account__isnull=False)
    found = rows.values_list("account_id", "pk", "income", "payroll")
    return {account: Own(pk, income, bool(payroll)) for account, pk, income, payroll in found}


def marked_accounts(company: Company) -> frozenset[int]:
    """Return the accounts marked as payroll (row ids): they keep their lines, unless a link says otherwise."""
    rows = Expense.objects.filter(company=company, account__isnull=False, payroll=True)
    return frozenset(rows.values_list("account_id", flat=True))
