"""The map of the site, and a client that walks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

OF_A_COMPANY = "c/<slug:company>/"
METHODS = ("GET", "POST")
LET_NOBODY_IN = 405  # the route does not know the method: nobody was asked who they are
_CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE")

Arguments = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the map. ``guard`` is what its decorator says: a role, "member", or "" for none."""

    name: str
    pattern: str
    arguments: tuple[str, ...]
    guard: str

    def __str__(self) -> str:
        return self.name

    def address(self, known: Arguments) -> str:
        """Return where it is; fail for an argument that nobody has listed."""
        unknown = set(self.arguments) - set(known)
        assert not unknown, f"{self.name}: list {unknown} in the arguments of test_every_route"
        return reverse(self.name, kwargs={name: known[name] for name in self.arguments})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request came to: its status, where it leads, and the statements that changed rows of the database."""

    route: Route
    method: str
    status: int
    location: str
    changes: tuple[str, ...]

    def __str__(self) -> str:
        led = f" to {self.location}" if self.location else ""
        wrote = f", wrote {self.changes[0][:90]}" if self.changes else ""
        return f"{self.method} {self.route.name}: {self.status}{led}{wrote}"


def _routes(resolver: URLResolver, prefix: str, namespace: str, outer: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        arguments = (*outer, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _routes(entry, pattern, inner, arguments)
        else:
            assert isinstance(entry, URLPattern)
            yield Route(f"{namespace}{entry.name}", pattern, arguments, getattr(entry.callback, "access", ""))


ROUTES = tuple(_routes(get_resolver(), "", "", ()))
OURS = tuple(route for route in ROUTES if route.pattern.startswith(OF_A_COMPANY))
OTHERS = tuple(route for route in ROUTES if route not in OURS)


def walk(client: Client, routes: Iterable[Route], known: Callable[[Route], Arguments]) -> Iterator[Answer]:
    """Yield the answer of each route to each method. What a request changes is taken back before the next."""
    for route in routes:
        for method in METHODS:
            yield ask(client, route, method, known(route))


def ask(client: Client, route: Route, method: str, known: Arguments) -> Answer:
    """Return the answer to one request, and leave the database as it was. No server error passes for an answer."""
    url = route.address(known)
    with transaction.atomic(), _changes() as changes:
        page = client.generic(method, url)
        transaction.set_rollback(True)
    told = (route.name, page.status_code) == ("healthz", 503)  # it says that no worker is there, and works itself
    assert page.status_code < 500 or told, (method, url)
    return Answer(route, method, page.status_code, page.headers.get("Location", ""), tuple(changes))


@contextmanager
def _changes() -> Iterator[list[str]]:
    """Collect the statements that changed a row, those of the session apart."""
    seen: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401 - Django's own signature
        done = execute(sql, params, many, context)
        changes = sql.lstrip().upper().startswith(_CHANGES) and "django_session" not in sql
        if changes and context["cursor"].rowcount:
            seen.append(sql)
        return done

    with connection.execute_wrapper(watch):
        yield seen
