"""How a document stands against the provider's figures, in words."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.reports.beside import PART_WORDS, State
from tieout.reports.document import Document, Row
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
            verb = "differs" if len(rows) == 1 else "differ"
            text = f"UNVERIFIED: {count(len(rows), 'row')} {verb} from the books: {named}{more}"
            return Told(kind="differ", text=text)
        case State.NOT_COMPARED if document.aside:
            return Told(kind="info", text=document.aside)
        case State.NOT_COMPARED:
            return Told(kind="info", text="Not every month was compared with the books")
        case State.NOT_ITEMISED | State.REVALUED as state:
            part = exact(_not_itemised(document), document.at.book.digits)
            return Told(kind="part", text=f"Ties to the books, {part} {PART_WORDS[state]}")
        case State.TIES:
            return Told(kind="tied", text="Ties to the books")


def _not_itemised(document: Document) -> int:
    """Return how much of all posted columns is not itemised, up and down; a total repeats what others hold."""
    own = [it for it in document.columns if it.posted and not it.total] or document.columns
    part = sum(abs(row.residuals.get(it.key, 0)) for row in document.lines for it in own)
    return part // 2 if document.two_sided else part


def _differs(document: Document, row: Row) -> bool:
    return any(document.state(row, column) is State.DIFFERS for column in document.columns)
