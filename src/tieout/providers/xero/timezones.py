"""Xero's names of time zones: those of Windows, in capitals and without spaces or dots."""

from __future__ import annotations

from zoneinfo import ZoneInfo

# Of the places where Xero is sold or often used. What is not here is taken as UTC, which shifts nothing but the day on
# which a month counts as ended.
_ZONES = {
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "FIJISTANDARDTIME": "Pacific/Fiji",
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "EAUSTRALIASTANDARDTIME": "Australia/Brisbane",
    "TASMANIASTANDARDTIME": "Australia/Hobart",
    "CENAUSTRALIASTANDARDTIME": "Australia/Adelaide",
    "AUSCENTRALSTANDARDTIME": "Australia/Darwin",
    "WAUSTRALIASTANDARDTIME": "Australia/Perth",
    "SINGAPORESTANDARDTIME": "Asia/Singapore",
    "CHINASTANDARDTIME": "Asia/Shanghai",
    "TOKYOSTANDARDTIME": "Asia/Tokyo",
    "SEASIASTANDARDTIME": "Asia/Bangkok",
    "INDIASTANDARDTIME": "Asia/Kolkata",
    "ARABIANSTANDARDTIME": "Asia/Dubai",
    "SOUTHAFRICASTANDARDTIME": "Africa/Johannesburg",
    "EAFRICASTANDARDTIME": "Africa/Nairobi",
    "GMTSTANDARDTIME": "Europe/London",
    "WEUROPESTANDARDTIME": "Europe/Berlin",
    "ROMANCESTANDARDTIME": "Europe/Paris",
    "CENTRALEUROPESTANDARDTIME": "Europe/Budapest",
    "CENTRALEUROPEANSTANDARDTIME": "Europe/Warsaw",
    "EEUROPESTANDARDTIME": "Europe/Chisinau",
    "FLESTANDARDTIME": "Europe/Kiev",
    "ATLANTICSTANDARDTIME": "America/Halifax",
    "NEWFOUNDLANDSTANDARDTIME": "America/St_Johns",
    "EASTERNSTANDARDTIME": "America/New_York",
    "USEASTERNSTANDARDTIME": "America/Indiana/Indianapolis",
    "CENTRALSTANDARDTIME": "America/Chicago",
    "CANADACENTRALSTANDARDTIME": "America/Regina",
    "MOUNTAINSTANDARDTIME": "America/Denver",
    "USMOUNTAINSTANDARDTIME": "America/Phoenix",
    "PACIFICSTANDARDTIME": "America/Los_Angeles",
    "ALASKANSTANDARDTIME": "America/Anchorage",
    "HAWAIIANSTANDARDTIME": "Pacific/Honolulu",
}


def timezone(name: str) -> str:
    """Return the time zone that Xero names, which exists on this machine, or UTC."""
    known = _ZONES.get(name.upper().replace(" ", "").replace(".", ""), name)
    try:
        return ZoneInfo(known).key if known else "UTC"
    except (KeyError, ValueError, OSError):
        return "UTC"
