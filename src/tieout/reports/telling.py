"""How a document stands against the provider's figures, in words."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.reports.beside import State
from tieout.reports.document import Document, Row, RowKind
from tieout.ui.figures import count, exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence with its sign: "tied", "differ", "part" or "info"."""

    kind: str
    text: str


def document_state(document: Document) -> Told:
    """Return what the status line says."""
    match document.whole_state:
        case State.DIFFERS:
            rows = [row for row in document.lines if _differs(document, row)]
            named = ", ".join(it.label for it in rows[:3])
            more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
            return Told(
                kind="differ", text=f"UNVERIFIED: {count(len(rows), 'row')} differ from the books: {named}{more}"
            )
        case State.NOT_COMPARED:
            return Told(kind="info", text="Not every month was compared with the books")
        case State.NOT_ITEMISED | State.REVALUED:
            part = sum(abs(it) for row in document.rows if row.kind is RowKind.LINE for it in row.residuals.values())
            return Told(kind="part", text=f"Ties to the books, {exact(part, document.at.book.digits)} not itemised")
        case State.TIES:
            return Told(kind="tied", text="Ties to the books")


def _differs(document: Document, row: Row) -> bool:
    return any(document.state(row, column) is State.DIFFERS for column in document.columns)
