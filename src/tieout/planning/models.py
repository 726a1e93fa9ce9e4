"""What people plan: the options of each expense, typed months, payment terms, variables, cash; and how to undo an edit.

Money is minor units of the book's currency, debit positive: a cost is positive. Months are keys such as 202601.
Rates are whole numbers of ten-thousandths of a percent: 5 % is 50_000.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tieout.core.cash import Flow

RATE = 10_000  # one percent


class Driver(models.TextChoices):
    """What an expense's amount comes from."""

    NONE = "none", "No forecast"
    AMOUNT = "amount", "Amount"
    PER_EMPLOYEE = "per_employee", "Amount per employee"
    PERCENT_OF_REVENUE = "percent_of_revenue", "Percent of revenue"
    FORMULA = "formula", "Formula"
    LAST_YEAR = "last_year", "Same as last year"
    AVERAGE = "average", "Average of recent months"
    TYPED = "typed", "Typed month by month"


class Frequency(models.TextChoices):
    """How often the amount falls due. A period's amount is recognised evenly over the months that it covers."""

    ONE_TIME = "one_time", "One-time"
    MONTHLY = "monthly", "Monthly"
    QUARTERLY = "quarterly", "Quarterly"
    SEMIANNUAL = "semiannual", "Every six months"
    ANNUAL = "annual", "Annual"


class Growth(models.TextChoices):
    """How the amount grows."""

    NONE = "none", "No growth"
    PERCENT = "percent", "Percent"
    AMOUNT = "amount", "Amount"


class Every(models.TextChoices):
    """The interval of growth."""

    MONTH = "month", "month"
    QUARTER = "quarter", "quarter"
    YEAR = "year", "year"


class Paid(models.TextChoices):
    """When the cash leaves."""

    IMMEDIATELY = "immediately", "Immediately"
    NON_CASH = "non_cash", "Non-cash"
    CUSTOM = "custom", "By payment term"


class PaymentTerm(models.Model):
    """A payment term of the company's own: ``shares`` are hundredths of a percent, one a month, and sum to 10,000."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="payment_terms")
    name = models.CharField(max_length=80)
    shares = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="payment_term_name_once")]


class Options(models.Model):
    """How one expense is forecast. An expense without options has actuals and no forecast."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    expense = models.OneToOneField("expenses.Expense", on_delete=models.CASCADE, related_name="options")
    driver = models.CharField(max_length=20, choices=Driver, default=Driver.NONE)
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.MONTHLY)
    start = models.IntegerField(null=True)  # month key; None: from the first forecast month
    end = models.IntegerField(null=True)  # month key, included; None: without end
    amount = models.BigIntegerField(default=0)
    rate = models.BigIntegerField(default=0)  # percent of revenue; change against last year
    department = models.ForeignKey("departments.Department", on_delete=models.SET_NULL, null=True, related_name="+")
    contractors = models.BooleanField(default=False)  # counted among employees by "amount per employee"
    # None: all revenue. It outlives its stream, so that what was a part of that is told to be one of nothing.
    stream = models.ForeignKey(
        "expenses.Expense", on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    formula = models.TextField(blank=True)  # in stored form: names are ids, so that a rename breaks nothing
    averaged = models.SmallIntegerField(default=3)  # months
    growth = models.CharField(max_length=10, choices=Growth, default=Growth.NONE)
    growth_rate = models.BigIntegerField(default=0)
    growth_amount = models.BigIntegerField(default=0)
    growth_every = models.CharField(max_length=10, choices=Every, default=Every.YEAR)
    paid = models.CharField(max_length=12, choices=Paid, default=Paid.IMMEDIATELY)
    term = models.ForeignKey(PaymentTerm, on_delete=models.RESTRICT, null=True, related_name="+")


class PlanCell(models.Model):
    """A forecast month that somebody typed: it stands before what the driver says."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    expense = models.ForeignKey("expenses.Expense", on_delete=models.CASCADE, related_name="plan_cells")
    month = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["expense", "month"], name="plan_cell_once")]


class VariableKind(models.TextChoices):
    """How a variable's values are written."""

    NUMBER = "number", "Number"
    PERCENT = "percent", "Percent"
    MONEY = "money", "Money"


class Variable(models.Model):
    """A variable of the company's own or, with ``system``, what is planned of a system variable such as revenue."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="variables")
    name = models.CharField(max_length=80)
    system = models.CharField(max_length=80, blank=True)  # "" for an own one; "revenue" for all revenue
    kind = models.CharField(max_length=10, choices=VariableKind, default=VariableKind.NUMBER)
    formula = models.TextField(blank=True)  # in stored form; "": typed month by month

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="variable_name_once")]


class VariableMonth(models.Model):
    """A typed value of a variable, as an exact decimal in text. It holds for its month and stands before a formula."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    variable = models.ForeignKey(Variable, on_delete=models.CASCADE, related_name="months")
    month = models.IntegerField()
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["variable", "month"], name="variable_month_once")]


class TypedActual(models.Model):
    """An actual month that somebody typed. It survives every sync, and its row: see `planning.actuals`.

    ``row`` is an id and never a name: "expense:34", "account:5", "department:2", "payroll". What somebody says a single
    person cost is ``payroll.TypedPay``; it comes here ("employee:7") when the person is removed.
    """

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    row = models.CharField(max_length=40)
    month = models.IntegerField()
    amount = models.BigIntegerField()
    over = models.BigIntegerField(null=True)  # the imported amount that it was typed over; None: there were no books
    section = models.CharField(max_length=40)  # where the row stood: once it is gone, its amount goes to the adjustment
    label = models.CharField(max_length=255)  # what the row was called: to be told once it is gone
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "row", "month"], name="typed_actual_once")]


class ActualsOptions(models.Model):
    """How a company wants its actuals. Without a row: lines that have no actual are estimated by their forecast."""

    company = models.OneToOneField("companies.Company", on_delete=models.CASCADE, related_name="+")
    estimates = models.BooleanField(default=True)  # False: they are zero


class Layer(models.TextChoices):
    """Which cells a step changed."""

    FORECAST = "forecast", "Forecast months"
    ACTUAL = "actual", "Actual months"


class Edit(models.Model):
    """One step of somebody's that can be undone: which cells it changed, from what, to what."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    what = models.CharField(max_length=200)
    layer = models.CharField(max_length=10, choices=Layer, default=Layer.FORECAST)
    changes = models.JSONField()  # [{"expense": 12, "month": 202601, "before": null, "after": 100000}]
    undone_at = models.DateTimeField(null=True)


class CashChoice(models.Model):
    """What a company says of one account's part in cash, where it says something else than the books' words do."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("ledger.Listed", on_delete=models.CASCADE, related_name="+")
    cash = models.BooleanField(null=True)  # whether it is a cash account; None: as the books say
    flow = models.CharField(max_length=12, choices=[(it.value, it.label) for it in Flow], blank=True)  # "": as above

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "account"], name="cash_choice_once")]
