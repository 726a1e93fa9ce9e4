"""Expenses, the rules that carve lines out for them, and the department of each, dated. Money is the ledger's."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

ALWAYS = 0  # the month key of "from the beginning"


class ExpenseKind(models.TextChoices):
    """What defines an expense."""

    ACCOUNT = "account", "Account"
    ADDED = "added", "Added"


class Expense(models.Model):
    """A plan row: an expense or, with ``income``, a revenue stream. Both are made of lines in the same way.

    ``payroll`` is null until somebody has decided: the suggestion counts until then (spec §14).
    """

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="expenses")
    account = models.ForeignKey("ledger.Listed", on_delete=models.CASCADE, null=True, related_name="expenses")
    kind = models.CharField(max_length=10, choices=ExpenseKind, default=ExpenseKind.ACCOUNT)
    own_name = models.CharField(max_length=200, blank=True)  # "": the name follows the books
    payroll = models.BooleanField(null=True)
    income = models.BooleanField(default=False, db_default=False)  # a stream; of an account's row: as the books list it
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "account"], name="expense_of_account_once"),
        ]


class Link(models.Model):
    """A rule that carves lines out of their accounts into an expense. Links are asked in the order of ``position``."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="links")
    expense = models.ForeignKey(Expense, on_delete=models.CASCADE, related_name="links")
    position = models.IntegerField()  # the lowest is asked first
    rule = models.JSONField()  # see `expenses.rule_json`
    payroll_too = models.BooleanField(default=False)  # takes lines of accounts marked as payroll
    only_pinned = models.BooleanField(default=False)  # "only these lines": new ones do not join
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["company", "position"], name="link_order")]


class PinKind(models.TextChoices):
    """What a pin says of its line."""

    EXCLUDE = "exclude", "Left out"
    INCLUDE = "include", "One of only these"


class Pin(models.Model):
    """What somebody said of a single line, kept by what the line is: never by its row, ordinal or amount.

    ``occurrence`` counts from 0 among equal lines of the entry; ``among`` is how many equals there were. Where several
    are equal and their number has changed, the pin takes no effect and the expense says so.
    """

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="pins")
    kind = models.CharField(max_length=10, choices=PinKind)
    entry = models.TextField()  # type and external id
    account = models.BigIntegerField()  # `Listed` ids, as for the next two; 0: none
    party = models.BigIntegerField()
    item = models.BigIntegerField()
    dimensions = models.TextField()  # value row ids, sorted: "12,40"
    text = models.TextField()  # folded
    occurrence = models.IntegerField()
    among = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["link", "entry"], name="pin_entry")]


class Mapping(models.Model):
    """The version of a company's rules: it moves whenever a line may belong somewhere else."""

    company = models.OneToOneField("companies.Company", on_delete=models.CASCADE, related_name="mapping")
    version = models.IntegerField(default=1)


class Relinking(models.Model):
    """Lines that still have to be placed anew because rules changed: those of expenses, and those that rules match."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    expenses = models.JSONField()  # ids
    accounts = models.JSONField()
    rules = models.JSONField()  # see `expenses.rule_json`
    removes = models.BigIntegerField(default=0)  # an added expense that goes when its lines have left
    total = models.IntegerField(default=0)  # lines to look at
    done = models.IntegerField(default=0)


class ExpenseDepartment(models.Model):
    """The department that an expense is in from a month on, until the next row; none: Unassigned from then on."""

    expense = models.ForeignKey(Expense, on_delete=models.CASCADE, related_name="departments")
    from_month = models.IntegerField(default=ALWAYS)
    department = models.ForeignKey("departments.Department", on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["expense", "from_month"], name="expense_department_once"),
        ]
