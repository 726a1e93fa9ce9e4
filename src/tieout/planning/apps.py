"""Tells the shell what waits, departments who uses them, payroll of formulas, budgets of the forecast."""

from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "tieout.planning"

    def ready(self) -> None:
        from tieout.departments import usage  # noqa: PLC0415 - models are not loaded before
        from tieout.payroll import hiring  # noqa: PLC0415
        from tieout.planning.department_usage import DepartmentUsage  # noqa: PLC0415
        from tieout.planning.hiring_formulas import HiringFormulas, tell_heads  # noqa: PLC0415
        from tieout.planning.shell_facts import tell  # noqa: PLC0415
        from tieout.planning.todo import tell as tell_todo  # noqa: PLC0415
        from tieout.ui import shell, todo  # noqa: PLC0415

        shell.register(tell)
        todo.register(tell_todo)
        usage.register(DepartmentUsage())
        hiring.register_checker(HiringFormulas())
        hiring.register_heads(tell_heads)
        self._to_budgets()
        self._of_actuals()

    @staticmethod
    def _to_budgets() -> None:
        from tieout.budgets import sources  # noqa: PLC0415
        from tieout.planning.taking import take  # noqa: PLC0415
        from tieout.planning.telling import doubt, tell  # noqa: PLC0415

        sources.register("forecast", "the forecast", tell, doubt)
        sources.register_taker(take)

    @staticmethod
    def _of_actuals() -> None:
        from django.db.models.signals import pre_delete  # noqa: PLC0415

        from tieout.expenses import typed_over  # noqa: PLC0415
        from tieout.payroll.models import Employee  # noqa: PLC0415
        from tieout.planning.actual_records import keep_pay  # noqa: PLC0415
        from tieout.planning.actual_sheet import tell_typed  # noqa: PLC0415

        pre_delete.connect(keep_pay, sender=Employee, dispatch_uid="planning.keep_pay")
        typed_over.register(tell_typed)
