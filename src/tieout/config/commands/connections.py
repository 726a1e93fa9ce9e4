"""``tieout connections``: what is connected, and how the figures stand against the books."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.config.asking import find_company
from tieout.config.commands import need_django

if TYPE_CHECKING:
    from tieout.connections.models import Connection


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def connections(
    company: Annotated[str, typer.Option(help="One company's short name; all companies by default.")] = "",
    format_: Annotated[Format, typer.Option("--format", help="For people or for scripts.")] = Format.TABLE,
) -> None:
    """List the connections: their state, their last sync, and whether it tied."""
    need_django()
    from tieout.connections.queries import connections_of, state_of

    found = connections_of(find_company(company) if company else None)
    if format_ is Format.JSON:
        typer.echo(json.dumps([{"company": it.company.slug, **state_of(it)} for it in found]))
        return
    if not found:
        typer.echo("Nothing is connected.")
        return
    rows = [("COMPANY", "ORGANISATION", "STATE", "BASIS", "SYNC", "AS OF", "NEXT", "TIE-OUT"), *map(_row, found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for it in found:
        if told := _trouble(it):
            typer.echo(f"\n{it.company.slug}: {told}")


def _trouble(connection: Connection) -> str:
    """Return what keeps the books from being read, and what to do."""
    from tieout.connections.queries import last_run

    if connection.trouble:
        return f"{connection.trouble} {connection.remedy}".rstrip()
    last = last_run(connection)
    if connection.failing_since is None or last is None or not last.reason:
        return ""
    since = f"{connection.failing_since:%Y-%m-%d %H:%M} UTC"
    return f"The books could not be read since {since}. {last.reason} {last.remedy}".rstrip()


def _row(connection: Connection) -> tuple[str, ...]:
    from tieout.connections.queries import last_run, published
    from tieout.connections.scheduling import upcoming
    from tieout.core.money import to_text

    now = published(connection.book)
    run, coming = last_run(connection), upcoming(connection)
    made = now.publication if now else None
    state = "syncing" if run is not None and run.alive else connection.state
    if made is None or now is None:
        tie_out = "none yet"
    elif made.verified:
        tie_out = f"ties, {now.part}" if now.part else "ties"
    else:
        tie_out = f"UNVERIFIED, by up to {to_text(now.largest, made.book.digits)} {made.book.currency}"
    return (
        connection.company.slug,
        connection.organisation.name + (" (sandbox)" if connection.is_sandbox else ""),
        state,
        connection.basis,
        str(made.number) if made else "–",
        f"{made.at:%Y-%m-%d %H:%M} UTC" if made else "–",
        f"{coming.at:%Y-%m-%d %H:%M} UTC, {coming.kind.label.lower()}" if coming else "–",
        tie_out,
    )
