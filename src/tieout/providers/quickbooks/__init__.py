"""QuickBooks Online: reads the books by Intuit's reports, and can do nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

    from tieout.providerkit.interface import Provider


def make_provider(settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> Provider:
    """Return the provider for the self-hoster's settings (prefix off); see docs/providers/quickbooks.md."""
    from tieout.providers.quickbooks.provider import QuickBooks  # noqa: PLC0415 - finding providers must stay cheap

    return QuickBooks(settings, transport)
