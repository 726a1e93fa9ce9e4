"""The words that accounts are recognised by. Earlier ones win; whole words only, folded, American and British."""

from __future__ import annotations


def _table(**departments: str) -> dict[str, str]:
    return {phrase.strip(): department for department, phrases in departments.items() for phrase in phrases.split(",")}


# A department named outright: "Salaries - Engineering".
DEPARTMENT_WORDS = _table(
    customer_success="customer success",
    customer_support="customer support,support desk,help desk,helpdesk,outsourced support,support tools",
    engineering="engineering,engineers,developer,developers,development,r & d,research",
    design="design,designers",
    human_resources="human resources,hr",
    product="product management,product team,salaries product",
    sales="sales",
    marketing="marketing",
    administration="administration",
    finance="finance",
    facilities="facilities",
)

OTHER_EXPENSE_WORDS = _table(
    depreciation="depreciation",
    amortisation="amortization,amortisation",
    taxes="income tax,income taxes,corporate tax,corporation tax,tax,taxes",
)

NAME_WORDS = _table(
    depreciation="depreciation",
    amortisation="amortization,amortisation",
    taxes="income tax,income taxes,corporate tax,corporation tax,federal tax,state tax,franchise tax",
    product_costs="hosting,payment processing,merchant fees",
    marketing=(
        "advertising,ads,trade shows,trade show,events and trade,sponsorship,sponsorships,public relations,pr,seo,"
        "content,promotion,promotional,print,brand"
    ),
    sales="crm,commissions,partner,reseller,client entertainment",
    human_resources=(
        "recruiting,recruitment,hiring,relocation,visa,training,team events,benefits,employee benefits,"
        "health insurance,payroll taxes,employer taxes,payroll fees,payroll processing,people,wellness"
    ),
    engineering="software engineering,cloud,staging,source hosting,testing",
    design="user research",
    facilities=(
        "rent,lease,utilities,electricity,internet,telephone,phone,cleaning,janitorial,office supplies,repairs,"
        "maintenance,coworking,security deposit,furniture"
    ),
    finance=(
        "accounting,audit,bookkeeping,bank charges,bank fees,bank service,credit card fees,bad debt,bad debts,"
        "tax preparation"
    ),
    administration=(
        "legal,insurance,licenses,licences,permits,professional fees,consulting,office,postage,shipping,dues,"
        "subscriptions"
    ),
    other_non_operating="interest expense,exchange gain,exchange loss,currency,loss on disposal,penalties,settlement",
)

# Of the provider's finer type, split at capitals: "AdvertisingPromotional".
SUBTYPE_WORDS = _table(
    marketing="advertising,promotional",
    facilities="rent,lease,utilities,repair,maintenance,office expenses",
    administration="legal,insurance,office general,dues,subscriptions,taxes paid",
    finance="bank charges,finance costs,bad debts",
    depreciation="depreciation",
    amortisation="amortization",
    taxes="income tax",
    other_non_operating="interest paid,exchange gain",
)

PAYROLL_WORDS = (
    "salary", "salaries", "wage", "wages", "payroll", "bonus", "bonuses", "compensation", "severance", "overtime",
    "employer taxes", "employee benefits", "employer pension", "pension contributions", "superannuation",
    "social security", "national insurance",
)  # fmt: skip
PAYROLL_SUBTYPE_WORDS = ("payroll", "labor", "labour", "staff", "wages", "salaries")
NO_PAYROLL_WORDS = (
    "payroll fees", "payroll fee", "payroll processing", "payroll service", "payroll services", "payroll software",
    "workers compensation", "contractor", "contractors", "subcontractor", "subcontractors", "freelance", "freelancers",
)  # fmt: skip
