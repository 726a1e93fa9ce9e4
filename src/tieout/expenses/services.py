"""Changes to expenses and their links: each one transaction with its audit row. Lines follow (`expenses.relinking`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.rules import Rule, check
from tieout.departments import queries as departments
from tieout.expenses import pins
from tieout.expenses.conditions import wanted
from tieout.expenses.models import Expense, ExpenseDepartment, ExpenseKind, Link, PinKind
from tieout.expenses.placement import marked_accounts, payroll_accounts
from tieout.expenses.relinking import rules_changed
from tieout.expenses.rule_json import from_json, to_json
from tieout.expenses.rule_names import Names
from tieout.expenses.sentences import Words, called
from tieout.ledger.matching import Wanted, matched_ids, matched_sums, payroll_lines
from tieout.ledger.models import Book

LONGEST_NAME = 200
MOST_PINNED = 5_000


class Refused(ValueError):
    """It cannot be done; ``str()`` says why and what to do."""


class NothingMatches(Refused):
    """No line meets the rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants of a link. ``left_out``: published lines (row ids) that stay where they are for good."""

    rule: Rule
    payroll_too: bool = False
    only_these: bool = False
    left_out: frozenset[int] = frozenset()
    although_nothing: bool = False  # saved for lines to come


@dataclass(frozen=True, slots=True)
class NewExpense:
    """An added expense that is made together with its link.

    ``department``: an id, or None for Unassigned; ``like`` an expense (id) whose departments it takes over instead.
    """

    name: str
    department: int | None = None
    like: int = 0
    income: bool = False  # a revenue stream


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved link, and whether its lines have moved already."""

    link: Link
    done: bool


# --- expenses --------------------------------------------------------------------------------------------------


@transaction.atomic
def add_expense(
    *, company: Company, person: User, name: str, department: int | None = None, income: bool = False
) -> Expense:
    """Return a new expense, or stream, that is no account's. ``department``: an id, or None for Unassigned."""
    wanted_name = _name(name)
    known = {each.pk: each.name for each in departments.departments(company)}
    if department is not None and department not in known:
        raise Refused("That department is not there any more. Reload the page and choose another.")
    made = Expense.objects.create(company=company, kind=ExpenseKind.ADDED, own_name=wanted_name, income=income)
    if department is not None:
        ExpenseDepartment.objects.create(expense=made, department_id=department)
    after = {"name": wanted_name}
    if not income:
        after["department"] = known.get(department or 0, "Unassigned")
    audit.record(company, person, f"added {_a(made)}", made, after=after)
    return made


@transaction.atomic
def rename_expense(*, company: Company, person: User, expense: Expense, name: str) -> bool:
    """Give an expense a name of its own, "" for the books' where it is an account's; return whether that changed it."""
    wanted_name = "" if expense.account_id and not name.strip() else _name(name)
    if wanted_name == expense.own_name:
        return False
    before, expense.own_name = expense.own_name, wanted_name
    expense.save(update_fields=["own_name"])
    audit.record(
        company, person, f"renamed {_a(expense)}", expense, before={"name": before}, after={"name": wanted_name}
    )
    return True


@transaction.atomic
def remove_expense(*, company: Company, person: User, expense: Expense) -> bool:
    """Remove an added expense: its lines fall back to their accounts. Return whether they are there already.

    Raise Refused for an account's expense: the books have it.
    """
    if expense.account_id:
        what = "stream" if expense.income else "expense"
        raise Refused(f"This {what} is an account of the books. It goes when the account does.")
    audit.record(company, person, f"removed {_a(expense)}", expense, before={"name": expense.own_name})
    Link.objects.filter(expense=expense).delete()
    return rules_changed(company, expenses=[expense.pk], removes=expense.pk)


def _make(company: Company, person: User, wanted_expense: NewExpense) -> Expense:
    made = add_expense(
        company=company, person=person, name=wanted_expense.name, department=wanted_expense.department,
        income=wanted_expense.income,
    )  # fmt: skip
    alike = ExpenseDepartment.objects.filter(expense=wanted_expense.like, expense__company=company)
    if wanted_expense.like:
        ExpenseDepartment.objects.bulk_create(
            ExpenseDepartment(expense=made, from_month=it.from_month, department_id=it.department_id) for it in alike
        )
    return made


def _a(expense: Expense) -> str:
    return "a revenue stream" if expense.income else "an expense"


def _name(name: str) -> str:
    found = " ".join(name.replace("\0", "").split())
    if not found:
        raise Refused("It needs a name.")
    if len(found) > LONGEST_NAME:
        raise Refused(f"The name is longer than {LONGEST_NAME} characters. Shorten it.")
    return found


# --- links -----------------------------------------------------------------------------------------------------


