"""What commands ask and how they refuse: a company by its short name, a month, and one sentence with status 2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Never

import typer

from tieout.core.month import Month

if TYPE_CHECKING:
    from tieout.companies.models import Company


def find_company(slug: str) -> Company:
    """Return the company of a slug; end with one sentence and status 2 if there is none."""
    from tieout.companies.queries import by_slug  # noqa: PLC0415 - tables are there when a command runs

    found = by_slug(slug)
    return found or refuse(f"there is no company {slug!r}")


def parse_month(text: str) -> Month:
    """Return the month that the text names; end with one sentence and status 2 for anything else."""
    try:
        return Month.parse(text)
    except ValueError:
        refuse(f"{text!r} is not a month: write it like 2026-01")


@contextmanager
def refusals() -> Iterator[None]:
    """End with the refusal's sentence and status 2 where a report is not there."""
    from tieout.reports.queries import NoReport  # noqa: PLC0415

    try:
        yield
    except NoReport as refusal:
        refuse(str(refusal))


def refuse(why: str) -> Never:
    """Say why on standard error and end with status 2."""
    typer.echo(f"tieout: {why}", err=True)
    raise typer.Exit(2)


def put(content: bytes, output: Path | None) -> None:
    """Write to a file, or to standard output; end with status 2 where the file cannot be written."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        refuse(f"cannot write {output}: {error.strerror}")
