"""``tieout rotate-keys``: the authorisations under another key."""

from __future__ import annotations

from typing import Annotated

import typer

from tieout.config.commands import need_django


def rotate_keys(
    new: Annotated[bool, typer.Option("--new", help="Only print a new key, to be put in front of the others.")] = False,
) -> None:
    """Seal every authorisation with the first of the token keys, while everything runs; then the others may go.

    Each process must know the first key already: put it in front, start web and workers again, then call this.
    """
    if new:
        from tieout.kit.secrets import new_key

        typer.echo(new_key())
        return
    need_django()
    from tieout.connections.credentials import reseal

    done, lost = reseal()
    typer.echo(f"{done} authorisations are sealed with the first key.")
    if lost:
        typer.echo(f"{lost} cannot be opened with any of the keys: authorise those connections again.", err=True)
        raise typer.Exit(1)
    typer.echo("The other keys are no longer needed, except for older backups. Take them out, and start again.")
