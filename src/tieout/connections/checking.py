"""The proving half of a run: the provider's statements beside ours, and the months read again where they disagree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.db.models import F

from tieout.connections.models import Phase
from tieout.connections.reading import Reader
from tieout.core.month import Month
from tieout.core.records import Balances, Window
from tieout.ledger import tie_out
from tieout.ledger.listings import NotListed
from tieout.ledger.queries import last_month
from tieout.ledger.tie_out import Mismatch, TieOut

REREADS = 3  # spec §3 (b)


def prove(reader: Reader, months: Sequence[Month]) -> tuple[TieOut, list[Mismatch]]:
    """Return the tie-out, and the balances that tied at the published version and do not now.

    While there are such, their months are read again, up to three times: somebody may be posting. Months after the
    given ones are compared as well, as far as anything is or was posted ahead.
    """
    book = reader.stage.book
    ahead = last_month(book) or months[-1]
    months = [*months, *(months[-1] + 1).until(ahead + 1)]
    before = tie_out.before(book) if book.published else None
    result = _compare(reader, months)
    for _ in range(REREADS):
        doubts = tie_out.newly_differing(result, before) if before is not None else []
        if not doubts:
            return result, []
        for month in suspects(doubts):
            reader.again(Window(start=month.start, end=month.end))
        result = _compare(reader, months)
    return result, tie_out.newly_differing(result, before) if before is not None else []


def suspects(doubts: Sequence[Mismatch]) -> list[Month]:
    """Return the months in which a difference first appears or moves: a balance carries it on to all later ones."""
    found: set[Month] = set()
    by_place = sorted(doubts, key=lambda it: (it.statement, it.account, it.month))
    for _, series in groupby(by_place, key=lambda it: (it.statement, it.account)):
        previous: Mismatch | None = None
        for it in series:
            if previous is None or it.month != previous.month + 1 or it.difference != previous.difference:
                found.add(it.month)
            previous = it
    return sorted(found)


def _compare(reader: Reader, months: Sequence[Month]) -> TieOut:
    hold, stage = reader.hold, reader.stage
    hold.note(phase=Phase.TIE_OUT, reading="the provider's statements")
    if not reader.books.capabilities.reports_balances:
        return TieOut(())
    statements: list[Balances] = []
    for statement in reader.books.balances(months):
        if not statements or statements[-1].month != statement.month:
            hold.note(reading=f"statements of {statement.month.start:%B %Y}")
            reader.check()
        statements.append(statement)
    try:
        written = stage.balances(statements)
    except NotListed:  # an account was made after the lists were read
        reader.lists()
        hold.note(phase=Phase.TIE_OUT)
        written = stage.balances(statements)
    result = tie_out.compare(stage.book, stage.version, {(it.statement, it.month) for it in statements})
    hold.note(
        rows_written=F("rows_written") + written,
        compared=result.compared,
        differing=len(result.mismatches),
        largest=result.largest,
    )
    return result
