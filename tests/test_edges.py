"""Settings and model folders that are wrong are refused when they are loaded, with the file and what would be right."""

import re
import shutil
from pathlib import Path

import pytest

from scoring import rate, resources
from scoring.engine import load_engine
from scoring.errors import ConfigError, ModelError, SourcegradeError


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("hearsay = -0", "heresay = -0", "[basis] holds"),
        ("interval_level = 0.9", "interval_level = 1.5", "interval_level 1.5 lies outside (0, 1)"),
        ("start = 0.0", "start = nan", "start: found nan, expected a number from -1e+12 to 1e+12"),
        ("slope = ", "slope = -", "must be above 0"),
        ("residual_variance = 0.12", "residual_variance = -5.0", "is below 0"),
        ("start = 0.0", "begin = 0.0", "unknown key 'begin'"),
    ],
)
def test_settings_out_of_range(tmp_path: Path, old: str, new: str, message: str) -> None:
    shipped = resources.config("score.toml").read_text(encoding="utf-8")
    assert old in shipped
    path = tmp_path / "own.toml"
    path.write_text(shipped.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=f"own.toml.*{re.escape(message)}"):
        load_engine("rules", None, path)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("[]", "is an object"),
        ('{"window": null}', "window is None"),
        ('{"window": 2}', "from 16 to 512"),
        ('{"calibration": {"cue": [-1, 0]}}', "a slope above 0"),
    ],
)
def test_broken_configuration_of_a_model(tmp_path: Path, config: str, message: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(resources.model(), folder)
    (folder / "config.json").write_text(config)
    with pytest.raises(ModelError, match=message):
        load_engine(str(folder))


def test_graphs_that_were_swapped(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(resources.model(), folder)
    (folder / "encoder.onnx").write_bytes((folder / "pairs.onnx").read_bytes())
    with pytest.raises(ModelError, match="expected input_ids"):
        load_engine(str(folder))


@pytest.mark.parametrize("option", ["config", "priors"])
def test_missing_files_are_errors_of_ours(option: str) -> None:
    with pytest.raises(SourcegradeError, match="cannot be read"):
        rate("Ines Roth said the bridge will close.", model="rules", **{option: Path("/nowhere/at.all")})  # type: ignore[arg-type]
