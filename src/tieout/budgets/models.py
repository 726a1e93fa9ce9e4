"""Named plans that can be frozen, and files on their way in.

Money is minor units of the budget's own currency, debit positive: a cost is positive. Months are keys such as 202601.
A row owns its labels, and names its expense by a plain number: nothing that happens to the expense reaches the budget.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tieout.core.month import Month


class Budget(models.Model):
    """A version of the plan. Frozen, it never changes again: services refuse it, and the database does."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="budgets")
    name = models.CharField(max_length=80)
    folded = models.CharField(max_length=160)  # the name as it is compared: one of a kind in a company
    note = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)  # where it came from: "Copy of Budget 2026"
    currency = models.CharField(max_length=3)
    digits = models.SmallIntegerField()
    first = models.IntegerField()  # month keys, both included
    last = models.IntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of its content, from freezing on

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "folded"], name="budget_name_once"),
            models.CheckConstraint(condition=models.Q(first__lte=models.F("last")), name="budget_months_in_order"),
        ]

    @property
    def is_frozen(self) -> bool:
        """Whether it can no longer change."""
        return self.frozen_at is not None

    @property
    def months(self) -> tuple[Month, ...]:
        """All its months."""
        return tuple(Month.from_key(self.first).until(Month.from_key(self.last) + 1))

    @property
    def short_digest(self) -> str:
        """The digest as people compare it: its first twelve characters."""
        return self.digest[:12]


class BudgetRow(models.Model):
    """A row with labels of its own. ``expense`` is a number and no reference; 0: none."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="rows")
    position = models.IntegerField()
    expense = models.BigIntegerField(default=0)
    number = models.CharField(max_length=80, blank=True)  # of the account
    name = models.CharField(max_length=400)
    department = models.CharField(max_length=120, blank=True)  # "": Unassigned
    category = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["budget", "position"], name="budget_row_place_once")]
        indexes = [models.Index(fields=["budget", "expense"], name="budget_row_expense")]


class BudgetCell(models.Model):
    """A month of a row. A month without a cell is zero; a zero has no cell."""

    row = models.ForeignKey(BudgetRow, on_delete=models.CASCADE, related_name="cells")
    month = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["row", "month"], name="budget_cell_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="budget_cell_not_zero"),
        ]


class VarianceNote(models.Model):
    """What somebody wrote on a figure of budget vs actuals. Nothing is overwritten: the latest of a figure holds.

    ``row`` is the report's key: "expense:12", "department:3", "net-income". Without a text, the note was taken away.
    """

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="notes")
    row = models.CharField(max_length=240)
    first = models.IntegerField()  # month keys, both included
    last = models.IntegerField()
    text = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(first__lte=models.F("last")), name="note_in_order")]
        indexes = [models.Index(fields=["budget", "row"], name="variance_note_row")]


class BudgetImport(models.Model):
    """A file between its upload and its confirmation: what was read of it, and what its owner chose since."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    name = models.CharField(max_length=80)  # of the version to be
    file = models.CharField(max_length=200)
    sheet = models.CharField(max_length=200, blank=True)
    other_sheets = models.JSONField(default=list)
    rows = models.JSONField()  # texts, as read
    choices = models.JSONField(default=dict)  # number of the row in the file -> expense id, 0 to leave it out
