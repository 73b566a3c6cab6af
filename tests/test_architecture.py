"""The house rules: who may import whom, and how large things may grow."""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    p for folder in ("scoring", "training") for p in (ROOT / folder).rglob("*.py") if "_shipped" not in p.parts
)

FLOORS = [
    {"scoring.errors", "scoring.schema", "scoring.probability", "scoring.timing", "scoring._version"},
    {"scoring.resources", "scoring.settings", "scoring.writing"},
    {"scoring.word_lists"},
    {"scoring.text", "scoring.documents"},
    {"scoring.priors", "scoring.attribution"},
    {"scoring.sources", "scoring.evidence"},
    {"scoring.claims", "scoring.report"},
    {"scoring.engine"},
    {"scoring.pipeline"},
    {"scoring.dossier", "scoring.archive", "scoring.serve"},
    {"training.statistics", "training.progress"},
    {"training.labels", "training.priors"},
    {"training.evaluation", "training.evidence"},
    {"training.model"},
    {"training.dossier"},
    {"training.requantizing"},
    {"scoring.cli"},
    {"scoring.__main__"},
]  # fmt: skip
"""Packages from the ground up: each imports from those below it, and packages of one floor nothing of each other."""
HEAVY = {"torch", "transformers", "accelerate"}
HEAVY_ROOMS = {"scoring/attribution/modeling.py", "scoring/attribution/inference.py"}


def names_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def imported(path: Path) -> list[str]:
    return [name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for name in names_of(node)]


def floor(package: str) -> int | None:
    return next((i for i, packages in enumerate(FLOORS) if package in packages), None)


def package_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [p for p in MODULES if p.name != "__init__.py"], ids=label)
def test_imports_run_one_way(path: Path) -> None:
    package = package_of(module_of(path))
    own = floor(package)
    assert own is not None, f"{label(path)}: {package} has no place in FLOORS"
    for module in imported(path):
        other = floor(package_of(module))
        if other is not None and package_of(module) != package:
            assert other < own, f"{label(path)} imports {module}, which stands above it"


@pytest.mark.parametrize("path", [p for p in MODULES if "training" not in p.parts], ids=label)
def test_rating_needs_nothing_of_training(path: Path) -> None:
    """Commands import it when they run; nothing else of ``scoring`` does."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_once = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    looked_at = at_once if "cli" in path.parts else list(ast.walk(tree))
    assert [m for node in looked_at for m in names_of(node) if m.split(".")[0] == "training"] == []


@pytest.mark.parametrize("path", sorted({path.parent for path in MODULES}), ids=label)
def test_packages_say_what_they_are_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse((path / "__init__.py").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_heavy_libraries_stay_in_their_rooms(path: Path) -> None:
    found = {module.split(".")[0] for module in imported(path)}
    if "training" not in path.parts:
        assert "datasets" not in found
        assert not found & HEAVY or label(path) in HEAVY_ROOMS


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_sizes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name, size in functions(text):
        assert size <= 60, f"{name} has {size} lines"


def functions(text: str) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False)
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            found.append((node.name, lines - (docstring.count("\n") + 1 if docstring else 0)))
    return found


def test_functions_are_short() -> None:
    sizes = [size for path in MODULES for _, size in functions(path.read_text(encoding="utf-8"))]
    assert statistics.median(sizes) <= 10
    assert sum(size > 35 for size in sizes) <= len(sizes) * 0.02


def test_no_forbidden_names() -> None:
    names = {path.name for path in MODULES}
    assert not names & {"types.py", "datasets.py", "utils.py"}
    assert not (ROOT / "tests" / "__init__.py").exists()


@pytest.mark.parametrize("statement", ["import scoring", "import scoring.pipeline", "import scoring.cli.app"])
def test_import_is_light(statement: str) -> None:
    code = f"{statement}; import sys; print(*sorted({{'torch', 'pandas', 'onnxruntime', 'trafilatura'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


def _public(node: ast.AST) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Functions and classes of a module and methods of its public classes; what a function defines inside is its own."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef):
            yield inner
        if isinstance(inner, ast.ClassDef) and not inner.name.startswith("_"):
            yield from _public(inner)


def test_public_functions_are_documented() -> None:
    bare = [
        f"{label(path)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in _public(ast.parse(path.read_text(encoding="utf-8")))
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert bare == []


WRITING = re.compile(r"""\.write_(?:text|bytes)\(|open\((?:[^()]*, )?["'][wxa]|csv\.(?:writer|DictWriter)\(""")
WRITERS = {
    "scoring/writing/files.py",  # the one way
    "scoring/writing/spreadsheets.py",  # the one writer of CSV
    "scoring/archive/shards.py",  # locks, and parts of tables, which it moves itself, several at a time
    "training/model/card_template.py",  # a folder of a model, made anew each time
}  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_files_are_written_in_one_way(path: Path) -> None:
    assert label(path) in WRITERS or WRITING.findall(path.read_text(encoding="utf-8")) == []
