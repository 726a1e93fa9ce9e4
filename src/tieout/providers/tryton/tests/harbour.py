"""Harbour Lights, as the desk makes it: up to one day, by one seed, with its two users."""

from __future__ import annotations

from datetime import date

TODAY = date(2026, 11, 28)
ORDERS = (
    {"order": "story", "today": TODAY.isoformat(), "seed": 1},
    {"order": "people", "companies": [1]},
)
