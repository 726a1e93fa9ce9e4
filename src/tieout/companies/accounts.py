"""Who may sign up here, for allauth: everybody, or whoever is invited; the first person of an installation always."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm
from allauth.core import context
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from tieout.companies import invitations
from tieout.companies.models import Invitation

SESSION_KEY = "invitation"  # the digest of the link that was opened in this browser


def invitation_of(request: HttpRequest) -> Invitation | None:
    """Return the invitation that this browser opened, whatever became of it."""
    kept = request.session.get(SESSION_KEY, "")
    return invitations.find(kept) if kept else None


def usable_invitation(request: HttpRequest) -> Invitation | None:
    """Return the invitation that this browser opened and that can still be accepted."""
    found = invitation_of(request)
    return found if found is not None and found.state(timezone.now()) == Invitation.OPEN else None


def anybody_may_sign_up() -> bool:
    """Return whether no invitation is needed."""
    return settings.SIGNUP == "open" or not User.objects.exists()


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Decides who may sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return whether whoever asks may make an account."""
        return anybody_may_sign_up() or usable_invitation(request) is not None


class NewAccountForm(SignupForm):  # type: ignore[misc]  # allauth has no types
    """The sign-up form: an invitation fills its address in, and is the only one that may where sign-up is not open."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - allauth's own signature
        super().__init__(*args, **options)
        self._invitation = usable_invitation(context.request)
        if self._invitation is not None:
            self.fields["email"].initial = self._invitation.email

    def clean_email(self) -> str:
        """Return the address. Refuse another one than the invited where only the invited may sign up."""
        email = str(super().clean_email())
        if anybody_may_sign_up():
            return email
        if self._invitation is None or self._invitation.email.casefold() != email.casefold():
            raise ValidationError("Sign up with the address that was invited.")
        return email
