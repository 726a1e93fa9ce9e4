"""Payroll: the people of a company, what they are paid, and what the books say of it."""

from __future__ import annotations

from django.apps import AppConfig


class PayrollConfig(AppConfig):
    name = "tieout.payroll"

    def ready(self) -> None:
        from tieout.departments import usage  # noqa: PLC0415 - models are not loaded before
        from tieout.payroll.department_usage import DepartmentUsage  # noqa: PLC0415
        from tieout.payroll.todo import tell  # noqa: PLC0415
        from tieout.ui import todo  # noqa: PLC0415

        usage.register(DepartmentUsage())
        todo.register(tell)
