"""The providers, with this installation's settings."""

from __future__ import annotations

import httpx2
from django.conf import settings

from tieout.providerkit import registry
from tieout.providerkit.interface import Provider

transports: dict[str, httpx2.BaseTransport] = {}
"""What replaces the network, by provider key: tests talk to a sandbox in their own process."""


class SandboxRefused(Exception):
    """The addresses in force are a stand-in's, and this installation is neither a demo nor a test."""


def provider(key: str) -> Provider:
    """Return a provider; raise KeyError for an unknown key, SandboxRefused where its addresses are not allowed."""
    made = registry.make(key, settings.PROVIDER_ENVIRONMENT, transports.get(key))
    if made.is_sandbox and not settings.ALLOW_SANDBOX:
        raise SandboxRefused(
            f"{made.about.name} is set to a sandbox's address. Figures of a sandbox are nobody's books: take the "
            f"setting out, or set TIEOUT_ALLOW_SANDBOX if this installation is for trying things out."
        )
    return made


def all_providers() -> list[Provider]:
    """Return every provider that exists, for the page that offers them."""
    return [registry.make(key, settings.PROVIDER_ENVIRONMENT, transports.get(key)) for key in registry.keys()]  # noqa: SIM118 - a function