@transaction.atomic
def save_link(
    *,
    company: Company,
    person: User,
    book: Book,
    expense: Expense | NewExpense,
    draft: Draft,
    link: Link | None = None,
    sees_pay: bool = True,
) -> Saved:
    """Make a link, or change one, and move the lines. Raise BadRule or Refused, and write nothing, if it cannot be."""
    check(draft.rule)
    names = Names(book)
    keeps = () if draft.payroll_too else marked_accounts(company)
    want = wanted([draft.rule], names, keeps=keeps, income=expense.income)
    found = matched_ids(book, want) if draft.only_these else []
    _refuse_nothing(book, draft, want)
    if not sees_pay and payroll_lines(book, want, payroll_accounts(company, book)):
        raise Refused(
            "This rule would take payroll entries, which you may not see one by one, and show what they come to. "
            "Nothing was saved. Narrow the rule, or ask an owner with the payroll-detail right."
        )
    if isinstance(expense, NewExpense):
        expense = _make(company, person, expense)
    before = _told(book, link) if link else {}
    if link is None:
        last = Link.objects.filter(company=company).aggregate(last=Max("position"))["last"] or 0
        link = Link(company=company, expense=expense, position=last + 1)
    link.rule, link.payroll_too, link.only_pinned = to_json(draft.rule), draft.payroll_too, draft.only_these
    link.save()
    pins.replace(link, book, draft.left_out, names)
    _pin_only_these(link, book, draft, found, names)
    audit.record(
        company,
        person,
        "changed a link" if before else f"linked {_a(expense)}",
        link,
        before=before,
        after=_told(book, link),
    )
    return Saved(link, rules_changed(company, expenses=[expense.pk], rules=[draft.rule]))


@transaction.atomic
def remove_link(*, company: Company, person: User, book: Book, link: Link) -> bool:
    """Remove a link: its lines fall to the next link that takes them, or to their account. Return whether they have."""
    audit.record(company, person, "removed a link", link, before=_told(book, link))
    expense = link.expense_id
    link.delete()
    return rules_changed(company, expenses=[expense])


@transaction.atomic
def order_links(*, company: Company, person: User, book: Book, order: Sequence[int]) -> bool:
    """Have the links (ids) asked in this order; return whether the lines have moved. Ids left out stay behind them.

    Links of expenses and those of streams compete for no line, so each side has an order of its own.
    """
    found = Link.objects.select_for_update(of=("self",)).select_related("expense").filter(company=company)
    rows = list(found.order_by("position", "pk"))
    words = Words(book)
    moved: list[Link] = []
    for income in (False, True):
        was = [row for row in rows if row.expense.income is income]
        final = _ordered(was, order)
        changed = [row for place, row in enumerate(final) if was[place] is not row]
        if changed:
            moved += changed
            _keep_order(company, person, words, was, final)
    # A line changes hands only where two links that changed places both match it, so the moved rules find all of them.
    return rules_changed(company, rules=[from_json(row.rule) for row in moved]) if moved else True


def _ordered(rows: Sequence[Link], order: Sequence[int]) -> list[Link]:
    by_id = {row.pk: row for row in rows}
    first = [by_id[pk] for pk in dict.fromkeys(order) if pk in by_id]
    return [*first, *(row for row in rows if row.pk not in order)]


def _keep_order(company: Company, person: User, words: Words, was: Sequence[Link], final: Sequence[Link]) -> None:
    for place, row in enumerate(final, 1):
        Link.objects.filter(pk=row.pk).update(position=place)
    names = {row.pk: called(words, row.expense) for row in was}
    audit.record(
        company, person, "reordered the links", final[0],
        before={"order": " › ".join(names[row.pk] for row in was)},
        after={"order": " › ".join(names[row.pk] for row in final)},
    )  # fmt: skip


def _refuse_nothing(book: Book, draft: Draft, want: Wanted) -> None:
    if draft.although_nothing or matched_sums(book, want):
        return
    raise NothingMatches(
        "No line matches this rule, so nothing was saved. Check the spelling, or tick “Save although nothing matches "
        "yet” to have it wait for lines to come."
    )


def _pin_only_these(link: Link, book: Book, draft: Draft, found: Sequence[int], names: Names) -> None:
    link.pins.filter(kind=PinKind.INCLUDE).delete()
    if not draft.only_these:
        return
    lines = [line for line in found if line not in draft.left_out]
    if len(lines) > MOST_PINNED:
        raise Refused(
            f"“Only these lines” keeps each line by itself, at most {MOST_PINNED:,} of them; this rule matches "
            f"{len(lines):,}. Narrow the rule, or let new lines join."
        )
    pins.pin(link, book, lines, PinKind.INCLUDE, names)


def _told(book: Book, link: Link) -> dict[str, audit.Value]:
    words = Words(book)
    return {
        "stream" if link.expense.income else "expense": called(words, link.expense),
        "rule": words.sentence(from_json(link.rule), income=link.expense.income),
        "left out": link.pins.filter(kind=PinKind.EXCLUDE).count(),
        "new lines join": not link.only_pinned,
        "payroll too": link.payroll_too,
    }
