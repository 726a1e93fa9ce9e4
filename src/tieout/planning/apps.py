"""Tells the shell where home is."""

from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "tieout.planning"

    def ready(self) -> None:
        from tieout.planning.shell_facts import tell  # noqa: PLC0415 - models are not loaded before
        from tieout.ui import shell  # noqa: PLC0415

        shell.register(tell)
