"""Budgets as tests write them down."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User

from tests.expenses import small_ledger
from tieout.budgets import labelling, services
from tieout.budgets.content import Line
from tieout.budgets.models import Budget
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.ledger.models import Book

JANUARY = Month(2026, 1)
NUMBERS = {
    "hosting": "5010",
    "wages": "6000",
    "advertising": "6200",
    "trade_shows": "6210",
    "other": "6900",
    "revenue": "4000",
}


def new(name: str, *, months: int = 12, first: Month = JANUARY) -> services.New:
    """Return what a version of so many months is to be."""
    return services.New(name=name, first=first, last=first + (months - 1), currency="USD", digits=2)


def lines(company: Company, book: Book, **amounts: Sequence[int]) -> list[Line]:
    """Return lines of the small ledger's expenses: ``hosting=[700_00, 700_00]`` from January."""
    given = [
        Line(
            expense=small_ledger.expense(book, NUMBERS[name]).pk,
            amounts={JANUARY + place: amount for place, amount in enumerate(months)},
        )
        for name, months in amounts.items()
    ]
    return labelling.fill(given, labelling.labelled(company, book))


def budget(company: Company, book: Book, person: User, name: str, **amounts: Sequence[int]) -> Budget:
    """Return a budget of 2026 with these months."""
    return services.create(company, new(name), lines(company, book, **amounts), person=person)
