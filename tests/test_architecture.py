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

LAYERS = [
    {"schema", "enumerations", "errors", "_version", "beta", "odds"},
    {"resources", "controls", "spreadsheets", "timing", "writing"},
    {
        "settings", "lexicons", "source_nouns", "domains", "priors", "pooling", "rows", "outlet_ratings", "outcomes",
        "ledger", "remembering",
    },
    {
        "sentences", "documents", "pages", "decoding", "language", "boilerplate", "links", "page_links", "markdown", "menus", "unmarked", "attribution", "sources", "mentions", "source_patterns", "claims", "spans",
        "evidence", "strength", "weights", "channel", "position", "sourcing", "directional", "origins", "rating", "reading", "own_voice", "chains", "names",
        "article_rows", "mending",
    },
    {"pipeline"},
    {"report"},
    {"dossier", "corpus", "serve", "doctor"},
    {"cli", "cli_inputs", "cli_messages", "cli_options", "cli_priors", "cli_report", "cli_serve", "cli_labels", "cli_training", "cli_batch", "cli_outlets", "cli_compare", "cli_evaluate", "cli_doctor", "__main__"},
]  # fmt: skip
HEAVY = {"torch", "transformers", "accelerate"}
HEAVY_ROOMS = {"scoring/attribution/modeling.py", "scoring/attribution/inference.py"}


def imported(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def layer(name: str) -> int | None:
    return next((i for i, names in enumerate(LAYERS) if name in names), None)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT / "scoring").with_suffix("").parts
    return parts[0]


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [p for p in MODULES if "scoring" in p.parts and p.name != "__init__.py"], ids=label)
def test_imports_run_one_way(path: Path) -> None:
    own = layer(name_of(path))
    assert own is not None, f"{path.name} has no place in LAYERS"
    for module in imported(path):
        parts = module.split(".")
        if parts[0] == "scoring" and len(parts) > 1 and (other := layer(parts[1])) is not None:
            assert other <= own, f"{label(path)} imports {module}, which stands above it"
        assert parts[0] != "training" or path.name in {"cli_training.py", "cli_labels.py", "cli_evaluate.py"}, (
            f"{label(path)} imports {module}"
        )


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_heavy_libraries_stay_in_their_rooms(path: Path) -> None:
    found = {module.split(".")[0] for module in imported(path)}
    if "training" not in path.parts:
        assert "datasets" not in found
        assert not found & HEAVY or label(path) in HEAVY_ROOMS


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_sizes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 350
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


@pytest.mark.parametrize("statement", ["import scoring", "import scoring.pipeline", "import scoring.cli"])
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
    "scoring/writing.py",  # the one way
    "scoring/spreadsheets.py",  # the one writer of CSV
    "scoring/corpus/shards.py",  # locks, and parts of tables, which it moves itself, several at a time
    "scoring/attribution/model_card.py",  # a folder of a model, made anew each time
}  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_files_are_written_in_one_way(path: Path) -> None:
    assert label(path) in WRITERS or WRITING.findall(path.read_text(encoding="utf-8")) == []
