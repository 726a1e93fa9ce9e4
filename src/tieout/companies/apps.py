"""Tells the shell which companies a person has."""

from __future__ import annotations

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "tieout.companies"

    def ready(self) -> None:
        from tieout.companies.switcher import tell  # noqa: PLC0415 - models are not loaded before
        from tieout.ui import shell  # noqa: PLC0415

        shell.register(tell)
