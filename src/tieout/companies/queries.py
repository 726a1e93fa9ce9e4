"""Reads of companies and people. Every other part starts from a company that came out of here."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db.models import QuerySet

from tieout.companies.models import Company, Membership, Role


def companies_of(person: User) -> Sequence[Company]:
    """Return the companies that a person belongs to, by name."""
    return list(Company.objects.filter(memberships__person=person).order_by("name", "pk"))


def membership(person: User, slug: str) -> Membership | None:
    """Return the person's membership, with its company, or None for a stranger and for no such company."""
    return Membership.objects.select_related("company", "person").filter(person=person, company__slug=slug).first()


def members(company: Company) -> Sequence[Membership]:
    """Return everybody in a company, those who may most first, then by e-mail."""
    found = Membership.objects.select_related("person").filter(company=company).order_by("person__email")
    return sorted(found, key=lambda it: Role(it.role).rank)


def member(company: Company, membership_id: int) -> Membership | None:
    """Return one membership of this company, or None."""
    return Membership.objects.select_related("person").filter(company=company, pk=membership_id).first()


def people_with(company: Company, role: Role) -> Sequence[User]:
    """Return those in a company who may do what a role may: whom to tell that something needs doing."""
    return list(User.objects.filter(memberships__company=company, memberships__role__in=_with(role)).order_by("pk"))


def where_may(person: User, role: Role) -> QuerySet[Company]:
    """Return the companies in which a person may do what a role may, to ask within."""
    return Company.objects.filter(memberships__person=person, memberships__role__in=_with(role))


def is_known(email: str) -> bool:
    """Return whether somebody has an account with that address; for who holds an invitation of it."""
    return User.objects.filter(email__iexact=email).exists()


def by_slug(slug: str) -> Company | None:
    """Return a company for the command line, which asks nobody's leave, or None."""
    return Company.objects.filter(slug=slug).first()


def by_id(company: int) -> Company | None:
    """Return a company for a job, which asks nobody's leave, or None."""
    return Company.objects.filter(pk=company).first()


def _with(role: Role) -> list[Role]:
    """Return the roles that may do what a role may."""
    return [it for it in Role if it.covers(role)]
