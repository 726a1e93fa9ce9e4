"""The people of a company, what their work is paid, who is to be hired, and the pay that was run or typed.

Money is minor units. Rates are ten-thousandths of a percent: 5 % is 50_000. Months are keys such as 202601. Pay of a
single person is for readers with the payroll-detail right only.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tieout.core import pay


class Role(models.TextChoices):
    """How somebody works for the company."""

    EMPLOYEE = "employee", "Employee"
    CONTRACTOR = "contractor", "Contractor"


class PayBasis(models.TextChoices):
    """What an amount of pay is for."""

    ANNUAL = "annual", "A year"
    MONTHLY = "monthly", "A month"
    HOURLY = "hourly", "An hour"


class Paid(models.Model):
    """The terms of pay, of a person or of a post."""

    basis = models.CharField(max_length=10, choices=PayBasis, default=PayBasis.ANNUAL)
    amount = models.BigIntegerField(default=0)
    hours = models.IntegerField(default=0)  # a month, in hundredths; for an hourly rate
    benefits = models.BigIntegerField(default=0)  # rate of the month's pay
    bonus_rate = models.BigIntegerField(default=0)  # of the annual pay
    bonus_amount = models.BigIntegerField(default=0)  # a year; stands before the rate
    bonus_month = models.SmallIntegerField(default=12)  # 1 to 12
    commission_rate = models.BigIntegerField(default=0)  # of the annual pay
    commission_amount = models.BigIntegerField(default=0)  # a month; stands before the rate

    class Meta:
        abstract = True

    def terms(self, raises: tuple[pay.Raise, ...] = ()) -> pay.Terms:
        """Return the terms as `core.pay` computes with them."""
        return pay.Terms(
            basis=pay.Basis(self.basis),
            amount=self.amount,
            hours=self.hours,
            benefits=self.benefits,
            bonus=pay.Extra(rate=self.bonus_rate, amount=self.bonus_amount),
            bonus_month=self.bonus_month,
            commission=pay.Extra(rate=self.commission_rate, amount=self.commission_amount),
            raises=raises,
        )


class Employee(Paid):
    """Somebody who works for the company, employed or as a contractor. ``ref`` is the payroll system's own id."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="employees")
    ref = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=200)
    department = models.ForeignKey("departments.Department", on_delete=models.RESTRICT, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=12, choices=Role, default=Role.EMPLOYEE)
    start = models.DateField()
    end = models.DateField(null=True)  # the last day of work

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "ref"], condition=~models.Q(ref=""), name="employee_ref_once"),
            models.CheckConstraint(
                condition=models.Q(end__isnull=True) | models.Q(end__gte=models.F("start")),
                name="employee_ends_after_start",
            ),
        ]


class Raise(models.Model):
    """Other pay from a month on: a new amount in the person's basis, or a change by a rate."""

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="raises")
    from_month = models.IntegerField()
    amount = models.BigIntegerField(null=True)
    rate = models.BigIntegerField(default=0)  # where there is no amount

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employee", "from_month"], name="raise_once_a_month")]


class HiringDriver(Paid):
    """Posts to be filled: how many people by a formula, each paid by the same terms, from ``start`` on."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="hiring_drivers")
    title = models.CharField(max_length=200)
    department = models.ForeignKey("departments.Department", on_delete=models.RESTRICT, null=True, related_name="+")
    role = models.CharField(max_length=12, choices=Role, default=Role.EMPLOYEE)
    formula = models.TextField()  # in stored form: names are ids, so that a rename breaks nothing
    start = models.IntegerField()  # month key


class PayRun(models.Model):
    """One run of pay as its source tells it. ``digest`` is of all that it holds: the same again writes nothing."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="pay_runs")
    source = models.CharField(max_length=40)  # the provider's key
    external_id = models.CharField(max_length=200)
    check_date = models.DateField()
    period_start = models.DateField()
    period_end = models.DateField()  # the last day
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source", "external_id"], name="pay_run_once"),
        ]


class PayLine(models.Model):
    """What a run holds of one person; without ref and name: of nobody in particular, such as a company's tax."""

    run = models.ForeignKey(PayRun, on_delete=models.CASCADE, related_name="lines")
    employee = models.ForeignKey(Employee, on_delete=models.SET_NULL, null=True, related_name="pay_lines")
    ref = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=200, blank=True)
    gross = models.BigIntegerField()
    employer_taxes = models.BigIntegerField()
    benefits = models.BigIntegerField()  # what the company pays of them
    net = models.BigIntegerField()


class TypedPay(models.Model):
    """What somebody says a person cost in a month, where no payroll provider does: with benefits and taxes."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="typed_pay")
    month = models.IntegerField()
    amount = models.BigIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employee", "month"], name="typed_pay_once")]


class UploadKind(models.TextChoices):
    """What a kept file is."""

    PEOPLE = "people", "People"
    RUNS = "runs", "Pay runs"


class Upload(models.Model):
    """A file between its preview and its confirmation. It holds pay: it goes once written, or a day old."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=UploadKind)
    name = models.CharField(max_length=200)
    data = models.BinaryField()
    at = models.DateTimeField()
