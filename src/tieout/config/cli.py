"""The command line: ``tieout <command>``. A new command is a module in ``commands`` and a line here."""

from __future__ import annotations

import os

import typer

from tieout.config.commands import (
    backup,
    connections,
    demo,
    migrate,
    prove,
    report,
    restore,
    rotate_keys,
    sandbox,
    sync,
    tie_out,
    web,
    worker,
)

app = typer.Typer(
    name="tieout",
    help="Planning and analysis that ties out to the books.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo.demo)
app.command()(migrate.migrate)
app.command()(web.web)
app.command()(worker.worker)
app.command()(backup.backup)
app.command()(restore.restore)
app.command()(rotate_keys.rotate_keys)
app.command()(sandbox.sandbox)
app.command()(connections.connections)
app.command()(sync.sync)
app.command()(report.report)
app.command()(tie_out.tie_out)
app.command()(prove.prove)


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tieout.config.settings")
    app()
