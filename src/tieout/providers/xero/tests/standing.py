"""The day on which the sandbox's own tests stand."""

from __future__ import annotations

from datetime import date

TODAY = date(2026, 3, 2)
