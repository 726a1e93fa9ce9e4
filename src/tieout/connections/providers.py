"""The providers, with this installation's settings."""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import salted_hmac

from tieout.providerkit import registry
from tieout.providerkit.interface import Provider
from tieout.providerkit.payroll import PayrollProvider

stand_ins: dict[str, Provider] = {}
"""Replaces a provider by key: tests put one there that talks to a sandbox in their own process, without waiting."""


class SandboxRefused(Exception):
    """The addresses in force are a stand-in's, and this installation is neither a demo nor a test."""


def provider(key: str) -> Provider:
    """Return a provider; raise KeyError for an unknown key, SandboxRefused where its addresses are not allowed."""
    made = _make(key)
    if made.is_sandbox and not settings.ALLOW_SANDBOX:
        raise SandboxRefused(
            f"{made.about.name} is set to a sandbox's address. Figures of a sandbox are nobody's books: take the "
            f"setting out, or set TIEOUT_ALLOW_SANDBOX if this installation is for trying things out."
        )
    return made


def all_providers() -> list[Provider]:
    """Return every provider that exists, for the page that offers them."""
    return [_make(key) for key in sorted({*registry.keys(), *stand_ins})]


def payroll_providers() -> list[PayrollProvider]:
    """Return every payroll provider, for the page that lists where figures come from."""
    return [registry.make_payroll(key, settings.PROVIDER_ENVIRONMENT) for key in registry.payroll_keys()]


def _make(key: str) -> Provider:
    return stand_ins.get(key) or registry.make(key, settings.PROVIDER_ENVIRONMENT | {_seed(key): _secret(key)})


def _seed(key: str) -> str:
    return f"TIEOUT_{key.upper()}_SEED"


def _secret(key: str) -> str:
    """Return a secret that is a provider's own, the same in all processes of this installation."""
    return salted_hmac("tieout.connections.providers", key).hexdigest()
