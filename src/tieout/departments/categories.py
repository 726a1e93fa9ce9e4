"""The groups of the profit & loss above departments, and the departments that every company starts with (spec §5)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Category(StrEnum):
    """The five, in the order of the page."""

    COST_OF_REVENUE = "cost_of_revenue"
    SALES_MARKETING = "sales_marketing"
    RESEARCH_DEVELOPMENT = "research_development"
    GENERAL_ADMINISTRATIVE = "general_administrative"
    BELOW_THE_LINE = "below_the_line"

    @property
    def label(self) -> str:
        """Its name on a page."""
        return _LABELS[self]


_LABELS = {
    Category.COST_OF_REVENUE: "Cost of revenue",
    Category.SALES_MARKETING: "Sales & marketing",
    Category.RESEARCH_DEVELOPMENT: "Research & development",
    Category.GENERAL_ADMINISTRATIVE: "General & administrative",
    Category.BELOW_THE_LINE: "Below the line",
}


class SystemDepartment(NamedTuple):
    """A department that exists from the start. ``key`` stays, whatever it is renamed to."""

    key: str
    name: str
    category: Category


SYSTEM = (
    SystemDepartment("product_costs", "Product costs", Category.COST_OF_REVENUE),
    SystemDepartment("customer_support", "Customer support", Category.COST_OF_REVENUE),
    SystemDepartment("sales", "Sales", Category.SALES_MARKETING),
    SystemDepartment("marketing", "Marketing", Category.SALES_MARKETING),
    SystemDepartment("customer_success", "Customer success", Category.SALES_MARKETING),
    SystemDepartment("engineering", "Engineering", Category.RESEARCH_DEVELOPMENT),
    SystemDepartment("product", "Product", Category.RESEARCH_DEVELOPMENT),
    SystemDepartment("design", "Design", Category.RESEARCH_DEVELOPMENT),
    SystemDepartment("administration", "Administration", Category.GENERAL_ADMINISTRATIVE),
    SystemDepartment("finance", "Finance", Category.GENERAL_ADMINISTRATIVE),
    SystemDepartment("human_resources", "Human resources", Category.GENERAL_ADMINISTRATIVE),
    SystemDepartment("facilities", "Facilities", Category.GENERAL_ADMINISTRATIVE),
    SystemDepartment("depreciation", "Depreciation", Category.BELOW_THE_LINE),
    SystemDepartment("amortisation", "Amortisation", Category.BELOW_THE_LINE),
    SystemDepartment("taxes", "Taxes", Category.BELOW_THE_LINE),
    SystemDepartment("other_non_operating", "Other non-operating", Category.BELOW_THE_LINE),
)
