from __future__ import annotations

import datetime
import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pandas
import pytest

from scoring.documents.files import from_html, from_text, read
from scoring.errors import InputError
from scoring.schema import Document
from scoring.text.sentences import split

ARTICLE = "The harbour master said on Monday that two ferries had collided in fog. Nobody was hurt, he added."


def read_bytes(tmp_path: Path, name: str, content: bytes | str) -> list[Document | InputError]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return list(read(str(path)))


def one(found: list[Document | InputError]) -> Document:
    assert len(found) == 1 and isinstance(found[0], Document), found
    return found[0]


def error(found: list[Document | InputError]) -> str:
    assert len(found) == 1 and isinstance(found[0], InputError), found
    assert "\n" not in str(found[0])
    return str(found[0])


def rows(*values: object) -> str:
    return "".join((value if isinstance(value, str) else json.dumps(value)) + "\n" for value in values)


def test_text_file_is_one_document_under_its_name(tmp_path: Path) -> None:
    document = one(read_bytes(tmp_path, "fog.txt", ARTICLE))
    assert (document.id, document.text, document.language, document.warnings) == ("fog.txt", ARTICLE, "en", ())


def test_the_text_is_not_stripped_and_line_ends_are_read_as_line_feeds_of_the_same_length(tmp_path: Path) -> None:
    document = one(read_bytes(tmp_path, "a.txt", b"  One sank.\r\nTwo rose.\rThree.\n"))
    assert document.text == "  One sank. \nTwo rose.\nThree.\n"
    assert document.as_given == "  One sank.\r\nTwo rose.\rThree.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_unicode_encodings(tmp_path: Path, encoding: str) -> None:
    text = ARTICLE + " “É” 😀"
    assert one(read_bytes(tmp_path, "a.txt", text.encode(encoding))).text == text


def test_other_encodings_are_guessed_with_a_warning(tmp_path: Path) -> None:
    western = one(read_bytes(tmp_path, "a.txt", (ARTICLE + " “Café”").encode("cp1252")))
    assert western.text.endswith("“Café”") and "cp1252" in western.warnings[0]
    russian = "Министр заявил во вторник, что паром столкнулся с другим судном в тумане у входа в порт. " * 3
    document = one(read_bytes(tmp_path, "b.txt", russian.encode("cp1251")))
    assert document.text == russian and "not UTF-8" in document.warnings[0]


def test_damaged_utf8_stays_utf8(tmp_path: Path) -> None:
    document = one(read_bytes(tmp_path, "a.txt", "Café “sank” – é. ".encode() + b"\xff end"))
    assert document.text == "Café “sank” – é. \ufffd end" and "damaged" in document.warnings[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"PK\x03\x04....word/document.xml", "Word"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (bytes(range(256)) * 4, "binary"),
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
    ],
)
def test_what_is_no_text_is_one_error_that_says_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in error(read_bytes(tmp_path, "a.txt", content))


def test_missing_file_directory_address_and_unknown_kind_are_errors(tmp_path: Path) -> None:
    assert "no such file" in error(list(read(str(tmp_path / "none.txt"))))
    assert "directory" in error(list(read(str(tmp_path))))
    assert "nothing is fetched" in error(list(read("https://harbour.example/a.html")))
    assert "found .doc" in error(read_bytes(tmp_path, "a.doc", ARTICLE))
    assert "cannot be read" in error(list(read("x" * 5000 + ".txt")))


def test_nul_and_lone_surrogates_are_replaced_one_for_one(tmp_path: Path) -> None:
    document = one(read_bytes(tmp_path, "a.jsonl", '{"text": "One\\u0000ferry \\ud800 sank off the port."}\n'))
    assert document.text == "One ferry \ufffd sank off the port."
    assert any("NUL" in warning for warning in document.warnings)
    assert any("surrogate" in warning for warning in document.warnings)
    assert one(read_bytes(tmp_path, "a.txt", ARTICLE.encode() + b"\0 End.")).text == ARTICLE + "  End."


def test_emoji_only_is_a_document_without_claims() -> None:
    document = from_text("😀😀\n😀")
    assert split(document) == () and "no words: the text holds no claims" in document.warnings


def test_other_languages_are_warned_of() -> None:
    french = "Le ministre a annoncé mardi que la réforme serait présentée avant la fin de l'année, selon une source."
    assert from_text(french).warnings == ("language: looks like French; rated with English models",)
    arabic = from_text("أعلن الوزير يوم الثلاثاء أن العبارة غرقت قرب الميناء.")
    assert arabic.language == "ar" and len(split(arabic)) == 1


@pytest.mark.parametrize(
    "text", ["The ferry sank.", "Fire!", "Luis de la Cruz met Ada van der Quill in Rio de Janeiro.", ARTICLE]
)
def test_short_english_gives_no_language_warning(text: str) -> None:
    assert from_text(text).warnings == ()


