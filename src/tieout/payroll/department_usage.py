"""What the departments ask of payroll before one of them is removed."""

from __future__ import annotations

from tieout.departments.models import Department
from tieout.payroll.models import Employee, HiringDriver


class DepartmentUsage:
    """People and posts stand in departments."""

    def in_use(self, department: Department) -> bool:
        """Return whether a person or a post is in the department."""
        within = {"company": department.company_id, "department": department}
        return Employee.objects.filter(**within).exists() or HiringDriver.objects.filter(**within).exists()

    def move(self, source: Department, target: Department) -> None:
        """Move all people and posts from one department to the other."""
        Employee.objects.filter(company=source.company_id, department=source).update(department=target)
        HiringDriver.objects.filter(company=source.company_id, department=source).update(department=target)
