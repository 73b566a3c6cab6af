"""The lists of words that ship are sound, all asked for and all described; a wrong row is named."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoring import resources
from scoring.documents.language import NAMES, detect
from scoring.errors import ConfigError
from scoring.word_lists import TABLES, TITLES, either, lines, read_table, word_lists, words, yes

ROOT = Path(__file__).resolve().parents[2]
LEXICONS = ROOT / "data/lexicons"
AS_WRITTEN = {
    "abbreviations before a number",
    "abbreviations inside a sentence",
    "labels of a quotation",
    "labels of a section",
    "last words of newspapers",
    "months behind a time of day",
    "openings of a list",
    "personal pronouns",
    "subjects of a clause",
    "time zones",
    "verbs of an opinion after I",
}
"""Lists that are looked for with the capitals that they are written with, or that hold an "I"."""


def asked_for() -> Iterator[str]:
    """The name of every list that code asks for."""
    for path in (*(ROOT / "scoring").rglob("*.py"), *(ROOT / "training").rglob("*.py")):
        code = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(code)) if "from scoring.word_lists import" in code else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("words", "either"):
                for name in node.args:
                    assert isinstance(name, ast.Constant), f"{path}:{node.lineno}: name the list here"
                    yield name.value


@pytest.fixture
def lexicons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of tables of a test's own, in place of those that ship."""
    for name in TABLES:
        (tmp_path / name).write_text("list,word\n", encoding="utf-8")
    (tmp_path / TITLES).write_text("title,lists\n", encoding="utf-8")
    monkeypatch.setattr(resources, "lexicon", lambda name: tmp_path / name)
    word_lists.cache_clear()
    yield tmp_path
    word_lists.cache_clear()


def test_every_list_is_asked_for_and_there() -> None:
    assert set(asked_for()) == set(word_lists())


def test_every_list_is_described() -> None:
    described = re.findall(r"`([^`]+)`", (LEXICONS / "README.md").read_text(encoding="utf-8"))
    assert set(word_lists()) <= set(described)


def test_every_table_is_described() -> None:
    readme = (LEXICONS / "README.md").read_text(encoding="utf-8")
    assert [p.name for p in LEXICONS.iterdir() if p.name != "README.md" and f"`{p.name}`" not in readme] == []


@pytest.mark.parametrize("name", sorted(set(word_lists()) - AS_WRITTEN))
def test_words_are_small(name: str) -> None:
    assert [word for word in words(name) if word != word.lower()] == []


@pytest.mark.parametrize("name", ["governments.txt", "given_names.txt", "common_words.txt"])
def test_lines_are_small_and_stand_once(name: str) -> None:
    listed = lines(name)
    assert [line for line in listed if line != line.strip().lower()] == []
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("languages.csv", ("code",)),
        ("numbers.csv", ("word",)),
        ("opposites.csv", ("one", "other")),
        ("stop_words.csv", ("language", "word")),
        ("titles.csv", ("title",)),
        ("word_forms.csv", ("form",)),
    ],
)
def test_rows_stand_once(name: str, key: tuple[str, ...]) -> None:
    rows = read_table(name, lambda row: tuple(row[column] for column in key))
    assert sorted(rows) == sorted(set(rows))


def test_stop_words_are_of_known_languages() -> None:
    assert set(read_table("stop_words.csv", lambda row: row["language"])) <= set(NAMES)


def test_names_alone_tell_no_language() -> None:
    assert detect("De la Cruz van der Meer von Zu " * 8) is None
    assert detect("Le ministre est dans la ville avec des amis pour une semaine") == "fr"


def test_titles_of_all_places_stand_in_one_table() -> None:
    assert {"mr", "gen"} <= words("titles before a name") & words("titles inside a sentence")
    assert not any("titles" in name for table in TABLES for name in read_table(table, lambda row: row["list"]))


def test_either_finds_the_longest_word_and_any_ending(lexicons: Path) -> None:
    rows = "list,word\nkinds,lamp\nkinds,lamp post\nkinds,ferr*\nkinds,p.m\n"
    (lexicons / TABLES[0]).write_text(rows, encoding="utf-8")
    kinds = re.compile(either("kinds"))
    assert [m.group() for m in kinds.finditer("a lamp post, a lamp, two ferries, 3 p.m, pam")] == [
        "lamp post", "lamp", "ferries", "p.m",
    ]  # fmt: skip
    assert re.compile(either("kinds", capital=True)).findall("Lamp post lamp") == ["Lamp post"]


def test_titles_stand_in_several_lists(lexicons: Path) -> None:
    (lexicons / TITLES).write_text("title,lists\nharbourmaster,heads|ranks\nbosun,ranks\n", encoding="utf-8")
    assert words("heads") == {"harbourmaster"}
    assert words("ranks") == words("heads", "ranks") == {"harbourmaster", "bosun"}


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        (TABLES[0], "kinds,lamp", "stands twice"),
        (TABLES[1], "kinds,lamp", "stands twice"),
        (TABLES[1], "kinds,", "without white space"),
        (TABLES[1], ",lamp", "without white space"),
        (TABLES[1], "kinds, lamp", "without white space"),
        (TABLES[1], "kinds", "another number of cells"),
        (TABLES[1], "kinds,lamp,oil", "another number of cells"),
        (TITLES, "mr,", "without white space"),
        (TITLES, "mr,ranks|ranks", "stands twice"),
    ],
)
def test_a_wrong_row_is_named(lexicons: Path, table: str, row: str, reason: str) -> None:
    with (lexicons / TABLES[0]).open("a", encoding="utf-8") as file:
        file.write("kinds,lamp\n")
    with (lexicons / table).open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    line = len((lexicons / table).read_text(encoding="utf-8").splitlines())
    with pytest.raises(ConfigError, match=rf"{re.escape(table)}:{line}: .*{reason}"):
        words("kinds")


def test_a_list_that_is_missing_is_named(lexicons: Path) -> None:
    with pytest.raises(ConfigError, match="no list 'ranks'"):
        words("ranks")


def test_a_cell_of_yes_or_no_says_one_of_them() -> None:
    assert yes("yes")
    assert not yes("no")
    with pytest.raises(ValueError, match="expected yes or no"):
        yes("maybe")


@pytest.mark.parametrize("statement", ["import scoring", "import scoring.cli.app"])
def test_importing_reads_no_list(statement: str) -> None:
    code = f"{statement}; import sys; print('scoring.word_lists' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
