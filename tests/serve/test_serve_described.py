"""The service does what its description says: requests made from it by schemathesis, where that is installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("schemathesis") is None, reason="needs schemathesis")
@pytest.mark.skipif(importlib.util.find_spec("fastapi") is None, reason="needs the extra serve")
def test_schemathesis_finds_nothing_but_what_is_by_design() -> None:
    script = ROOT / "reports" / "evaluation" / "described.py"
    command = [sys.executable, str(script), "--examples", "20"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0 and "No issues found" in done.stdout, done.stdout[-4000:] + done.stderr[-2000:]
