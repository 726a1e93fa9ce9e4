"""``tieout report``: the reports for people and for scripts."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tieout.config.asking import find_company, put, refusals, refuse
from tieout.config.commands import need_django


class Mapping(StrEnum):
    THEN = "then"
    TODAY = "today"


class Form(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


def report(  # noqa: PLR0913, PLR0917 - the options of a command are its arguments
    name: Annotated[str, typer.Argument(help="Which report, like profit-and-loss; a wrong name lists them all.")],
    company: Annotated[str, typer.Option(help="The company's short name, as in its addresses.")],
    month: Annotated[str, typer.Option(help="One month, like 2026-01.")] = "",
    first: Annotated[
        str, typer.Option("--from", help="The first month of a range; for the change log a sync, 0 before the first.")
    ] = "",
    last: Annotated[str, typer.Option("--to", help="The last month of a range; for the change log a sync.")] = "",
    preset: Annotated[
        str, typer.Option(help="A range by name: month, quarter, last-quarter, year, last-year, 12, all.")
    ] = "",
    by: Annotated[str, typer.Option(help="A column for each month, quarter or year.")] = "",
    compare: Annotated[str, typer.Option(help="Beside it: before, or last-year.")] = "",
    view: Annotated[str, typer.Option(help="One of the report's views, as in its address.")] = "",
    department: Annotated[list[str] | None, typer.Option(help="Only this department; may be repeated.")] = None,
    value: Annotated[list[str] | None, typer.Option(help="Only this dimension value; may be repeated.")] = None,
    find: Annotated[str, typer.Option(help="Only rows that hold this text.")] = "",
    budget: Annotated[str, typer.Option(help="Which budget, by its number in addresses.")] = "",
    sync: Annotated[int | None, typer.Option(help="As known at this sync; the latest by default.")] = None,
    mapping: Annotated[
        Mapping | None, typer.Option(help="Expenses by today's rules, or as they were then (change log: unless asked).")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="For people, scripts, spreadsheets or paper.")] = Form.TABLE,
    natural: Annotated[
        bool, typer.Option("--natural", help="JSON and CSV: positive in the account's normal direction.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
) -> None:
    """Write a report. In trial balance and balance sheet each month is a month end. Exits with 2 if there is none."""
    need_django()
    from tieout.config.report_answers import Format, Wish, answer

    if month and (first or last):
        refuse("give --month, or --from and --to, not both")
    if form in (Form.XLSX, Form.PDF) and output is None:
        refuse(f"where to? give -o FILE.{form.value}")
    wish = Wish(
        name=name,
        company=find_company(company),
        format=Format(form.value),
        month=month,
        first=first,
        last=last,
        sync=sync,
        as_then=None if mapping is None else mapping is Mapping.THEN,
        natural=natural,
        options={"preset": preset, "by": by, "compare": compare, "view": view, "find": find, "budget": budget},
        departments=department or (),
        values=value or (),
    )
    with refusals():
        content = answer(wish)
    put(content, output)
