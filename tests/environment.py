"""The environment that every test runs in, set before Django reads its settings (pytest loads this first)."""

from __future__ import annotations

import os
import tempfile

os.environ["TIEOUT_MODE"] = "test"
os.environ.setdefault("TIEOUT_DATA", tempfile.mkdtemp(prefix="tieout-test-"))
