"""The desk: takes one order a line as JSON and answers each with one line.

``python -m tieout.providers.tryton.desk ADDRESS`` works either in a database file (``sqlite:///NAME``, with a
configuration file as second argument) or at a running server (``http://USER:PASSWORD@HOST:PORT/NAME/``).
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from xmlrpc.client import ServerProxy

from proteus import Model, config

from tieout.providers.tryton.desk import books, ground, logins, moves, story

Order = dict[str, Any]


def _owner(order: Order) -> Any:
    return Model.get("company.company")(order["company"])


def _moves(order: Order) -> list[Order]:
    return [{**move, "date": date.fromisoformat(move["date"])} for move in order["moves"]]


def _people(order: Order) -> dict[str, str]:
    ground.people([Model.get("company.company")(number) for number in order["companies"]])
    return {logins.READER: logins.READER_PASSWORD, logins.STRANGER: logins.STRANGER_PASSWORD}


ORDERS: dict[str, Callable[[Order], Any]] = {
    "books": lambda order: books.lay(order["rows"]),
    "story": lambda order: story.tell(date.fromisoformat(order["today"]), order["seed"]),
    "people": _people,
    "post": lambda order: moves.post(_owner(order), _moves(order), draft=order.get("draft", False)),
    "cancel": lambda order: moves.cancel(order["move"]),
    "create": lambda order: ground.create(order["model"], order["rows"]),
    "write": lambda order: ground.call(order["model"], "write", order["ids"], order["values"]),
    "call": lambda order: ground.call(order["model"], order["verb"], *order["arguments"]),
    "work_for": lambda order: ground.work_for(_owner(order)),
}


def _at_server(address: str) -> None:
    """Log in once: a password in the address would be hashed anew for each call."""
    parts = urlsplit(address)
    where = urlunsplit(parts._replace(netloc=f"{parts.hostname}:{parts.port}"))
    asked = {"password": parts.password}
    with ServerProxy(where, allow_none=True, use_builtin_types=True) as server:
        login: Any = server.common.db.login(parts.username, asked, "en")
    token = b64encode(f"{parts.username}:{login[0]}:{login[1]}".encode()).decode()
    config.set_xmlrpc(where, headers=[("Authorization", f"Session {token}")])


def main(address: str, *configuration: str) -> None:
    """Take orders until there are no more."""
    if address.startswith("sqlite:"):
        config.set_trytond(address, config_file=configuration[0])
    else:
        _at_server(address)
    answers, sys.stdout = sys.stdout, sys.stderr  # nothing but answers goes out
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"done": ORDERS[order["order"]](order)}
        except Exception as error:  # noqa: BLE001 - told to whoever gave the order, in Tryton's own words
            answer = {"failed": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer, default=str) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
