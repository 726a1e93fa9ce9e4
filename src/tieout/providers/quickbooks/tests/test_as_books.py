"""A company's books, given away: the file that comes of them says the same to the cent."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from tieout.core.money import to_decimal
from tieout.providerkit.books import read_books, write_books
from tieout.providers.quickbooks.sandbox.as_books import books_of
from tieout.providers.quickbooks.sandbox.from_books import engine_from
from tieout.providers.quickbooks.sandbox.listing import lines
from tieout.providers.quickbooks.sandbox.small import small


def test_every_line_is_given_and_the_file_is_in_order() -> None:
    engine = small().engine
    books = read_books(write_books(books_of(engine)), name="small")
    given = Counter(
        (entry.date.isoformat(), line.account, Decimal(line.amount), line.party or entry.party)
        for entry in books.entries
        for line in entry.lines
    )
    posted = Counter(
        (txn.day.isoformat(), it.account, to_decimal(it.amount, 2), "/".join(it.party) if it.party else None)
        for txn in engine.journal.txns.values()
        for it in txn.postings
    )
    assert given == posted


def test_served_again_they_are_the_same_books() -> None:
    engine = small().engine
    again = engine_from(books_of(engine), realm="2", today=date(2026, 3, 2))

    def told(of: object) -> Counter[tuple[str, ...]]:
        return Counter(
            (row["date"], row["type"], row["account"], row["amount"], row["class"], row["location"], row["item"])
            for row in lines(of)  # type: ignore[arg-type]
        )

    assert told(again) == told(engine)
