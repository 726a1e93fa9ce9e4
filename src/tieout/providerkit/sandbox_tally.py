"""What arrived at a sandbox: the proof that a client only reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts since the start or the last reset."""

    paths: Counter[str] = field(default_factory=Counter)
    realms: Counter[str] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)  # neither a read nor the grant's own
    rate_limited: int = 0

    def reset(self) -> None:
        """Start again from zero."""
        self.paths.clear()
        self.realms.clear()
        self.outside.clear()
        self.rate_limited = 0

    def as_json(self) -> dict[str, object]:
        """Return the counts as the control address shows them."""
        return {
            "total": self.paths.total(),
            "paths": dict(sorted(self.paths.items())),
            "realms": dict(sorted(self.realms.items())),
            "outside_calls": self.outside.total(),
            "outside": dict(sorted(self.outside.items())),
            "rate_limited": self.rate_limited,
        }
