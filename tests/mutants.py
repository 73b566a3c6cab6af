"""Do the tests see a threshold that was moved? ``python tests/mutants.py [WORD …]``

Each mutant is a change of one place that ought to be seen by a test. It is made in a copy of the project, and the tests
named beside it are run there; what passes with the change survives. Prints a line a mutant, and gives 1 if any survives.
With words, only mutants are tried that have one of them in their file or their line.

A new threshold gets a case on either side in the tests, and one or two lines here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
COPIED, LINKED = ("scoring", "training", "configs", "tests", "reports", "pyproject.toml", "README.md"), ("data",)
"""Data are facts, which no mutant changes, and large."""

MUTANTS: dict[str, list[tuple[str, str, str]]] = {
    "evidence/test_origins.py": [
        ("scoring/evidence/origins.py", "SAME_PROPOSITION = 0.5", "SAME_PROPOSITION = 0.47"),
        ("scoring/evidence/origins.py", "SAME_PROPOSITION = 0.5", "SAME_PROPOSITION = 0.95"),
        ("scoring/evidence/origins.py", "LEAST_WORDS = 3", "LEAST_WORDS = 2"),
        ("scoring/evidence/origins.py", "LEAST_WORDS = 3", "LEAST_WORDS = 4"),
        ("scoring/evidence/origins.py", "REACH = 200", "REACH = 199"),
        ("scoring/evidence/origins.py", ">= SAME_PROPOSITION", "> SAME_PROPOSITION"),
    ],
    "evidence/test_strength.py": [
        ("scoring/evidence/strength.py", "if value < bound", "if value <= bound"),
        ("scoring/evidence/strength.py", '(0.4, "weak"), (0.6, "moderate")', '(0.4, "weak"), (0.65, "moderate")'),
        ("scoring/evidence/strength.py", '(0.45, "unlikely")', '(0.4, "unlikely")'),
        ("scoring/evidence/strength.py", '(0.95, "very likely")', '(0.9, "very likely")'),
        ("scoring/evidence/strength.py", '(0.55, "moderate")', '(0.6, "moderate")'),
        ("scoring/evidence/strength.py", "origins >= 2 and probability >= 0.8", "origins >= 2 and probability >= 0.7"),
        ("scoring/evidence/strength.py", "evidence.origins >= 2", "evidence.origins >= 1"),
        ("scoring/evidence/rating.py", "MOST_CHANGES = 3", "MOST_CHANGES = 4"),
        ("configs/score.toml", "most = 4 ", "most = 5 "),
        ("configs/score.toml", "second = 0.5 ", "second = 0.4 "),
        ("configs/score.toml", "floor = -1.2 ", "floor = -1.3 "),
        ("configs/score.toml", "epistemic = 0.306", "epistemic = 0.2"),
        ("scoring/evidence/rating.py", "LEAST_CHANGE = 0.02", "LEAST_CHANGE = 0.002"),
    ],
    "documents/test_boilerplate_lengths.py": [
        ("scoring/documents/boilerplate.py", "MIN_POINT_WORDS = 5", "MIN_POINT_WORDS = 4"),
        ("scoring/documents/boilerplate.py", "MIN_POINT_WORDS = 5", "MIN_POINT_WORDS = 6"),
        ("scoring/documents/boilerplate.py", "MAX_SHORT_WORDS = 9", "MAX_SHORT_WORDS = 10"),
        ("scoring/documents/boilerplate.py", "MAX_DECK_WORDS = 16", "MAX_DECK_WORDS = 15"),
        ("scoring/documents/boilerplate.py", "MAX_TITLE_WORDS = 22", "MAX_TITLE_WORDS = 23"),
        ("scoring/documents/boilerplate.py", "MAX_PATTERN_LINE = 420", "MAX_PATTERN_LINE = 419"),
        ("scoring/documents/boilerplate.py", "MAX_PARTS, MAX_PART_WORDS = 8, 6", "MAX_PARTS, MAX_PART_WORDS = 9, 6"),
        ("scoring/documents/boilerplate.py", "MAX_PARTS, MAX_PART_WORDS = 8, 6", "MAX_PARTS, MAX_PART_WORDS = 8, 7"),
        ("scoring/documents/boilerplate.py", "TERSE_SHARE = 8, 3, 0.4", "TERSE_SHARE = 9, 3, 0.4"),
        ("scoring/documents/boilerplate.py", "TERSE_SHARE = 8, 3, 0.4", "TERSE_SHARE = 8, 3, 0.3"),
        ("scoring/documents/boilerplate.py", "words >= (14 if", "words >= (13 if"),
        ("scoring/documents/boilerplate.py", "2 * len(points) > left", "2 * len(points) >= left"),
    ],
    "attribution/test_continuation.py": [
        ("scoring/attribution/continuation.py", "MOSTLY_QUOTED = 0.8", "MOSTLY_QUOTED = 0.2"),
        ("scoring/attribution/continuation.py", "MOSTLY_QUOTED = 0.8", "MOSTLY_QUOTED = 0.85"),
    ],
    "attribution/test_parallel.py": [
        ("scoring/attribution/parallel.py", " and not _AND.search(text, joint.end(), source.end)", ""),
        ("scoring/attribution/parallel.py", "text, joint.end(), source.end", "text, joint.end()"),
        ("scoring/attribution/parallel.py", "given_names() for", "given_names() or True for"),
    ],
    "attribution/test_linking.py": [
        ("scoring/attribution/linking.py", "LEAST_SOURCE = 0.3", "LEAST_SOURCE = 0.35"),
        ("scoring/attribution/linking.py", "GAP = 6", "GAP = 7"),
        ("scoring/attribution/linking.py", "GAP = 6", "GAP = 5"),
        ("scoring/attribution/linking.py", "MOST_FRAGMENTS = 3", "MOST_FRAGMENTS = 2"),
    ],
    "text/test_names.py": [
        ("scoring/text/names.py", "tokens[-1].isupper() and len(tokens[-1]) > 2", "False"),
        ("scoring/text/names.py", "tokens[-1].isupper() and len(tokens[-1]) > 2", "len(tokens[-1]) > 99"),
        ("scoring/text/names.py", "len(tokens[-1]) > 2", "len(tokens[-1]) > 1"),
        ("scoring/text/names.py", "len(token) > 3]", "len(token) > 2]"),
        ("scoring/text/names.py", "if len(tokens) <= 3", "if len(tokens) <= 4"),
        ("scoring/text/names.py", "if not 2 <= len(tokens) <= 4", "if not 1 <= len(tokens) <= 4"),
        ("scoring/text/names.py", "if not 2 <= len(tokens) <= 4", "if not 2 <= len(tokens) <= 5"),
    ],
    "sources/test_reader.py": [
        ("scoring/sources/reader.py", "NAMES_BACK = 1000", "NAMES_BACK = 9"),
        ("scoring/sources/reader.py", "NAMES_BACK = 1000", "NAMES_BACK = 1001"),
        ("scoring/sources/reader.py", "MOST_DESCRIBED = 2", "MOST_DESCRIBED = 9"),
        ("scoring/sources/reader.py", "MOST_DESCRIBED = 2", "MOST_DESCRIBED = 1"),
        ("scoring/sources/reader.py", "RULE_WEIGHT = 3.0", "RULE_WEIGHT = 9.0"),
        ("scoring/sources/reader.py", "RULE_WEIGHT = 3.0", "RULE_WEIGHT = 2.5"),
        ("scoring/sources/reader.py", "most >= min(2, len(wanted))", "most >= min(1, len(wanted))"),
    ],
    "claims/test_claim_thresholds.py": [
        ("configs/claims.toml", "least_hedge = 0.1", "least_hedge = 0.05"),
        ("configs/claims.toml", "content_words = 4", "content_words = 3"),
        ("configs/claims.toml", "sentence_words = 3", "sentence_words = 4"),
        ("configs/claims.toml", "own_words = 7", "own_words = 6"),
        ("configs/claims.toml", "joined_words = 5", "joined_words = 6"),
        ("configs/claims.toml", "rest_words = 6", "rest_words = 5"),
        ("configs/claims.toml", "quoted_share = 0.35", "quoted_share = 0.3"),
        ("configs/claims.toml", "paraphrase = 0.75", "paraphrase = 0.7"),
        ("scoring/claims/hedging.py", "UNLISTED = 0.5", "UNLISTED = 1.0"),
        ("scoring/claims/hedging.py", "default=1.0)", "default=0.9)"),
        ("scoring/claims/own_voice.py", "LEAST_CLAUSE = 4", "LEAST_CLAUSE = 5"),
        ("scoring/claims/own_voice.py", "LEAD_IN_WORDS = 12", "LEAD_IN_WORDS = 13"),
    ],
    "claims/test_chains.py": [
        ("scoring/claims/chains.py", "SAME_CONTENT = 0.7", "SAME_CONTENT = 0.75"),
        ("scoring/attribution/named_beside.py", "OPENING = 80", "OPENING = 79"),
    ],
    "test_growth.py::test_a_chain_without_end_keeps_its_innermost_sources_and_says_so": [
        ("scoring/claims/attributed.py", "MOST_LINKS = 8", "MOST_LINKS = 9"),
    ],
    "documents/test_decoding.py": [
        ("scoring/documents/decoding.py", "MIN_WRAPS = 4", "MIN_WRAPS = 5"),
        ("scoring/documents/decoding.py", "MIN_WRAPS = 4", "MIN_WRAPS = 3"),
        ("scoring/documents/decoding.py", "MAX_WRAP_WIDTH = 120", "MAX_WRAP_WIDTH = 119"),
        ("scoring/documents/decoding.py", "MAX_CONTROL_SHARE = 0.1", "MAX_CONTROL_SHARE = 0.11"),
        ("scoring/documents/decoding.py", "MAX_CONTROL_SHARE_OTHER = 0.02", "MAX_CONTROL_SHARE_OTHER = 0.03"),
        ("scoring/documents/decoding.py", "2 * broken < len(pairs)", "2 * broken <= len(pairs)"),
    ],
    "documents/test_documents.py": [
        ("scoring/documents/language.py", "MIN_WORDS = 20", "MIN_WORDS = 2"),
    ],
    "priors/test_letters.py": [
        ("scoring/documents/domains.py", "ALIKE = 88", "ALIKE = 81"),
        ("scoring/documents/domains.py", "ALIKE = 88", "ALIKE = 95"),
        ("scoring/documents/domains.py", "LEAST_BRAND = 5", "LEAST_BRAND = 6"),
        ("scoring/documents/domains.py", "LEAST_BRAND = 5", "LEAST_BRAND = 4"),
        ("configs/priors.toml", "B = 0.65", "B = 0.66"),
    ],
    "priors/test_ledger.py": [
        ("configs/priors.toml", "judged = 6.0", "judged = 5.0"),
    ],
    "dossier/test_dossier.py": [
        ("scoring/dossier/tracing/hardening.py", "SURER = 0.15", "SURER = 0.6"),
        ("configs/dossier.toml", "words = 8 ", "words = 20 "),
        ("configs/dossier.toml", "share = 0.5 ", "share = 0.95 "),
    ],
    "dossier/test_stories.py": [
        ("configs/dossier.toml", "days = 45 ", "days = 44 "),
        ("configs/dossier.toml", "few = 8 ", "few = 9 "),
        ("configs/dossier.toml", "most = 60 ", "most = 61 "),
        ("configs/dossier.toml", "least = 0.08 ", "least = 0.8 "),
    ],
    "evidence/test_directional.py": [
        ("configs/score.toml", "direct_quote = 0.498", "direct_quote = 0.1"),
        ("configs/score.toml", "distancing = -0.815", "distancing = 0.0"),
    ],
}  # fmt: skip
"""By the file of tests that is to see them: file, what stands there, what stands there in the mutant."""


class Mutant(NamedTuple):
    """A change of one place, and the file of tests that is to see it."""

    tests: str
    file: str
    old: str
    new: str


def mutants(words: Sequence[str]) -> Iterator[Mutant]:
    """All mutants, or those that one of the words belongs to."""
    for tests, changes in MUTANTS.items():
        for file, old, new in changes:
            if not words or any(word in f"{tests} {file} {old}" for word in words):
                yield Mutant(tests, file, old, new)


def copied(place: Path) -> Path:
    """A copy of the project in which mutants may be made."""
    for name in COPIED:
        whole = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        whole(ROOT / name, place / name)
    for name in LINKED:
        (place / name).symlink_to(ROOT / name)
    return place


def passes(project: Path, *tests: str) -> bool:
    """Whether files of tests pass in a copy of the project."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        *(f"tests/{name}" for name in tests),
    ]
    environment = os.environ | {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False).returncode == 0


def survives(project: Path, mutant: Mutant) -> bool:
    """Whether a mutant's tests pass with it; the place is put right again."""
    file = project / mutant.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        sys.exit(f"{mutant.file}: holds {mutant.old!r} {text.count(mutant.old)} times; name a place that is there once")
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        return passes(project, mutant.tests)
    finally:
        file.write_text(text, encoding="utf-8")


def main(words: Sequence[str]) -> int:
    tried = list(mutants(words))
    with tempfile.TemporaryDirectory() as place:
        project = copied(Path(place))
        if not passes(project, *dict.fromkeys(mutant.tests for mutant in tried)):
            sys.exit("the tests fail without any mutant")
        alive = 0
        for mutant in tried:
            lives = survives(project, mutant)
            alive += lives
            print(
                f"{'SURVIVES' if lives else 'killed  '}  {mutant.file}: {mutant.old} → {mutant.new or 'nothing'}  ({mutant.tests})",
                flush=True,
            )
    print(f"{len(tried)} mutants, {alive} survive")
    return bool(alive)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
