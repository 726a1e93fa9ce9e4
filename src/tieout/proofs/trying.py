"""What tries claims: ``python -m tieout.proofs.trying SOCKET`` loads everything and opens nothing.

For each order that comes through the socket it forks a process, which tells each trial on a line of JSON.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import msgspec

from tieout.proofs.claims import CLAIMS, Claim, seed_of
from tieout.proofs.outcome import Broken, Measured, NotPossible, Tried
from tieout.proofs.servers import Server

_LONGEST = 65_536  # bytes of an order


class Order(msgspec.Struct, kw_only=True):
    """What a process is to try, and where."""

    claim: str
    seed: int
    first: int
    trials: int
    short: bool
    provider: str
    folder: str
    url: str
    template: str  # a file, or the name of a database on the server
    server: Server | None = None  # one of our own, which may be killed


def main() -> int:
    """Fork a process for each order, until no more can come."""
    import django  # noqa: PLC0415 - the settings read the environment that this process was started with

    django.setup()
    logging.getLogger("tieout").setLevel(logging.CRITICAL)
    for name in {"ground", *(claim.function.partition(":")[0] for claim in CLAIMS)}:
        import_module(f"tieout.proofs.{name}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        while True:
            order, descriptors, _, _ = socket.recv_fds(channel, _LONGEST, 2)
            if not order:
                return 0
            child = os.fork()
            if child == 0:
                channel.close()
                _be(order, *descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            channel.send(str(child).encode())


def _be(text: bytes, telling: int, saying: int) -> NoReturn:
    """Try a claim so often as is asked, and end without the parent's own endings."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor, standard in ((telling, 1), (saying, 2)):
            os.dup2(descriptor, standard)
            os.close(descriptor)
        order = msgspec.json.decode(text, type=Order)
        os.environ["DATABASE_URL"] = order.url
        claim = next(it for it in CLAIMS if it.key == order.claim)
        for tried in each(claim, order):
            os.write(1, msgspec.json.encode(tried) + b"\n")
        code = 0
    except BaseException:  # noqa: BLE001 - told as the last words
        traceback.print_exc()
    finally:
        os._exit(code)


def each(claim: Claim, order: Order) -> Iterator[Tried]:
    """Yield each trial as it is made."""
    from tieout.proofs.ground import FileHome, Ground, Home, ServerHome  # noqa: PLC0415 - after Django is set up

    home: Home
    if order.url.startswith("sqlite:///"):
        home = FileHome(Path(order.template), Path(order.url.removeprefix("sqlite:///")))
    else:
        home = ServerHome(order.url, order.template)
    ground = Ground(home, Path(order.folder), order.provider, server=order.server)
    for number in range(order.first, order.first + order.trials):
        yield once(claim, ground, seed=order.seed, number=number, short=order.short)


def once(claim: Claim, ground: object, *, seed: int, number: int, short: bool) -> Tried:
    """Make one trial on a fresh ground."""
    from tieout.proofs.ground import Ground, Trial  # noqa: PLC0415 - after Django is set up

    assert isinstance(ground, Ground)
    own = seed_of(seed, claim.key, number)
    module, _, name = claim.function.partition(":")
    function: Callable[[Trial], Measured] = getattr(import_module(f"tieout.proofs.{module}"), name)
    began = time.monotonic()
    tried = Tried(number=number, seed=own)
    try:
        ground.fresh()
        tried.measured = dict(function(Trial(ground, own, number, short)))
        tried.calls, outside = ground.calls()
        if outside:
            tried.broken = f"calls that neither read nor belong to the grant arrived: {dict(outside)}"
    except Broken as broken:
        tried.broken = str(broken)
    except NotPossible as why:
        tried.not_run = str(why)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a trial is no success
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        tried.broken = f"the trial itself broke: {type(error).__name__}: {error} ({where})"
    tried.seconds = round(time.monotonic() - began, 2)
    return tried


if __name__ == "__main__":
    raise SystemExit(main())
