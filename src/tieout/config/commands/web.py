"""``tieout web``: the site."""

from __future__ import annotations

from typing import Annotated

import typer


def web(
    port: Annotated[int, typer.Option(help="The port to answer on.")] = 8000,
    host: Annotated[
        str, typer.Option(help="The address to answer on: loopback, behind a proxy of yours.")
    ] = "127.0.0.1",
    threads: Annotated[int, typer.Option(help="How many requests are answered at once.")] = 4,
) -> None:
    """Serve the site until SIGTERM or Ctrl-C."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "tieout.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        websockets=False,
        log_access=False,
    ).serve()
