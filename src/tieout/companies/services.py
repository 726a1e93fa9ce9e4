"""Changes to companies and people. Each is one transaction with its audit row."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify

from tieout.companies import audit
from tieout.companies.models import Company, Membership, Role


class Refused(Exception):
    """The change is not possible; ``str()`` is fit for the page."""


@transaction.atomic
def create_company(*, name: str, person: User, timezone: str = "UTC") -> Company:
    """Return a new company owned by ``person``, who also gets the payroll-detail right."""
    name = _checked_name(name)
    company = Company.objects.create(name=name, slug=_free_slug(name), timezone=_checked_zone(timezone))
    Membership.objects.create(company=company, person=person, role=Role.OWNER, payroll_detail=True)
    audit.record(company, person, "created the company", company, after={"name": name, "timezone": timezone})
    return company


@transaction.atomic
def rename(company: Company, *, name: str, person: User) -> None:
    """Give the company another name. Its address stays, so that bookmarks keep working."""
    name = _checked_name(name)
    if name == company.name:
        return
    before, company.name = company.name, name
    company.save(update_fields=["name"])
    audit.record(company, person, "renamed the company", company, before={"name": before}, after={"name": name})


@transaction.atomic
def set_timezone(company: Company, *, timezone: str, person: User) -> None:
    """Move the company's days and months to another time zone."""
    timezone = _checked_zone(timezone)
    if timezone == company.timezone:
        return
    before, company.timezone = company.timezone, timezone
    company.save(update_fields=["timezone"])
    audit.record(
        company, person, "set the time zone", company, before={"timezone": before}, after={"timezone": timezone}
    )


@transaction.atomic
def set_currency(company: Company, *, currency: str, person: User | None) -> None:
    """Set the currency that the company's first books are kept in (ISO 4217)."""
    if currency == company.currency:
        return
    before, company.currency = company.currency, currency
    company.save(update_fields=["currency"])
    audit.record(
        company, person, "set the currency", company, before={"currency": before}, after={"currency": currency}
    )


@transaction.atomic
def add_member(
    company: Company,
    *,
    newcomer: User,
    role: Role,
    person: User,
    payroll_detail: bool = False,
    what: str = "added a person",
) -> Membership:
    """Return the new membership; ``what`` is how the audit log calls it. Refuse who is a member already."""
    if Membership.objects.filter(company=company, person=newcomer).exists():
        raise Refused(f"{newcomer.email} is a member of {company.name} already.")
    added = Membership.objects.create(company=company, person=newcomer, role=role, payroll_detail=payroll_detail)
    after: dict[str, audit.Value] = {"person": newcomer.email, "role": role, "payroll_detail": payroll_detail}
    audit.record(company, person, what, added, after=after)
    return added


@transaction.atomic
def set_rights(membership: Membership, *, role: Role, payroll_detail: bool, person: User) -> None:
    """Change role and payroll-detail right at once, or neither."""
    set_role(membership, role=role, person=person)
    set_payroll_detail(membership, allowed=payroll_detail, person=person)


@transaction.atomic
def set_role(membership: Membership, *, role: Role, person: User) -> None:
    """Change what a member may do. A company keeps at least one owner."""
    if role == membership.role:
        return
    if role != Role.OWNER:
        _refuse_last_owner(membership)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    _record_member(membership, person, "changed a role", {"role": before}, {"role": role})


@transaction.atomic
def set_payroll_detail(membership: Membership, *, allowed: bool, person: User) -> None:
    """Give or take the right to see who is paid what."""
    if allowed == membership.payroll_detail:
        return
    membership.payroll_detail = allowed
    membership.save(update_fields=["payroll_detail"])
    what = "gave the payroll-detail right" if allowed else "took the payroll-detail right"
    _record_member(membership, person, what, {"payroll_detail": not allowed}, {"payroll_detail": allowed})


@transaction.atomic
def remove_member(membership: Membership, *, person: User) -> None:
    """Take a person out of the company: another one, or whoever asks. A company keeps at least one owner."""
    _refuse_last_owner(membership)
    what = "left the company" if membership.person == person else "removed a person"
    _record_member(membership, person, what, {"role": membership.role}, {})
    membership.delete()


def _record_member(
    membership: Membership,
    person: User,
    what: str,
    before: dict[str, audit.Value],
    after: dict[str, audit.Value],
) -> None:
    who: dict[str, audit.Value] = {"person": membership.person.email}
    audit.record(membership.company, person, what, membership, before=who | before, after=who | after)


def _refuse_last_owner(membership: Membership) -> None:
    # The rows are locked, so that two owners who demote each other at once leave one.
    owners = Membership.objects.select_for_update().filter(company=membership.company, role=Role.OWNER)
    if [owner.pk for owner in owners] == [membership.pk]:
        raise Refused("A company needs an owner. Make somebody else an owner first.")


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("Give the company a name.")
    return name


def _checked_zone(timezone: str) -> str:
    if timezone not in available_timezones():
        raise Refused(f"{timezone} is not a time zone.")
    return timezone


def _free_slug(name: str) -> str:
    stem = slugify(name)[:50].strip("-") or "company"
    taken = set(Company.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)
