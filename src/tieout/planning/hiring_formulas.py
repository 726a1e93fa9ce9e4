"""What payroll asks of formulas: how a hiring driver's is kept and shown, and how many people it gives."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tieout.companies.models import Company
from tieout.core.formulas.errors import FormulaError
from tieout.core.formulas.model import Model
from tieout.core.formulas.nodes import Formula
from tieout.core.formulas.texts import keys_of, to_shown, to_stored, tree_of
from tieout.core.month import Month
from tieout.expenses.books import Current, current
from tieout.ledger.models import Book
from tieout.payroll.hiring import Heads, NotAFormula, plain_heads
from tieout.planning.forecast import forecast
from tieout.planning.names import Catalogue, catalogue

_TRIED = "try"


class HiringFormulas:
    """Formulas by the names of the company's books; without books there are numbers and functions only."""

    script = "planning/formula.js"
    style = "planning/formula.css"

    def stored(self, company: Company, text: str) -> str:
        """Return a typed formula as it is kept. Raise NotAFormula with the place in words."""
        try:
            stored = to_stored(text, _names(company))
        except FormulaError as error:
            place = text[error.start : error.end].strip()
            raise NotAFormula(f"{error} It is at “{place}”." if place else str(error)) from error
        if not keys_of(stored) and _constant(stored) < 0:
            raise NotAFormula("A number of people is not below zero. Write how many are hired, such as 2.")
        return stored

    def shown(self, company: Company, stored: str) -> str:
        """Return a kept formula with the names of today."""
        return to_shown(stored, _names(company).shown)


def tell_heads(company: Company, months: Sequence[Month]) -> Heads:
    """Return how many people each driver gives in months to come, as the forecast counts them."""
    book = _book(company)
    if book is None:
        return plain_heads(company, months)
    found = forecast(company, book, through=months[0] - 1, last=months[-1])
    return Heads(people=found.heads, errors=found.post_errors)


def _constant(stored: str) -> Decimal:
    """Return what a formula without names comes to, 0 where it fails: its page says why."""
    row = Model(Month(2000, 1), 1, {_TRIED: Formula(tree_of(stored))}).row(_TRIED)
    return Decimal(0) if row.faults else row.values[0]


def _names(company: Company) -> Catalogue:
    book = _book(company)
    return catalogue(company, book) if book else Catalogue(())


def _book(company: Company) -> Book | None:
    found = current(company)
    return found.book if isinstance(found, Current) else None
