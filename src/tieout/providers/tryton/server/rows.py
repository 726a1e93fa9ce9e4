"""Canonical books as the desk takes them: rows of plain JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from tieout.providerkit.books import SampleBooks, write_books


def rows_of(books: SampleBooks, *, today: date) -> list[dict[str, Any]]:
    """Return books as rows for the desk's order ``books``, with fiscal years up to a day."""
    rows = [msgspec.json.decode(line, type=dict[str, Any]) for line in write_books(books)]
    company = rows[0]
    company["decimals"] = books.company.decimals
    company["first_month"] = books.company.fiscal_year_first_month
    company["today"] = today.isoformat()
    return rows
