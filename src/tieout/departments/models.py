"""The departments of a company."""

from __future__ import annotations

from django.db import models

from tieout.companies.models import Company
from tieout.departments.categories import Category


class Department(models.Model):
    """A planning bucket. ``key`` is set for those that every company starts with: they can be renamed and hidden."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="departments")
    category = models.CharField(max_length=30, choices=[(category.value, category.label) for category in Category])
    name = models.CharField(max_length=80)
    # The name as it is compared, folded in Python: the databases fold differently.
    folded = models.CharField(max_length=160, editable=False)
    key = models.CharField(max_length=40, blank=True)
    hidden = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "folded"], name="department_name_once"),
            models.UniqueConstraint(fields=["company", "key"], condition=~models.Q(key=""), name="department_key_once"),
            models.CheckConstraint(
                condition=models.Q(category__in=[category.value for category in Category]),
                name="department_category_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_system(self) -> bool:
        """Whether every company starts with it: such a one can be hidden, not removed."""
        return bool(self.key)

    @property
    def group(self) -> Category:
        """Its category, as the enum."""
        return Category(self.category)
