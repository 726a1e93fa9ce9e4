"""Connections as a Django app: tells the parts around it how the figures stand, and which months are actuals."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "tieout.connections"
    label = "connections"

    def ready(self) -> None:
        from tieout.connections.admission import admitted_through, shows_running  # noqa: PLC0415 - models are not loaded before
        from tieout.connections.seal import tell  # noqa: PLC0415
        from tieout.connections.todo import tell as tell_todo  # noqa: PLC0415
        from tieout.expenses import periods  # noqa: PLC0415
        from tieout.ui import shell, todo  # noqa: PLC0415

        shell.register(tell)
        todo.register(tell_todo)
        periods.register_admission(admitted_through)
        periods.register_running(shows_running)
