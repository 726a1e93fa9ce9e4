"""Access by a key or a login that a person types: checked at the platform at once, and kept only encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, cast

from django.views.decorators.debug import sensitive_variables

from tieout.connections import choosing, providers
from tieout.connections.choosing import digest
from tieout.connections.connecting import Asked, GrantRefused
from tieout.connections.models import Connection
from tieout.providerkit.errors import AccessDenied, ProviderError
from tieout.providerkit.interface import Provider, TakesLogin


class _Taking(TakesLogin, Provider, Protocol):
    """A provider that takes a login."""


def taking(provider: Provider) -> TakesLogin | None:
    """Return the provider as one that takes a login, None where access is given otherwise."""
    return provider if isinstance(provider, TakesLogin) else None


@sensitive_variables("values", "granted")
def log_in(asked: Asked, values: Mapping[str, str], *, session: str, now: datetime) -> Connection:
    """Turn what was typed into a connection whose first sync is queued. ``session`` is the browser session's key.

    Raise GrantRefused where the platform refuses it, or the organisation does not fit; ChoiceNeeded where it opens
    several. ProviderError passes: the platform was in trouble. No text of these holds anything secret.
    """
    provider = providers.provider(asked.provider)
    if not isinstance(provider, TakesLogin):
        raise KeyError(asked.provider)
    taker = cast("_Taking", provider)
    hidden = {values[it.name] for it in taker.login_fields if it.secret and values.get(it.name)}
    try:
        granted = taker.log_in(values, now=now)
    except AccessDenied as refusal:
        raise GrantRefused(_without(hidden, f"{refusal} Nothing was stored.")) from None
    except ProviderError as trouble:
        if any(secret in str(trouble) for secret in hidden):
            raise ProviderError(f"{provider.about.name} could not be asked.") from None
        raise
    return choosing.take(asked, granted, session=digest(session), now=now)


def _without(hidden: set[str], text: str) -> str:
    """Return a text if it tells nothing secret, else one that tells less."""
    return "The login was refused." if any(secret in text for secret in hidden) else text
