"""``tieout sandbox``: a local stand-in of a platform, on loopback."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack
from importlib import import_module
from typing import Annotated

import typer

from tieout.providerkit import registry, sandbox_host


def sandbox(
    provider: Annotated[str, typer.Argument(help="The provider's key: what its folder is called.")],
    port: Annotated[int, typer.Option(help="The port to answer on.")] = 8700,
    books: Annotated[str, typer.Option(help="demo, a books file, or large:N for N lines.")] = "demo",
) -> None:
    """Serve a provider's sandbox, which knows nothing of this installation's data."""
    if provider not in registry.keys():  # noqa: SIM118 - a function, not a mapping
        raise typer.BadParameter(f"there is no provider {provider!r}; there are: {', '.join(registry.keys())}")
    try:
        made = import_module(f"tieout.providers.{provider}.sandbox").make_sandbox(books)
    except (ValueError, OSError) as error:  # a books file that cannot be read: its place is in the words
        raise typer.BadParameter(str(error), param_hint="--books") from error
    with ExitStack() as stack:
        if hasattr(made, "close"):  # it has processes of its own, which end with this one
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            stack.callback(made.close)
        sandbox_host.serve(made.app, port)
