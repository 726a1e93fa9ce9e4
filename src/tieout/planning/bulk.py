"""One way to forecast for many expenses in one step, and the way back from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.contrib.auth.models import User

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.sections import plan
from tieout.ledger.models import Book
from tieout.planning.models import Driver, Options
from tieout.planning.options import OptionsRefused, Wanted, all_options, save_all

CHOICES: Mapping[str, tuple[str, Wanted]] = {
    "average-3": ("the average of the last 3 months", Wanted(driver=Driver.AVERAGE, averaged=3)),
    "average-6": ("the average of the last 6 months", Wanted(driver=Driver.AVERAGE, averaged=6)),
    "average-12": ("the average of the last 12 months", Wanted(driver=Driver.AVERAGE, averaged=12)),
    "last-year": ("the same as last year", Wanted(driver=Driver.LAST_YEAR)),
    "last-month": ("the last month’s amount", Wanted(driver=Driver.AVERAGE, averaged=1)),
    "none": ("no forecast", Wanted()),
}
"""What many expenses can be forecast as at once: the choice's key, its words, what it means."""

_KEPT = (
    "driver", "frequency", "start", "end", "amount", "rate", "department_id", "contractors", "stream_id", "formula",
    "averaged", "growth", "growth_rate", "growth_amount", "growth_every", "paid", "term_id",
)  # fmt: skip
Saved = dict[str, dict[str, str | int | bool | None] | None]
"""Options as they were, by the expense's id in text, None for none: fit for a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a step changed, and how things were before it."""

    changed: tuple[int, ...]
    passed_over: int  # expenses that are payroll: the hiring plan forecasts them
    before: Saved
    after: Saved


@dataclass(frozen=True, slots=True)
class Back:
    """What an undo did: how many expenses are as before, and how many somebody changed since and it left alone."""

    count: int
    kept: int


def forecast_as(
    *, company: Company, person: User, book: Book, expenses: Collection[int], choice: str, rate: int, through: Month
) -> Done:
    """Forecast expenses in one way; ``rate`` changes "the same as last year". Each keeps its payment term.

    Raise OptionsRefused, and write nothing, for an unknown choice, no expense, or one that is not this company's.
    """
    if choice not in CHOICES:
        raise OptionsRefused({"": "Choose what the expenses are forecast as."})
    payroll = {it.id for it in plan(company, book, book.published).members if it.payroll}
    chosen = [expense for expense in dict.fromkeys(expenses) if expense not in payroll]
    if not chosen:
        raise OptionsRefused({"": "No expense was chosen. Tick at least one that is not payroll."})
    wanted = CHOICES[choice][1]
    if wanted.driver is Driver.LAST_YEAR:
        wanted = replace(wanted, rate=rate)
    saved = all_options(company)
    asked = {expense: _with_term(wanted, saved.get(expense)) for expense in chosen}
    changed = save_all(company=company, person=person, book=book, wanted=asked, through=through)
    return Done(
        changed=tuple(changed),
        passed_over=len(set(expenses) & payroll),
        before={str(expense): _kept(saved.get(expense)) for expense in changed},
        after={str(expense): _kept(row) for expense, row in all_options(company).items() if expense in changed},
    )


def put_back(*, company: Company, person: User, book: Book, before: Saved, after: Saved, through: Month) -> Back:
    """Give expenses back the options that they had, where nobody has changed them since. Raise OptionsRefused."""
    now = {str(expense): _kept(row) for expense, row in all_options(company).items()}
    wanted = {
        int(expense): Wanted.of(Options(**options)) if options else Wanted()
        for expense, options in before.items()
        if now.get(expense) == after.get(expense)
    }
    done = save_all(company=company, person=person, book=book, wanted=wanted, through=through)
    return Back(len(done), len(before) - len(wanted))


def _with_term(wanted: Wanted, options: Options | None) -> Wanted:
    if options is None:
        return wanted
    before = Wanted.of(options)
    return replace(wanted, paid=before.paid, term=before.term)


def _kept(options: Options | None) -> dict[str, str | int | bool | None] | None:
    if options is None:
        return None
    values = ((name, getattr(options, name)) for name in _KEPT)
    return {name: value if value is None or isinstance(value, int) else str(value) for name, value in values}
