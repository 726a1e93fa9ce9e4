"""Budgets: named plans that can be frozen."""

from __future__ import annotations

from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "tieout.budgets"
