"""What an organisation says of itself, and the names that the platform has for time zones."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tieout.providers.xero.sandbox.ids import named
from tieout.providers.xero.sandbox.values import Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

# Xero writes the names of Windows' zones in capitals without spaces.
_ZONES = {
    "UTC": "UTC",
    "PACIFICSTANDARDTIME": "America/Los_Angeles",
    "MOUNTAINSTANDARDTIME": "America/Denver",
    "CENTRALSTANDARDTIME": "America/Chicago",
    "EASTERNSTANDARDTIME": "America/New_York",
    "ESOUTHAMERICASTANDARDTIME": "America/Sao_Paulo",
    "GMTSTANDARDTIME": "Europe/London",
    "WEUROPESTANDARDTIME": "Europe/Berlin",
    "ROMANCESTANDARDTIME": "Europe/Paris",
    "SOUTHAFRICASTANDARDTIME": "Africa/Johannesburg",
    "ARABIANSTANDARDTIME": "Asia/Dubai",
    "INDIASTANDARDTIME": "Asia/Kolkata",
    "NEPALSTANDARDTIME": "Asia/Kathmandu",
    "SINGAPORESTANDARDTIME": "Asia/Singapore",
    "CHINASTANDARDTIME": "Asia/Hong_Kong",
    "TOKYOSTANDARDTIME": "Asia/Tokyo",
    "KOREASTANDARDTIME": "Asia/Seoul",
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
}
_VERSIONS = {"AU": "AU", "NZ": "NZ", "GB": "UK", "US": "US"}


def timezone(name: str) -> str:
    """Return Xero's name of a time zone given by its or the IANA's name; UTC for one that is not known."""
    if name in _ZONES:
        return name
    return next((own for own, iana in _ZONES.items() if iana == name), "UTC")


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone behind Xero's name, or UTC on a machine that does not have its rules."""
    try:
        return ZoneInfo(_ZONES.get(name, "UTC"))
    except ZoneInfoNotFoundError:
        return ZoneInfo("UTC")


def organisation(org: Organisation) -> Json:
    """Return the Organisation document, without what is empty."""
    month, day = org.year_end
    about: Json = {
        "Name": org.name,
        "LegalName": org.name,
        "PaysTax": True,
        "Version": _VERSIONS.get(org.country, "GLOBAL"),
        "OrganisationType": "COMPANY",
        "BaseCurrency": org.currency,
        "CountryCode": org.country,
        "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": day,
        "FinancialYearEndMonth": month,
        "SalesTaxBasis": "ACCRUALS",
        "SalesTaxPeriod": "TWOMONTHS",
        "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive",
        "PeriodLockDate": org.period_lock,
        "EndOfYearLockDate": org.year_lock,
        "CreatedDateUTC": org.created,
        "OrganisationEntityType": "COMPANY",
        "Timezone": org.timezone,
        "ShortCode": f"!{named(org.tenant, 'short', 'code').replace('-', '')[:5]}",
        "OrganisationID": org.tenant,
        "Edition": "BUSINESS",
        "Class": "PREMIUM",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    }
    return {key: value for key, value in (about | org.given_about).items() if value is not None}
