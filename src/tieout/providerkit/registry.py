"""Finds the providers: each folder of ``tieout.providers`` is one, and nothing else registers it."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

    from tieout.providerkit.interface import Provider, ProviderFactory


@cache
def keys() -> tuple[str, ...]:
    """Return the keys of all providers, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(import_module("tieout.providers").__path__)))


def make(key: str, environment: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> Provider:
    """Return a provider with its own settings out of an environment. Raise KeyError for an unknown key."""
    if key not in keys():
        raise KeyError(key)
    factory = cast("ProviderFactory", import_module(f"tieout.providers.{key}").make_provider)
    prefix = f"TIEOUT_{key.upper()}_"
    own = {name.removeprefix(prefix): value for name, value in environment.items() if name.startswith(prefix)}
    return factory(own, transport)
