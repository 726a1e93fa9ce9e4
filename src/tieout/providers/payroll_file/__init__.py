"""Pay runs as files: what any payroll system exports, brought by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

    from tieout.providerkit.payroll import PayrollFiles


def make_payroll(_settings: Mapping[str, str], _transport: httpx2.BaseTransport | None = None) -> PayrollFiles:
    """Return the provider; it needs no settings and no network."""
    from tieout.providers.payroll_file.provider import PayRunFile  # noqa: PLC0415 - finding providers must stay cheap

    return PayRunFile()
