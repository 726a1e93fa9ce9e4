"""Expenses and the department that each is in, dated. No money is here: that is the ledger's."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

ALWAYS = 0  # the month key of "from the beginning"


class ExpenseKind(models.TextChoices):
    """What defines an expense."""

    ACCOUNT = "account", "Account"


class Expense(models.Model):
    """A plan row. ``payroll`` is null until somebody has decided: the suggestion counts until then (spec §14)."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="expenses")
    account = models.ForeignKey("ledger.Listed", on_delete=models.CASCADE, null=True, related_name="expenses")
    kind = models.CharField(max_length=10, choices=ExpenseKind, default=ExpenseKind.ACCOUNT)
    own_name = models.CharField(max_length=200, blank=True)  # "": the name follows the books
    payroll = models.BooleanField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "account"], name="expense_of_account_once"),
        ]


class ExpenseDepartment(models.Model):
    """The department that an expense is in from a month on, until the next row; none: Unassigned from then on."""

    expense = models.ForeignKey(Expense, on_delete=models.CASCADE, related_name="departments")
    from_month = models.IntegerField(default=ALWAYS)
    department = models.ForeignKey("departments.Department", on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["expense", "from_month"], name="expense_department_once"),
        ]
