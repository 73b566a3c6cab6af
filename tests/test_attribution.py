"""Labels, windows, linking, quotations: everything around the network."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import resources
from scoring.attribution.continuation import continued
from scoring.attribution.inference import load_finder_folder
from scoring.attribution.labels import bio_decode, bio_encode, runs
from scoring.attribution.linking import Words, chain, parents, relation
from scoring.attribution.quotes import form, quoted, share
from scoring.attribution.windows import NO_WORD, windows
from scoring.documents import from_text
from scoring.errors import ModelError
from scoring.schema import AttributionRelation, Form, Span


def find(text: str, words: str, after: int = 0) -> Span:
    start = text.index(words, after)
    return Span(start, start + len(words))


@given(st.lists(st.integers(0, 3), max_size=12), st.integers(1, 40))
def test_bio_round_trip(gaps: list[int], length: int) -> None:
    spans, place = [], 0
    for gap in gaps:
        start, end = place + gap, place + gap + 1 + gap % 3
        if end > length:
            break
        spans.append((start, end))
        place = end
    assert bio_decode(bio_encode(length, spans)) == spans


def test_overlapping_spans_keep_the_first() -> None:
    assert bio_encode(6, [(0, 4), (2, 3), (4, 6)]) == [1, 2, 2, 2, 1, 2]
    assert runs([False, True, True, False, True]) == [(1, 3), (4, 5)]


@pytest.fixture(scope="module")
def tokenizer():
    return load_finder_folder(resources.model()).tokenizer


@given(text=st.text(alphabet=st.sampled_from("aZé “”.\n😀ع\u0301bc\r\t"), max_size=300), limit=st.integers(4, 40))
def test_windows_cover_every_word_in_order(tokenizer, text: str, limit: int) -> None:
    covered = bytearray(len(text))
    last = -1
    for window in windows(text, tokenizer, limit):
        assert len(window.ids) <= limit
        inner = window.words != NO_WORD
        assert (window.starts[inner] >= last).all() and (window.ends[inner] > window.starts[inner]).all()
        for start, end in zip(window.starts[inner], window.ends[inner], strict=True):
            covered[start:end] = b"\x01" * (end - start)
            last = int(start)
    assert all(covered[i] for i, c in enumerate(text) if c in "aZébc")


def test_a_long_paragraph_is_spread_not_cut(tokenizer) -> None:
    text = "word " * 1000
    found = windows(text, tokenizer, 64)
    assert sum(int((w.words != NO_WORD).sum()) for w in found) == 1000


def test_relation_takes_the_best_source_and_joins_contents_over_a_slip() -> None:
    words = Words(np.arange(0, 70, 10), np.arange(5, 75, 10), np.zeros(7))
    roles = np.array(
        [
            [0.1, 0.8, 0.1],
            [0.9, 0.05, 0.05],
            [0.1, 0.1, 0.8],
            [0.6, 0.0, 0.4],
            [0.1, 0.1, 0.8],
            [0.9, 0.1, 0],
            [0.3, 0.4, 0.3],
        ]
    )
    found = relation(words, (1, 2), 0.9, roles, [(0, 1)])
    assert found is not None
    assert found.source == Span(0, 5) and found.cue == Span(10, 15) and found.contents == (Span(20, 45),)
    assert 0 < found.probability < 0.9
    assert relation(words, (1, 2), 0.9, np.tile([[0.8, 0.1, 0.1]], (7, 1)), []) is None


def test_chain_follows_the_tightest_content() -> None:
    text = "The channel claimed that officials noted that traders hoped for calm."
    outer = AttributionRelation(find(text, "The channel"), find(text, "claimed"), (find(text, text[20:]),))
    middle = AttributionRelation(
        find(text, "officials"), find(text, "noted"), (find(text, "that traders hoped for calm."),)
    )
    inner = AttributionRelation(find(text, "traders"), find(text, "hoped"), (find(text, "for calm."),))
    above = parents([outer, middle, inner])
    assert above == [None, 0, 1]
    assert chain(2, above) == [0, 1, 2]


def test_quoted() -> None:
    text = 'He said “we won’t go” and "stay" — ‘not’ today’s rock ’n’ roll “open\nnext'
    mask = quoted(text)
    inside = "".join(c for c, m in zip(text, mask, strict=True) if m)
    assert inside == "we won’t gostaynotopen"
    assert share(text, mask, [find(text, "“we won’t go” and")]) == pytest.approx(4 / 5), (
        "won and t are two runs of word characters"
    )
    assert form(text, mask, [find(text, "we won’t go")]) is Form.DIRECT
    assert form(text, mask, [find(text, "He said")]) is Form.INDIRECT


def test_block_and_list_belong_to_their_sources() -> None:
    text = (
        "Source: Harbour Studies Institute (HSI)\n\n"
        'Quote: "The Tern channel claimed that ships left.\n\nAdvertisement:\n\nIt named no port."\n\n'
        "Details: The strait is narrow.\n\n"
        "To quote the HSI's Key Takeaways on 12 March:\n\nTwo convoys turned back.\n\nThe toll will rise.\n\nSupport us or become our patron!"
    )
    document = from_text(text)
    block, takeaways = sorted(continued(document, (), quoted(text)), key=lambda r: r.contents[0])
    assert block.source.of(text) == "Harbour Studies Institute (HSI)"
    assert [c.of(text)[:9] for c in block.contents] == ['"The Tern', "It named "]
    assert takeaways.source.of(text) == "the HSI's Key Takeaways"
    assert [c.of(text) for c in takeaways.contents] == ["Two convoys turned back.", "The toll will rise."]


def test_quotation_over_paragraphs_goes_on_with_its_speaker() -> None:
    text = "“The pier is safe,” Mara Lind said. “We checked.\n\n“Nobody was hurt, and nothing was lost at all.”\n\nRain fell."
    said = AttributionRelation(
        find(text, "Mara Lind"), find(text, "said"), (find(text, "The pier is safe,"), find(text, "We checked."))
    )
    first, second = continued(from_text(text), (said,), quoted(text))
    assert first == said
    assert second.source == said.source and second.cue is None
    assert second.contents[0].of(text).startswith("“Nobody was hurt")


def test_model_folder_errors(tmp_path) -> None:
    with pytest.raises(ModelError, match="no folder"):
        load_finder_folder(tmp_path / "nowhere")
    with pytest.raises(ModelError, match=r"has no config\.json"):
        load_finder_folder(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="has no weights"):
        load_finder_folder(tmp_path)
    (tmp_path / "encoder.onnx").write_bytes(b"broken")
    (tmp_path / "pairs.onnx").write_bytes(b"broken")
    with pytest.raises(ModelError, match=r"encoder\.onnx: is no ONNX model"):
        load_finder_folder(tmp_path)