def test_boilerplate_is_skipped_and_told_of() -> None:
    document = from_text(f"{ARTICLE}\n\nAdvertisement:\n\n{ARTICLE}")
    assert [item.reason for item in document.skipped] == ["advertisement"]
    assert document.warnings == ("left out: advertisement (1)",)


def test_hard_wrapped_paragraphs_are_joined_without_moving_offsets() -> None:
    wrapped = (
        "The harbour master said on Monday that\ntwo ferries had collided in thick fog\n"
        "outside the port. Nobody was hurt, he\nadded, and both boats reached the quay\n"
        "under their own power. The inquiry\n"
        "goes on.\n\nA second paragraph follows here with\nmore words on the inquiry."
    )
    document = from_text(wrapped)
    assert len(document.text) == len(wrapped) and document.text.count("\n") == 2
    assert "hard-wrapped" in document.warnings[0]
    assert [s.paragraph for s in split(document)] == [0, 0, 0, 1]


def test_lines_that_are_sentences_are_not_joined() -> None:
    text = "\n".join(["The ferry sank off the port."] * 10)
    assert from_text(text).text == text


def test_empty_text_raises() -> None:
    with pytest.raises(InputError, match="is empty"):
        from_text(" \n\ufeff")


PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Fog</title>
<link rel="canonical" href="https://www.harbour-daily.co.uk/fog"><meta property="og:title" content="Ferries in fog">
<meta property="article:published_time" content="2024-03-05T10:00:00Z"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Ferries in fog</h1><p>{ARTICLE}</p><p>{ARTICLE.replace("Monday", "Tuesday")}</p></article></body></html>"""


def test_page_gives_its_own_outlet_title_and_date(tmp_path: Path) -> None:
    document = one(read_bytes(tmp_path, "fog.html", PAGE))
    assert (document.outlet, document.title, document.published) == (
        "harbour-daily.co.uk",
        "Ferries in fog",
        "2024-03-05",
    )
    assert ARTICLE in document.text.split("\n")


def test_given_values_win_over_the_page() -> None:
    document = from_html(PAGE, outlet="https://www.fog-post.com/x", title="T", published="5 March 2023")
    assert (document.outlet, document.title, document.published) == ("fog-post.com", "T", "2023-03-05")


def test_fragment_of_a_page_is_read_and_a_page_without_text_is_an_error(tmp_path: Path) -> None:
    assert ARTICLE in from_html(f"<p>{ARTICLE}</p>").text
    assert "no article found" in error(read_bytes(tmp_path, "a.html", "<html><body><script>x</script></body></html>"))


def test_rows_with_all_columns(tmp_path: Path) -> None:
    row = {
        "id": 7,
        "text": ARTICLE,
        "outlet": "fog-post.com",
        "published": "2015-01-26T10:00",
        "title": "",
        "n": [1, None],
    }
    document = one(read_bytes(tmp_path, "a.jsonl", rows(row)))
    assert (document.id, document.outlet, document.published, document.title) == (
        "7",
        "fog-post.com",
        "2015-01-26",
        None,
    )
    assert dict(document.extra) == {"n": [1, None]}


def test_broken_row_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    good = {"text": ARTICLE}
    values: list[object] = [good] * 40
    values[16] = '{"text": "unfinished'
    values[20], values[21], values[22], values[23] = {"text": 5}, {"text": None}, {"text": " "}, {"body": "x"}
    values[24], values[25] = [1, 2], {"text": ARTICLE, "outlet": {"a": 1}}
    found = read_bytes(tmp_path, "a.jsonl", rows(*values))
    assert len(found) == 40
    wrong = {i + 1: str(item) for i, item in enumerate(found) if isinstance(item, InputError)}
    assert all(f"a.jsonl:{row}: " in message for row, message in wrong.items())
    said = {17: "bad JSON", 21: "int '5'", 22: "null", 23: "empty", 24: "body", 25: "list", 26: "outlet is a dict"}
    assert set(wrong) == set(said) and all(said[row] in wrong[row] for row in said)


def test_row_without_id_is_named_after_file_and_line(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, "a.jsonl", rows({"text": ARTICLE}, "", {"text": ARTICLE}))
    assert [item.id for item in found if isinstance(item, Document)] == ["a.jsonl:1", "a.jsonl:3"]


def test_column_missing_everywhere_is_one_error(tmp_path: Path) -> None:
    assert "found body, id" in error(read_bytes(tmp_path, "a.jsonl", rows({"body": "x", "id": 1}, {"body": "y"})))
    assert "found id, body" in error(read_bytes(tmp_path, "a.csv", "id,body\n1,x\n2,y\n"))
    assert "no rows" in error(read_bytes(tmp_path, "b.csv", "id,text\n"))
    assert "no rows" in error(read_bytes(tmp_path, "b.jsonl", "\n\n"))


def test_csv_with_quoted_line_ends_large_fields_and_a_short_row(tmp_path: Path) -> None:
    large = "The ferry sank. " * 20_000
    content = f'id,text,n\na,"{ARTICLE}\nAnd ""so"" on, he said.",1\nb\nc,{large},\nd,,2\n'
    found = read_bytes(tmp_path, "a.csv", content)
    assert isinstance(found[0], Document) and found[0].text == f'{ARTICLE}\nAnd "so" on, he said.'
    assert isinstance(found[1], InputError) and "a.csv:2: found 1 fields; give 3" in str(found[1])
    assert isinstance(found[2], Document) and found[2].text == large and dict(found[2].extra) == {"n": ""}
    assert isinstance(found[3], InputError) and "a.csv:4: the text is empty" in str(found[3])


def test_csv_quotation_mark_never_closed(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, "a.csv", f'id,text\na,"{ARTICLE}"\nb,"never closed\nc,swallowed\n')
    assert isinstance(found[0], Document) and isinstance(found[1], InputError) and "never closed" in str(found[1])


def test_csv_with_semicolons(tmp_path: Path) -> None:
    assert one(read_bytes(tmp_path, "a.csv", f"id;text\na;{ARTICLE}\n")).text == ARTICLE


def test_parquet_rows_nulls_and_dates(tmp_path: Path) -> None:
    day = datetime.datetime(2015, 1, 26, 9, 30)
    table = pandas.DataFrame(
        {"text": [ARTICLE, None], "published": [day, pandas.NaT], "n": [1.5, float("nan")], "title": ["T", None]}
    )
    table.to_parquet(tmp_path / "a.parquet")
    good, bad = read(str(tmp_path / "a.parquet"))
    assert isinstance(good, Document) and good.published == "2015-01-26" and dict(good.extra) == {"n": 1.5}
    assert isinstance(bad, InputError) and "a.parquet:2: text is null" in str(bad)
    table.drop(columns="text").to_parquet(tmp_path / "b.parquet")
    assert "found published, n, title" in error(list(read(str(tmp_path / "b.parquet"))))
    assert "no readable Parquet" in error(read_bytes(tmp_path, "c.parquet", b"PAR1 and then nothing"))


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (ARTICLE, ["stdin"]),
        (PAGE, ["stdin"]),
        (rows({"text": ARTICLE, "id": "a"}, '{"text": ', {"text": ARTICLE}), ["a", "stdin:2: found", "stdin:3"]),
        (json.dumps({"text": ARTICLE, "id": "a"}, indent=1), ["a"]),
        ("{not JSON} said the pilot of the ferry.", ["stdin"]),
    ],
)
def test_standard_input_is_told_apart_by_its_looks(content: str, ids: list[str]) -> None:
    found = list(read("-", stdin=io.BytesIO(content.encode())))
    names = [item.id if isinstance(item, Document) else str(item) for item in found]
    assert len(names) == len(ids) and all(name.startswith(start) for name, start in zip(names, ids, strict=True))
    assert not any("<p>" in item.text for item in found if isinstance(item, Document))


def test_empty_standard_input_is_an_error() -> None:
    assert "stdin: is empty" in error(list(read("-", stdin=io.BytesIO(b" \n"))))


def test_outlet_is_the_given_one_unless_the_row_names_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        rows(
            {"text": ARTICLE},
            {"text": ARTICLE, "outlet": "www.fog-post.com"},
            {"text": ARTICLE, "url": "https://a.b.ex.org/c"},
        )
    )
    assert [d.outlet for d in read(str(path), outlet="Harbour Daily") if isinstance(d, Document)] == [
        "Harbour Daily", "fog-post.com", "Harbour Daily",
    ]  # fmt: skip
    assert [d.outlet for d in read(str(path)) if isinstance(d, Document)] == [None, "fog-post.com", "ex.org"]


def test_a_date_that_is_none_is_left_out_with_a_warning() -> None:
    document = from_text(ARTICLE, published="last week")
    assert document.published is None and document.warnings == ("published: 'last week' is no date; left out",)


@pytest.mark.slow
def test_five_megabytes_are_read_in_seconds() -> None:
    text = (ARTICLE + "\n") * (5_000_000 // len(ARTICLE))
    began = time.process_time()
    assert len(split(from_text(text))) > 90_000
    assert time.process_time() - began < 30


def test_import_loads_no_heavy_package() -> None:
    heavy = "{'pandas', 'trafilatura', 'torch', 'pyarrow', 'numpy'}"
    code = f"import sys, scoring.documents.files, scoring.text.sentences; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("given", "warned"), [("courier.example", True), ("www.varn.example", False), (None, False)])
def test_a_page_that_names_another_outlet_than_the_user_is_said(given: str | None, warned: bool) -> None:
    html = (
        "<html><head><meta property='og:url' content='https://varn.example/harbour'></head><body><article>"
        "<p>The harbour at Varn stayed shut on Tuesday, the port's operator said in the morning.</p></article></body></html>"
    )
    document = from_html(html, outlet=given)
    assert document.outlet == (given or "varn.example").removeprefix("www.")
    assert ("outlet: courier.example as given; the page itself names varn.example" in document.warnings) is warned
