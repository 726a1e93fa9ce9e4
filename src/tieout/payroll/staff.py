"""The people of a company with what their work is paid."""

from __future__ import annotations

from itertools import groupby

from tieout.companies.models import Company
from tieout.core import pay
from tieout.payroll.models import Employee, Raise


def with_terms(company: Company) -> list[tuple[Employee, pay.Terms]]:
    """Return everybody with the terms of their pay, by name. Two queries."""
    of_company = Raise.objects.filter(employee__company=company).order_by("employee_id", "from_month")
    rows = of_company.values_list("employee_id", "from_month", "amount", "rate")
    raises = {who: pay.raises(row[1:] for row in group) for who, group in groupby(rows, key=lambda row: row[0])}
    people = Employee.objects.filter(company=company).select_related("department").order_by("name", "start", "pk")
    return [(one, one.terms(raises.get(one.pk, ()))) for one in people]
