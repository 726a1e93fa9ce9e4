"""The ways to spoil a page, where tests look for them."""

from __future__ import annotations

from tieout.providers.quickbooks.proving.damage import changed
from tieout.providers.quickbooks.proving.spoilers import ANOTHER, _report, damages

__all__ = ["ANOTHER", "_report", "changed", "damages"]
