"""``tieout demo``: the site, a worker and a sandbox on loopback, to click through or to prove itself headless."""

from __future__ import annotations

import shutil
import signal
import tempfile
import threading
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tieout.providerkit import registry

_DATA = Path("var/demo")


def demo(
    *,
    headless: Annotated[bool, typer.Option("--headless", help="Make the whole journey without a browser.")] = False,
    provider: Annotated[str, typer.Option(help="quickbooks, xero, xero-documents or tryton.")] = "quickbooks",
    books: Annotated[str, typer.Option(help="demo, a books file, or large:N for N lines.")] = "demo",
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON object on one line.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Go on with the last demo's data.")] = False,
    port: Annotated[int, typer.Option(help="The site's port, if it is free.")] = 8000,
) -> None:
    """Start everything on this machine and print the address, or prove the journey with --headless."""
    if provider not in (ways := registry.demos()):
        raise typer.BadParameter(f"there is no demo of {provider!r}; there are: {', '.join(ways)}")
    if books != "demo" and not books.startswith("large:"):
        if not Path(books).is_file():
            raise typer.BadParameter(f"there is no books file {books}")
        books = str(Path(books).resolve())
    if headless:
        raise typer.Exit(_headless(provider, books, as_json=as_json))
    _open(provider, books, keep=keep, port=port)


def _headless(name: str, books: str, *, as_json: bool) -> int:
    """Return the exit code: 1 if anything that the journey must show does not hold."""
    from tieout.config.demo.browser import LostWay
    from tieout.config.demo.headless import Journey
    from tieout.config.demo.processes import Demo, DidNotStart

    with tempfile.TemporaryDirectory(prefix="tieout-demo-") as folder:
        try:
            demo = Demo(data=Path(folder), name=name, books=books)
            with demo as at:
                journey = Journey(at, demo.provider, demo.way, typer.echo)
                try:
                    journey.make()
                except (LostWay, TimeoutError) as error:
                    journey.failures.append(str(error))
        except DidNotStart as error:
            typer.echo(f"The demo did not start: {error}", err=True)
            return 1
    for failure in journey.failures:
        typer.echo(f"FAILED: {failure}", err=True)
    typer.echo("Everything ties out." if not journey.failures else f"{len(journey.failures)} things do not hold.")
    if as_json:
        typer.echo(msgspec.json.encode(journey.outcome).decode())
    return 1 if journey.failures else 0


def _open(name: str, books: str, *, keep: bool, port: int) -> None:
    """Run until Ctrl-C."""
    from tieout.config.demo.processes import Demo, DidNotStart

    if not keep:
        shutil.rmtree(_DATA, ignore_errors=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    demo = Demo(data=_DATA.resolve(), name=name, books=books, site_port=port)
    try:
        with demo as at:
            typer.echo(f"\n  Tieout        {at.site}")
            typer.echo(f"  The sandbox   {at.sandbox}   ({demo.way.what}; nothing leaves this machine)")
            typer.echo("\n  Open the first address, sign up with any e-mail and password, and connect the books.")
            if login := demo.way.login:
                typed = ", ".join(f"{name}: {value}" for name, value in login.items())
                typer.echo(f"  To connect, log in with {typed}")
            typer.echo(
                f"  Command line: TIEOUT_DATA={_DATA} .venv/bin/tieout report expenses --company … --from … --to …"
            )
            typer.echo("  Each start is a fresh one; `tieout demo --keep` goes on with the last one's data.")
            typer.echo("  Ctrl-C stops everything.\n")
            while not stop.wait(1):
                ended = next((name for name, process in demo.processes.items() if process.poll() is not None), None)
                if ended:
                    typer.echo(f"The {ended} ended by itself: the demo stops.", err=True)
                    raise typer.Exit(1)
    except DidNotStart as error:
        typer.echo(f"The demo did not start: {error}", err=True)
        raise typer.Exit(1) from error
