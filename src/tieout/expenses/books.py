"""Whose figures the expense pages show: the book that was published last."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tieout.companies.models import Company
from tieout.kit.remember import remembered
from tieout.ledger.models import Book, Publication


class Missing(StrEnum):
    """Why there is nothing to show."""

    CONNECTION = "connection"
    FIRST_SYNC = "first_sync"


@dataclass(frozen=True, slots=True)
class Current:
    """The published book, and which publication (sync N) made it what it is."""

    book: Book
    sync: int


def books_of(company: Company) -> list[Book]:
    """Return all books of a company, the old ones too: they stay readable, so rules hold in them as well."""
    return list(Book.objects.filter(company=company).order_by("pk"))


@remembered
def current(company: Company) -> Current | Missing:
    """Return the company's current book, or why there is none."""
    last = Publication.objects.select_related("book").filter(company=company).order_by("-number").first()
    if last is not None:
        return Current(last.book, last.number)
    return Missing.FIRST_SYNC if Book.objects.filter(company=company).exists() else Missing.CONNECTION
