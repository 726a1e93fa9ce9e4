"""Finds the providers: each folder of ``tieout.providers`` is one, and nothing else registers it."""

from __future__ import annotations

import pkgutil
import sys
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    import httpx2

    from tieout.providerkit.demo_way import Way
    from tieout.providerkit.interface import Provider, ProviderFactory
    from tieout.providerkit.payroll import PayrollFactory, PayrollProvider
    from tieout.providerkit.proving import Proving


@cache
def keys() -> tuple[str, ...]:
    """Return the keys of the accounting providers, sorted: folders that export ``make_provider``."""
    return tuple(key for key in _folders() if hasattr(_folder(key), "make_provider"))


@cache
def payroll_keys() -> tuple[str, ...]:
    """Return the keys of the payroll providers, sorted: folders that export ``make_payroll``."""
    return tuple(key for key in _folders() if hasattr(_folder(key), "make_payroll"))


def make(key: str, environment: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> Provider:
    """Return a provider with its own settings out of an environment. Raise KeyError for an unknown key."""
    if key not in keys():
        raise KeyError(key)
    factory = cast("ProviderFactory", _folder(key).make_provider)
    return factory(_own(key, environment), transport)


def make_payroll(
    key: str, environment: Mapping[str, str], transport: httpx2.BaseTransport | None = None
) -> PayrollProvider:
    """Return a payroll provider with its own settings out of an environment. Raise KeyError for an unknown key."""
    if key not in payroll_keys():
        raise KeyError(key)
    factory = cast("PayrollFactory", _folder(key).make_payroll)
    return factory(_own(key, environment), transport)


@cache
def proved_keys() -> tuple[str, ...]:
    """Return the keys of the accounting providers that can be proved: those with a module ``proving``, sorted."""
    return tuple(key for key in keys() if find_spec(f"tieout.providers.{key}.proving") is not None)


def proving(key: str) -> Proving:
    """Return what a provider is proved with: its folder's module ``proving``. Raise KeyError for an unknown key."""
    if key not in proved_keys():
        raise KeyError(key)
    return cast("Proving", import_module(f"tieout.providers.{key}.proving"))


def demos() -> dict[str, tuple[str, Way]]:
    """Return every demo by its name: whose it is, and how it goes about the sandbox. Loads all sandboxes."""
    found: dict[str, tuple[str, Way]] = {}
    for key in keys():
        name = f"tieout.providers.{key}.sandbox"
        if find_spec(name) is not None:
            ways = cast("Mapping[str, Way]", import_module(name).DEMOS)
            found |= {name: (key, way) for name, way in ways.items()}
    return found


def provable(name: str) -> tuple[str, Way]:
    """Return the demo of a name, as `demos` does, of a provider that can be proved.

    Loads no sandbox but those that may have it, the likely one first. Raise KeyError for any other name.
    """
    for key in sorted(proved_keys(), key=lambda key: not name.startswith(key)):
        ways = cast("Mapping[str, Way]", import_module(f"tieout.providers.{key}.sandbox").DEMOS)
        if name in ways:
            return key, ways[name]
    raise KeyError(name)


@contextmanager
def also_in(path: str) -> Iterator[None]:
    """Look for providers in the folders of ``path`` too while the block lasts, as if they stood beside the others."""
    package = import_module("tieout.providers")
    before = set(sys.modules)
    package.__path__.append(path)
    _forget()
    try:
        yield
    finally:
        package.__path__.remove(path)
        for name in set(sys.modules) - before:
            if getattr(sys.modules[name], "__file__", None) and str(sys.modules[name].__file__).startswith(path):
                del sys.modules[name]
        _forget()


def _forget() -> None:
    keys.cache_clear()
    proved_keys.cache_clear()
    payroll_keys.cache_clear()


def _folders() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(import_module("tieout.providers").__path__))


def _folder(key: str) -> ModuleType:
    return import_module(f"tieout.providers.{key}")


def _own(key: str, environment: Mapping[str, str]) -> dict[str, str]:
    prefix = f"TIEOUT_{key.upper()}_"
    return {name.removeprefix(prefix): value for name, value in environment.items() if name.startswith(prefix)}
