"""Which expense a line is in, for staging and for rules that change; and which accounts are payroll, for masking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.expenses import mapping
from tieout.expenses.matching import LinkRule, Matcher, identities
from tieout.expenses.models import Expense, ExpenseKind
from tieout.expenses.rule_names import Names
from tieout.expenses.suggestions import Subject, looks_like_payroll
from tieout.ledger.accounts import LATEST, Account, chart
from tieout.ledger.models import Book
from tieout.ledger.placing import Content, Placement


class RulePlacement:
    """A line is its first link's, asked in order; else its account's. Lines of other accounts are in no expense (0)."""

    def __init__(
        self, book: Book, expenses: Mapping[int, int], payroll: frozenset[int], links: Sequence[LinkRule], version: int
    ) -> None:
        self._book = book
        self._expenses = expenses  # account row id to expense id
        self._payroll = payroll  # accounts marked as payroll: they keep their lines
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
            return [self._expenses.get(line.account, 0) for line in lines]
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
        own = self._expenses.get(line.account, 0)
        if not own:
            return 0
        marked = line.account in self._payroll
        for each in matchers:
            open_ = (pinned or not each.link.only_pinned) and (each.link.payroll_too or not marked)
            if open_ and each.takes(line):
                return each.link.expense
        return own

    def newest(self) -> Placement:
        """Return the rules as they are now, held still until the caller's transaction ends."""
        version = mapping.lock(self._book.company_id)
        return self if version == self.version else prepare(self._book)

    def names_matter(self) -> bool:
        """Whether a rule compares names that were typed."""
        return any(not term.id for link in self._links for it in link.rule.criteria for term in it.terms)


def prepare(book: Book) -> RulePlacement:
    """Make the expenses that the newest chart's accounts lack and return where lines go.

    For a sync run, after the lists are staged and before the entries are. Twice is as once, at the same time too.
    """
    version = mapping.version(book.company_id)  # first: rules that change after this are noticed at publication
    wanted = [account.id for account in chart(book, LATEST).values() if account.type is AccountType.EXPENSE]
    present = _by_account(book.company_id)
    missing = [account for account in wanted if account not in present]
    if missing:
        Expense.objects.bulk_create(
            (Expense(company_id=book.company_id, account_id=account, kind=ExpenseKind.ACCOUNT) for account in missing),
            ignore_conflicts=True,  # another run may have made them just now
            batch_size=500,
        )
        present = _by_account(book.company_id)
    marked = frozenset(account for account in wanted if present[account][1])
    return RulePlacement(
        book, {account: present[account][0] for account in wanted}, marked, mapping.links(book.company_id), version
    )


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


def _by_account(company: int) -> dict[int, tuple[int, bool]]:
    """Return each account's expense, and whether it is marked as payroll."""
    rows = Expense.objects.filter(company_id=company, account__isnull=False)
    return {account: (pk, bool(payroll)) for account, pk, payroll in rows.values_list("account_id", "pk", "payroll")}


def marked_accounts(company: Company) -> frozenset[int]:
    """Return the accounts marked as payroll (row ids): they keep their lines, unless a link says otherwise."""
    rows = Expense.objects.filter(company=company, account__isnull=False, payroll=True)
    return frozenset(rows.values_list("account_id", flat=True))
