"""``tieout restore``: this installation as it was at a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieout.config.commands import need_django


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `tieout backup` has written.")],
    replace: Annotated[bool, typer.Option("--replace", help="Even if this installation holds data: they go.")] = False,
) -> None:
    """Bring a backup back: it is proved first, then put in place in one step. Older ones are brought up to date."""
    need_django()
    from tieout.config.backup.archive import CannotRestore
    from tieout.config.backup.restoring import restore as bring_back
    from tieout.connections.credentials import openable

    try:
        backup = bring_back(file.absolute(), replace=replace)
    except CannotRestore as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal
    typer.echo(
        f"This installation is as it was on {backup.made_at:%Y-%m-%d at %H:%M:%S} UTC. Everybody signs in again."
    )
    opened, all_ = openable()
    if all_:
        typer.echo(f"{opened} of {all_} authorisations can be opened with the keys of this installation.")
    if opened < all_:
        typer.echo("Put back the token keys of that time, or authorise those connections again under Integrations.")
    typer.echo("Start the site and the workers again. Syncs that were under way go on by themselves.")
