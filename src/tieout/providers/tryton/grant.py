"""The grant: a login gives a session, and the session is given back at the end."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from tieout.kit.http import Answer, Outbound
from tieout.providerkit.errors import AccessDenied
from tieout.providerkit.interface import LoginField, Tokens
from tieout.providers.tryton import wire
from tieout.providers.tryton.client import send
from tieout.providers.tryton.faults import LoginAgain, Stumbled, busy, plain
from tieout.providers.tryton.places import LOGIN, LOGOUT, Place

FIELDS = (
    LoginField(name="user", label="User", help="The login of a Tryton user who may read the books and nothing else."),
    LoginField(
        name="password", label="Password", help="Kept encrypted, and used for nothing but to log in.", secret=True
    ),
)
# Tryton ends sessions by its own settings, after thirty days unless told otherwise. A day is well inside; a session
# that ends sooner is renewed when it is refused.
SESSION = timedelta(days=1)


class Secret(msgspec.Struct):
    """What is kept, encrypted, in place of a refresh token."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "Secret()"


class GrantClient:
    """The only code that may log in and out."""

    def __init__(self, outbound: Outbound, place: Place) -> None:
        self._outbound = outbound
        self._place = place

    def log_in(self, values: Mapping[str, str], *, now: datetime) -> Tokens:
        """Return a session for what was typed. Raise AccessDenied if it is refused."""
        secret = Secret(values.get("user", "").strip(), values.get("password", ""))
        if not (secret.user and secret.password):
            raise AccessDenied("Tryton asks for a user and a password.")
        answer = self._ask(secret)
        if answer.status == 401:
            raise AccessDenied("Tryton does not know this user with this password.")
        if answer.status == 404:
            raise AccessDenied(
                f"The Tryton server has no database {self._place.database!r}: whoever runs Tieout can look."
            )
        return self._tokens(answer, secret, now)

    def refresh(self, tokens: Tokens, *, now: datetime) -> Tokens:
        """Return a new session. Raise LoginAgain where the password is no longer right."""
        try:
            secret = msgspec.json.decode(tokens.refresh, type=Secret)
        except msgspec.DecodeError:
            raise LoginAgain("The login that is kept for Tryton cannot be read") from None
        answer = self._ask(secret)
        if answer.status == 401:
            raise LoginAgain("Tryton no longer accepts this user's password, or the user is gone")
        if answer.status == 404:
            raise busy("it has no such database")
        try:
            return self._tokens(answer, secret, now)
        except AccessDenied as denied:
            raise LoginAgain(str(denied)) from denied

    def log_out(self, tokens: Tokens) -> None:
        """End the session. One that is already gone is no error."""
        try:
            send(self._outbound, self._place, LOGOUT, [], session=tokens.access)
        except Stumbled as stumbled:
            raise busy(str(stumbled)) from stumbled

    def _ask(self, secret: Secret) -> Answer:
        try:
            answer = send(self._outbound, self._place, LOGIN, [secret.user, {"password": secret.password}, "en"])
        except Stumbled as stumbled:
            raise busy(str(stumbled)) from stumbled
        if answer.status == 429:
            raise busy("it takes no more logins for a while, after several wrong passwords")
        if answer.status not in (200, 401, 404):
            raise busy(f"status {answer.status}")
        return answer

    def _tokens(self, answer: Answer, secret: Secret, now: datetime) -> Tokens:
        try:
            found = msgspec.json.decode(answer.body, type=wire.Answer[list[object]])
        except msgspec.DecodeError:
            # The cause would quote the answer, and with it the session.
            raise busy("its answer to the login is not readable") from None
        if found.error is not None:
            kind = plain(str(found.error[0])) if found.error else "something else"
            raise AccessDenied(f"Tryton asks for more than a password ({kind}): Tieout cannot give it.")
        if not isinstance(found.result, list) or len(found.result) < 2:
            raise busy("its answer to the login holds no session")
        user, session = found.result[:2]
        header = base64.b64encode(f"{secret.user}:{user}:{session}".encode()).decode()
        return Tokens(access=header, refresh=msgspec.json.encode(secret).decode(), access_expires=now + SESSION)
