"""A platform as the claims know it: what its folder gives to be proved with, set up in one of the ways of its demos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import httpx2

from tieout.providerkit import registry
from tieout.providerkit.demo_way import Way
from tieout.providerkit.interface import Provider
from tieout.providerkit.proving import Proving


@dataclass(frozen=True, slots=True)
class Platform:
    """A provider's key, how it is set up, and its ``proving``."""

    key: str
    way: Way
    proving: Proving

    @property
    def itemises(self) -> bool:
        """Whether every posting can be read; else a part of the books is in what the platform reports alone."""
        return self.way.itemises

    def provider(
        self,
        address: str,
        transport: httpx2.BaseTransport | None = None,
        *,
        clock: Callable[[], datetime] | None = None,
        feed_most: int = 0,
    ) -> Provider:
        """Return the provider at a sandbox's address, without a pace."""
        return self.proving.provider(address, transport, clock=clock, feed_most=feed_most, **self.way.settings)

    def shipped(self, address: str, transport: httpx2.BaseTransport) -> Provider:
        """Return the provider at a sandbox's address as an installation has it, with its own pace."""
        given = {"ADDRESS": address, "CLIENT_ID": "tieout-proof", "CLIENT_SECRET": "a-planted-secret"}
        settings = {**given, **self.way.settings}
        environment = {f"TIEOUT_{self.key.upper()}_{name}": value for name, value in settings.items()}
        return registry.make(self.key, environment, transport)


@cache
def platform(name: str) -> Platform:
    """Return the platform by the name of its demo. Raise KeyError for one that has nothing to be proved with."""
    key, way = registry.provable(name)
    return Platform(key, way, registry.proving(key))
