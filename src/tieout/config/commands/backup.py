"""``tieout backup``: everything that this installation knows, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieout.config.commands import need_django


def backup(file: Annotated[Path, typer.Argument(help="Where to write it; a file that does not exist yet.")]) -> None:
    """Write a backup while everything runs. The keys are not in it: keep them elsewhere."""
    need_django()
    from django.utils import timezone

    from tieout.config.backup.installation import where_the_keys_are
    from tieout.config.backup.making import CannotBackUp, make

    try:
        made = make(file.absolute(), now=timezone.now())
    except CannotBackUp as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal
    rows = sum(table.rows for table in made.tables.values())
    typer.echo(f"{file}: {rows:,} rows of {len(made.tables)} tables, as of {made.made_at:%Y-%m-%d %H:%M:%S} UTC.")
    typer.echo(
        "The keys are not in it. Keep a copy of them somewhere else: without the token keys the authorisations in\n"
        "this backup cannot be opened by anybody, and each connection asks to be authorised again. They are:"
    )
    for place in where_the_keys_are():
        typer.echo(f"  {place}")
