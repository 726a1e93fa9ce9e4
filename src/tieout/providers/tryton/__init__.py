"""Tryton: reads the books of a self-hosted Tryton over its own RPC, with a login, and can do nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

    from tieout.providerkit.interface import Provider


def make_provider(settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> Provider:
    """Return the provider for the self-hoster's settings (prefix off); see docs/providers/tryton.md."""
    from tieout.providers.tryton.provider import Tryton  # noqa: PLC0415 - finding providers must stay cheap

    return Tryton(settings, transport)
