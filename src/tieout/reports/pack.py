"""A report pack: several reports of the same months and the same sync, one behind the other."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from tieout.companies.models import Company
from tieout.kit.sheet_writing import Cell, Look, Text, workbook
from tieout.reports.catalogue import REPORTS, report_named
from tieout.reports.document_pdf import pack_pdf, pack_state
from tieout.reports.heading import heading
from tieout.reports.making import Made, make
from tieout.reports.queries import NoReport
from tieout.reports.xlsx_report import write_report

TITLE = "Report pack"
PRESET = "year"
_LONGEST = 80  # characters of a title
_SHARED = ("from", "to", "preset", "by", "compare", "sync", "mapping", "cents", "budget")
"""What a pack asks of all its reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Reports in their order, and what the cover calls them."""

    title: str
    reports: tuple[Made, ...]

    @property
    def file_name(self) -> str:
        """What a file of it is called, without its ending."""
        first = self.reports[0]
        return f"{first.at.company.slug}-pack-{first.asked.first}-to-{first.asked.last}"


def chosen_names(query: QueryDict) -> tuple[str, ...]:
    """Return the reports that an address chooses, in order: by ``place-NAME`` where it says so, else as they come."""
    names = tuple(dict.fromkeys(query.getlist("report")))

    def place(name: str) -> int:
        text = query.get(f"place-{name}", "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else len(names)

    return tuple(sorted(names, key=place))


def title_of(query: QueryDict) -> str:
    """Return what the cover is to say."""
    return query.get("title", "").strip()[:_LONGEST] or TITLE


def pack(company: Company, query: QueryDict, *, sees_pay: bool) -> Pack:
    """Return the pack that an address asks for; raise NoReport, naming the report, where one cannot be made."""
    names = chosen_names(query)
    if not names:
        raise NoReport("choose at least one report for the pack")
    return Pack(title=title_of(query), reports=tuple(_made(company, name, query, sees_pay=sees_pay) for name in names))


def _made(company: Company, name: str, query: QueryDict, *, sees_pay: bool) -> Made:
    report = report_named(name)
    own = QueryDict(mutable=True)
    own.update({key: text for key in _SHARED if (text := query.get(key, ""))})
    if not any(own.get(key) for key in ("from", "to", "preset")):
        own["preset"] = PRESET
    if not report.compares:
        own.pop("compare", None)
    if view := query.get(f"view-{name}", ""):
        own["view"] = view
    try:
        return make(company, name, own, sees_pay=sees_pay)
    except NoReport as refusal:
        raise NoReport(f"{report.title}: {refusal}") from refusal


def as_pdf(found: Pack) -> bytes:
    """Return a pack as PDF."""
    return pack_pdf(found.reports, title=found.title)


def as_xlsx(found: Pack) -> bytes:
    """Return a pack as a workbook: its contents, and a sheet for each report."""
    file = io.BytesIO()
    first = found.reports[0]
    with workbook(file, title=found.title, company=first.at.company.name, made=first.at.publication.at.date()) as book:
        contents = book.page("Contents")
        pages = [book.page(it.document.title) for it in found.reports]
        contents.widths({0: 44, 1: 60, 2: 60})
        for cells in _cover(found):
            contents.row(cells)
        for page, it in zip(pages, found.reports, strict=True):
            told = heading(it)
            row = contents.next
            contents.link(row, 0, page.name, told.title)
            contents.beside(row, {1: Text(told.months), 2: Text(told.state.text)})
            write_report(page, it, {})
        contents.row({})
        contents.row({0: Text("The lines behind the figures are in the workbook of each report.", Look(tone="grey"))})
    return file.getvalue()


def _cover(found: Pack) -> Sequence[dict[int, Cell]]:
    first = found.reports[0]
    told, state = heading(first), pack_state(found.reports)
    name = Look(bold=True, below="single", fill=True)
    return (
        {0: Text(f"{told.company}: {found.title}", Look(bold=True, large=True))},
        {0: Text(f"{told.books}, {told.known}", Look(tone="grey"))},
        {0: Text(state.text, Look(bold=True, tone="bad" if state.kind == "differ" else ""))},
        {},
        {0: Text("Report", name), 1: Text("Months", name), 2: Text("Tie-out", name)},
    )


def offered() -> tuple[tuple[str, str, str], ...]:
    """Return the reports that a pack may hold: name, title, what each is for."""
    return tuple((it.name, it.title, it.about) for it in REPORTS)
