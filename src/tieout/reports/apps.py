"""Tells the shell that the dashboard is the company's first page."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "tieout.reports"

    def ready(self) -> None:
        from tieout.reports.dashboard_home import tell  # noqa: PLC0415 - models are not loaded before
        from tieout.ui import shell  # noqa: PLC0415

        shell.register(tell)
