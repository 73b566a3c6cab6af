"""Whether the service does what its description says, by schemathesis: requests made from it, right and wrong ones.

    pip install schemathesis
    python reports/evaluation/described.py                  # 300 requests a route and kind, some five minutes
    python reports/evaluation/described.py --examples 20    # a minute

Starts ``python -m scoring serve --model rules`` on loopback and ends it. Every check is on, as it is by itself, but for what
``described.toml`` takes out with its reason. Exits with schemathesis's status: 0 where nothing is found.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from load import Running

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--seed", type=int, default=14)
    given = parser.parse_args()
    service = Running(["--model", "rules"])
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(HERE / "described.toml"), "run",
        f"http://127.0.0.1:{service.port}/openapi.json", "--mode", "all", "--continue-on-failure",
        "--max-examples", str(given.examples), "--seed", str(given.seed), "--no-color", "--request-timeout", "60",
        "--generation-database", "none", "--suppress-health-check", "all", "--warnings", "off",
    ]  # fmt: skip
    try:
        with tempfile.TemporaryDirectory() as folder:  # where schemathesis leaves its notes
            return subprocess.run(command, check=False, cwd=folder).returncode
    finally:
        service.end()


if __name__ == "__main__":
    sys.exit(main())
