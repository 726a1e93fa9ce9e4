"""The process that tries one claim: ``python -m tieout.proofs.trying JSON``. Tells each trial on a line of JSON."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import msgspec

from tieout.proofs.claims import CLAIMS, Claim, seed_of
from tieout.proofs.outcome import Broken, Measured, NotPossible, Tried
from tieout.proofs.servers import Server


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
    """Try a claim so often as is asked."""
    order = msgspec.json.decode(sys.argv[1], type=Order)
    import django  # noqa: PLC0415 - the settings read the environment that this process was started with

    django.setup()
    logging.getLogger("tieout").setLevel(logging.CRITICAL)
    claim = next(it for it in CLAIMS if it.key == order.claim)
    for tried in each(claim, order):
        sys.stdout.write(msgspec.json.encode(tried).decode() + "\n")
        sys.stdout.flush()
    return 0


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
