"""The demo company, as books that every sandbox can serve: one provider's sandbox writes it and gives it away."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from tieout.providerkit import registry
from tieout.providerkit.books import SampleBooks


def demo_books(*, today: date) -> SampleBooks:
    """Return the demo company's books as of a day. Raise LookupError if no provider's sandbox has them."""
    for key in registry.keys():  # noqa: SIM118 - a function, not a mapping
        name = f"tieout.providers.{key}.sandbox"
        if find_spec(name) is not None and (given := getattr(import_module(name), "demo_books", None)):
            return cast("SampleBooks", given(today=today))
    raise LookupError("no sandbox gives the demo company away")
