"""Connections as a Django app: tells the shell how the figures stand against the books."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "tieout.connections"
    label = "connections"

    def ready(self) -> None:
        from tieout.connections.seal import tell  # noqa: PLC0415 - models are not loaded before
        from tieout.ui import shell  # noqa: PLC0415

        shell.register(tell)
