"""Tells the shell and the departments what this part knows."""

from __future__ import annotations

from django.apps import AppConfig


class ExpensesConfig(AppConfig):
    name = "tieout.expenses"

    def ready(self) -> None:
        from tieout.departments import usage  # noqa: PLC0415 - models are not loaded before
        from tieout.expenses.organising import DepartmentUsage  # noqa: PLC0415
        from tieout.expenses.shell_facts import tell  # noqa: PLC0415
        from tieout.expenses.todo import tell as tell_todo  # noqa: PLC0415
        from tieout.ui import shell, todo  # noqa: PLC0415

        usage.register(DepartmentUsage())
        shell.register(tell)
        todo.register(tell_todo)
