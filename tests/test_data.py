"""What ships is what its hashes say, and the examples are listed."""

import hashlib
import tomllib
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"


def test_hashes_are_current() -> None:
    lines = (DATA / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = dict(reversed(line.split("  ", 1)) for line in lines)  # type: ignore[arg-type]
    files = sorted(p for p in DATA.rglob("*") if p.is_file() and p.name not in ("SHA256SUMS", ".DS_Store"))
    found = {str(p.relative_to(DATA)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    assert listed == found, "run `make sums` after a change under data/"


def test_examples_are_listed() -> None:
    rows = tomllib.loads((DATA / "examples/index.toml").read_text(encoding="utf-8")).values()
    assert {row["file"] for row in rows} == {p.name for p in (DATA / "examples").iterdir()} - {"index.toml"}
    assert all(row["shows"] for row in rows)
