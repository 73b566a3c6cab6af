"""What is binary and what is hard-wrapped, with a case on either side of each bound."""

from __future__ import annotations

import pytest

from scoring.documents.decoding import decode, normalise
from scoring.errors import InputError


@pytest.mark.parametrize(("controls", "binary"), [(100, False), (101, True)])
def test_a_tenth_of_control_characters_makes_utf8_binary(controls: int, binary: bool) -> None:
    raw = b"\x01" * controls + b"a" * (1000 - controls)
    if binary:
        with pytest.raises(InputError, match="is binary"):
            decode(raw, "x")
    else:
        assert decode(raw, "x") == (raw.decode(), [])


@pytest.mark.parametrize(("controls", "binary"), [(20, False), (21, True)])
def test_a_fiftieth_makes_another_encoding_binary(controls: int, binary: bool) -> None:
    raw = b"\xe9t\xe9 " + b"\x01" * controls + b"a" * (996 - controls)
    if binary:
        with pytest.raises(InputError, match="is binary"):
            decode(raw, "x")
    else:
        assert decode(raw, "x")[0].startswith("été ")


def test_one_control_character_is_no_sign_however_short_the_text() -> None:
    assert decode(b"a\x01", "x")[0] == "a\x01"
    with pytest.raises(InputError, match="is binary"):
        decode(b"a\x01\x01", "x")


@pytest.mark.parametrize(("lines", "joined"), [(5, True), (4, False)])
def test_four_line_ends_in_mid_sentence_make_a_text_hard_wrapped(lines: int, joined: bool) -> None:
    text = "\n".join(["the keeper of the lamp at the northern pier"] * lines)
    assert ("\n" not in normalise(text)[0]) is joined


@pytest.mark.parametrize(("width", "joined"), [(120, True), (121, False)])
def test_a_wrapped_text_has_lines_of_120_characters_at_most(width: int, joined: bool) -> None:
    text = "\n".join(["x" * 110] * 4 + ["y" * width] * 2)
    assert ("\n" not in normalise(text)[0]) is joined


@pytest.mark.parametrize(("others", "joined"), [(4, True), (5, False)])
def test_half_of_the_line_ends_stand_in_mid_sentence(others: int, joined: bool) -> None:
    """Four line ends of eight, and of nine."""
    text = "\n".join(["the keeper of the lamp at the pier"] * 4 + ["the keeper of the lamp at a pier."] * (others + 1))
    text = text.replace("pier.\nthe", "pier.\nThe")
    assert (normalise(text)[0].count("\n") < text.count("\n")) is joined
