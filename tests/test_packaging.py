"""The wheel holds everything that rating needs, and works from anywhere."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytest.importorskip("build")
pytest.importorskip("hatchling")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
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
