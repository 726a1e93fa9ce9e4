"""Reports on paper: one, or a pack of several behind a cover with contents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tieout.kit.typesetting import set_pages
from tieout.reports.beside import State, overall
from tieout.reports.document import ColumnKind, Document
from tieout.reports.document_charts import charts_of
from tieout.reports.heading import Heading, heading, remark_words
from tieout.reports.making import Made
from tieout.reports.paper_parts import Setting, part_of, setting
from tieout.reports.telling import Told
from tieout.ui.charts import chart_svg
from tieout.ui.figures import count

CONTENT_TYPE = "application/pdf"
_TEMPLATE = Path(__file__).parent / "paper" / "pack.typ"
_LETTER = frozenset({"USD", "CAD", "MXN", "CLP", "COP", "PHP"})  # where paper is cut so
_LEGEND = (
    "Figures in parentheses are negative, a dash is zero. A double rule closes a total that ties out to the books; "
    "≠ and UNVERIFIED mark what differs from them; italics are a forecast."
)


def document_pdf(made: Made) -> bytes:
    """Return one report as PDF."""
    return _pdf((made,), title=heading(made).title, cover=False)


def pack_pdf(several: Sequence[Made], *, title: str) -> bytes:
    """Return several reports of one company and one sync, in their order, as one PDF with a cover and contents."""
    return _pdf(several, title=title, cover=True)


def _pdf(several: Sequence[Made], *, title: str, cover: bool) -> bytes:
    first = several[0]
    told = heading(first)
    data = {
        "title": title,
        "company": told.company,
        "paper": "us-letter" if first.at.book.currency in _LETTER else "a4",
        "cover": cover,
        "months": told.months,
        "books": told.books,
        "known": told.known,
        "state": _told(pack_state(several)),
        "words": {"contents": "Contents", "legend": _LEGEND},
        "sections": [_section(it) for it in several],
    }
    return set_pages(_TEMPLATE, data, at=first.at.publication.at)


def pack_state(several: Sequence[Made]) -> Told:
    """Return how all reports stand together."""
    if len(several) == 1:
        return heading(several[0]).state
    states = {it.document.whole_state for it in several}
    differing = sum(1 for it in several if it.document.whole_state is State.DIFFERS)
    match overall(states):
        case State.DIFFERS:
            return Told(kind="differ", text=f"UNVERIFIED: {count(differing, 'report')} differ from the books")
        case State.NOT_COMPARED:
            return Told(kind="info", text="Not everything was compared with the books: each report says what was")
        case State.TIES:
            return Told(kind="tied", text="Ties to the books")
        case _:
            return Told(kind="part", text="Ties to the books, in part not itemised: each report says how much")


def _section(made: Made) -> dict[str, object]:
    document, told = made.document, heading(made)
    how = setting(document, exact_figures=made.asked.exact)
    return {
        "title": told.title,
        "months": ", ".join(filter(None, (told.months, told.narrowed))),
        "books": told.books,
        "known": told.known,
        "state": _told(told.state),
        "wide": how.sheet.wide,
        "size": how.sheet.size,
        "charts": _charts(document, wide=how.sheet.wide),
        "parts": [
            part_of(document, columns, how, _caption(how, at)) for at, columns in enumerate(how.parts)
        ] if document.rows else [],
        "empty": "" if document.rows else document.empty,
        "notes": [*document.notes, *_notes(made, told, how), *remark_words(document)],
    }  # fmt: skip


def _charts(document: Document, *, wide: bool) -> list[dict[str, str]]:
    """Return what is drawn above the figures, as wide as they are; nothing where nothing can be drawn."""
    drawn = [(it.title, chart_svg(it, "print", width=1060 if wide else 720, height=210)) for it in charts_of(document)]
    return [{"title": title, "svg": svg} for title, svg in drawn if svg]


def _caption(how: Setting, at: int) -> str:
    return f"Part {at + 1} of {len(how.parts)}" if len(how.parts) > 1 else ""


def _notes(made: Made, told: Heading, how: Setting) -> list[str]:
    """Return what a reader of these figures must know."""
    notes = []
    if not how.exact and made.at.book.digits:
        notes.append("Whole units: each figure is rounded by itself, so that rounded lines may miss a total by one.")
    if told.state.kind == "differ":
        notes.append("≠ UNVERIFIED: the figure differs from the provider's.")
    if any(it.kind in (ColumnKind.FORECAST, ColumnKind.MIXED) for it in made.document.columns):
        notes.append("Columns in italics hold a forecast, not only what was posted.")
    return notes


def _told(told: Told) -> dict[str, str]:
    return {"kind": told.kind, "text": told.text}
