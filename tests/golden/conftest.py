"""The small books again."""

from __future__ import annotations

from tests.reports.conftest import books

__all__ = ["books"]
