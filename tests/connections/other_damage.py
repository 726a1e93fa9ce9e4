"""The damages of a page, where tests look for them."""

from __future__ import annotations

from tieout.providers.quickbooks.proving.damage import Between, Damage, Ending, Page, Spoiler, data_rows

__all__ = ["Between", "Damage", "Ending", "Page", "Spoiler", "data_rows"]
