"""The wheel holds everything that rating needs, and works from anywhere."""

import ast
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MODULES = {
    "axe-playwright-python": "axe_playwright_python", "lxml-html-clean": "lxml_html_clean", "markdown-it-py": "markdown_it",
    "mkdocs-material": "material", "scikit-learn": "sklearn", "text2num": "text_to_num",
}  # fmt: skip
"""What a distribution is imported as, where that is not its name."""
ROOMS = {
    "scoring/serve/": ("serve",),
    "scoring/archive/on_ray.py": ("scale",),
    "scoring/report/html/pdf.py": ("pdf",),
    "scoring/attribution/modeling.py": ("train",),
    "scoring/attribution/inference.py": ("train",),
    "scoring/cli/evaluate.py": ("train",),
    "training/": ("train",),
    "tests/": ("train", "serve", "scale", "pdf", "dev", "docs"),
}
"""Where the libraries of an extra may be imported; everywhere else those of the base installation alone."""
BESIDE = {
    "lxml-html-clean": "trafilatura imports it through justext",
    "accelerate": "the Trainer of transformers runs on it",
    "onnxscript": "torch.onnx writes graphs with it",
    "python-multipart": "starlette reads forms with it",
    "mypy": "make lint", "ruff": "make lint", "pre-commit": "runs these at each commit", "pytest-cov": "make coverage", "pytest-xdist": "make test",
    "uv": "make lowest", "pandas-stubs": "types of pandas for mypy", "hatchling": "builds the wheel",
}  # fmt: skip
"""What is needed and imported nowhere, with the reason."""


def _names(requirements: list[str]) -> set[str]:
    names = {re.split(r"[\[<>=;, ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in requirements}
    return names - {"sourcegrade"}


def _declared() -> dict[str, set[str]]:
    """Distributions by extra; those of the base installation under an empty name."""
    extras = PROJECT["optional-dependencies"].items()
    return {"": _names(PROJECT["dependencies"]), **{extra: _names(lines) for extra, lines in extras}}


def _imports(path: Path) -> Iterator[str]:
    """The libraries that a file imports, also through ``pytest.importorskip``; what only a type checker reads aside."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
            yield from (str(given.value) for given in node.args if isinstance(given, ast.Constant))


def _imported() -> dict[str, set[str]]:
    """Files by the libraries that they import."""
    own = {"scoring", "training", "conftest", "text_growth", "_typeshed", *sys.stdlib_module_names}
    found: dict[str, set[str]] = {}
    for folder in ("scoring", "training", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for library in {name.split(".")[0] for name in _imports(path)} - own:
                found.setdefault(library, set()).add(path.relative_to(ROOT).as_posix())
    return found


def _module(distribution: str) -> str:
    return MODULES.get(distribution, distribution.replace("-", "_"))


def test_everything_that_is_imported_is_declared() -> None:
    declared = {extra: {_module(name) for name in names} for extra, names in _declared().items()}
    missing = [
        f"{file} imports {library}"
        for library, files in _imported().items()
        for file in files
        for extras in [next((extras for room, extras in ROOMS.items() if file.startswith(room)), ())]
        if not any(library in declared[extra] for extra in ("", *extras))
    ]
    assert missing == []


def test_everything_that_is_declared_is_used() -> None:
    imported = _imported()
    declared = set().union(*_declared().values())
    assert {name for name in declared - set(BESIDE) if _module(name) not in imported} == set()
    assert set(BESIDE) <= declared


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("build")
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.mark.slow
def test_wheel_holds_what_is_shipped(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = archive.read(next(n for n in names if n.endswith("METADATA"))).decode()
    shipped = "scoring/_shipped"
    shown = ("configs/score.toml", "configs/serve.toml", "data/priors/outlets.csv", "data/lexicons/cues.csv")
    for name in (*shown, "data/model/encoder.onnx"):
        assert f"{shipped}/{name}" in names
    assert {
        "scoring/report/templates/rating.schema.json",
        "scoring/report/templates/article.html",
        "scoring/serve/templates/form.html",
        "scoring/py.typed",
        "training/model/recipe.py",
    } <= names
    assert not any(name.startswith(("tests/", "data/", "configs/")) for name in names)
    base = [line for line in metadata.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert not any("torch" in line or "transformers" in line for line in base)


@pytest.mark.slow
def test_installed_wheel_rates_an_article_elsewhere(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "env"
    venv.create(place, with_pip=False)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)}))
    # Dependencies come from this environment; a path in a .pth file brings no editable install with it.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    article = tmp_path / "note.txt"
    article.write_text("Mayor Ines Roth said the bridge at Oxley will close on Monday for repairs.\n")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}

    def run(*arguments: str) -> str:
        command = [str(place / "bin" / "python"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, env=environment).stdout

    assert str(site) in run("-c", "import scoring; print(scoring.__file__)")
    rating = json.loads(run("-m", "scoring", "score", str(article), "--format", "json"))
    (claim,) = rating["claims"]
    assert claim["basis"] == "paraphrase" and claim["chain"][0]["source"]["text"] == "Mayor Ines Roth"
