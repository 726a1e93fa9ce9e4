"""``tieout prove``: tries the claims about syncing on random histories, and says of each whether it held."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from tieout.providerkit import registry

if TYPE_CHECKING:
    from tieout.proofs.outcome import Outcome


def prove(
    *,
    short: Annotated[bool, typer.Option("--short", help="Fewer trials, smaller books: under a minute.")] = False,
    only: Annotated[str, typer.Option(help="The rows to try, like 1,4,7-11.")] = "",
    seed: Annotated[int | None, typer.Option(min=0, help="Repeats a run; without it a seed is drawn.")] = None,
    trials: Annotated[int | None, typer.Option(min=1, help="Trials of each claim.")] = None,
    database: Annotated[
        str, typer.Option(envvar="DATABASE_URL", help="A PostgreSQL server where databases may be made.")
    ] = "",
    provider: Annotated[str, typer.Option(help="quickbooks, xero or xero-documents.")] = "quickbooks",
    at_once: Annotated[int, typer.Option(min=1, help="Claims tried at a time.")] = min(4, 1 + (os.cpu_count() or 1)),
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON object on one line.")] = False,
) -> None:
    """Try to break every claim about syncing, on data made for the purpose; exit with 1 if one breaks.

    Uses nothing of this installation: databases, sandboxes and workers are made for it and go away with it.
    """
    from tieout.proofs import claims, runner, table

    try:
        registry.provable(provider)
    except KeyError as error:
        among = [name for name, (key, _) in registry.demos().items() if key in registry.proved_keys()]
        raise typer.BadParameter(f"{provider!r} is not proved here; these are: {', '.join(among)}") from error
    try:
        asked = claims.chosen(only)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--only") from error
    server = database if database.startswith(("postgres://", "postgresql://")) else ""
    drawn = secrets.randbelow(2**32) if seed is None else seed
    wanted = runner.Wanted(
        claims=asked, seed=drawn, short=short, provider=provider, trials=trials, database=server, at_once=at_once
    )
    other = {"--provider": provider} if provider != "quickbooks" else {}
    manner = {**other, **({"--short": ""} if short else {}), **({"--database": server} if server else {})}

    def told(outcome: Outcome) -> None:
        commands = [runner.again(outcome, tried, manner) for tried in outcome.failures]
        typer.echo("\n".join([table.row(outcome), *table.below(outcome, commands)]))

    # However it is ended, what was made goes away: processes, servers and databases.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    typer.echo(f"Seed {drawn}, on {'PostgreSQL' if server else 'SQLite'}. Each trial has its own installation.\n")
    typer.echo(table.head())
    outcomes = runner.prove(wanted, told)
    failed = sum(bool(it.failures) for it in outcomes)
    held = sum(it.passed for it in outcomes)
    typer.echo(f"\n{held} of {len(outcomes)} claims held, {failed} failed, {len(outcomes) - held - failed} not run.")
    if as_json:
        typer.echo(msgspec.json.encode({"seed": drawn, "outcomes": outcomes}).decode())
    raise typer.Exit(1 if failed else 0)
