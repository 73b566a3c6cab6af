"""Labels, windows, linking, quotations: everything around the network."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import resources
from scoring.attribution.continuation import continued
from scoring.attribution.inference import load_finder_folder
from scoring.attribution.labels import HEADS, bio_decode, bio_encode, columns, runs
from scoring.attribution.linking import BOUNDARY_WEIGHT, Words, best_spans, relation
from scoring.attribution.windows import NO_WORD, windows
from scoring.attribution.word_labels import NO_LABELS, WordLabels, together
from scoring.claims.chains import chain, parents
from scoring.documents.files import from_text
from scoring.errors import ModelError
from scoring.schema import AttributionRelation, Form, Span
from scoring.text.quotes import form, quoted, share, with_marks


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


def pair_scores(roles: list[list[float]], begins: dict[int, float], ends: dict[int, float]) -> np.ndarray:
    """Scores by word of one cue: roles, and log-odds of the content's boundaries, far below zero where not given."""
    edges = np.full((len(roles), 4), -6.0)
    for column, given_odds in ((2, begins), (3, ends)):
        for place, odds in given_odds.items():
            edges[place, column] = odds
    return np.column_stack([np.array(roles), edges])


def test_relation_takes_the_best_source_and_a_content_within_its_boundaries() -> None:
    words = Words(np.arange(0, 70, 10), np.arange(5, 75, 10), np.zeros(7, dtype=np.int64))
    source, none, content, doubt = [0.1, 0.8, 0.1], [0.9, 0.05, 0.05], [0.05, 0.05, 0.9], [0.55, 0.0, 0.45]
    scores = pair_scores([source, none, content, doubt, content, doubt, none], {2: 3.0}, {4: 3.0})
    found = relation(words, (1, 2), 0.9, scores, [(0, 1)])
    assert found is not None
    assert found.source == Span(0, 5) and found.cue == Span(10, 15) and found.contents == (Span(20, 45),)
    assert 0 < found.probability < 0.9
    wider = pair_scores([source, none, content, doubt, content, doubt, none], {2: 3.0}, {5: 3.0})
    longer = relation(words, (1, 2), 0.9, wider, [(0, 1)])
    assert longer is not None and longer.contents == (Span(20, 55),)
    assert relation(words, (1, 2), 0.9, pair_scores([[0.98, 0.01, 0.01]] * 7, {}, {}), []) is None


def test_a_content_in_fragments_stays_in_one_paragraph() -> None:
    words = Words(np.arange(0, 90, 10), np.arange(5, 95, 10), np.array([0] * 7 + [1] * 2))
    content, none = [0.02, 0.02, 0.96], [0.97, 0.02, 0.01]
    roles = [content, content, none, none, none, content, content, content, content]
    found = relation(words, (3, 4), 0.9, pair_scores(roles, {0: 3.0, 5: 3.0, 7: 3.0}, {1: 3.0, 6: 3.0, 8: 3.0}), [])
    assert found is not None and found.contents == (Span(0, 15), Span(50, 65))


scores = st.lists(st.integers(-4, 4).map(float), min_size=7, max_size=7).map(np.array)


@given(inside=scores, begins=scores, ends=scores)
def test_best_span_is_the_best_of_all(inside: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> None:
    def score(start: int, end: int) -> float:
        return float(inside[start:end].sum() + BOUNDARY_WEIGHT * (begins[start] + ends[end - 1]))

    best = max(score(start, end) for start in range(7) for end in range(start + 1, 8))
    found = list(best_spans(inside, begins, ends))
    assert bool(found) == (best > 0)
    if found:
        assert score(*found[0]) == pytest.approx(best)
    assert all(a[1] <= b[0] or b[1] <= a[0] for a in found for b in found if a != b)


def judged(text: str, **heads: list[float]) -> WordLabels:
    """WordLabels of the words of a text; for a head of labels, which one each word has."""
    spans = [m.span() for m in re.finditer(r"\w+", text)]
    outputs = np.zeros((len(spans), sum(HEADS.values())), dtype=np.float32)
    for head, values in heads.items():
        for row, value in enumerate(values):
            if HEADS[head] == 1:
                outputs[row, columns(head)] = value
            else:
                outputs[row, columns(head)][int(value)] = 8.0
    starts, ends = np.array(spans).T
    return WordLabels(starts, ends, outputs)


def test_judgements_are_of_the_words_that_a_span_touches() -> None:
    text = "It may rain. So what"
    found = judged(text, hedge=[0, 1, 0, 0, 0], factuality=[0, 0, 1.5, 3, 3])
    assert found.likely("hedge", [Span(0, 12)]) == [find(text, "may")]
    assert found.of("factuality", [find(text, "rain"), find(text, "So")])[:, 0].tolist() == [1.5, 3.0]
    share_of_hedge = found.probabilities("hedge", [Span(0, 12)])
    assert share_of_hedge is not None and share_of_hedge[1] == pytest.approx(1 / 3, abs=0.01)
    assert (
        found.probabilities("hedge", [Span(12, 13)]) is None and NO_LABELS.probabilities("type", [Span(0, 4)]) is None
    )
    halves = together([judged("one two"), judged("one two")])
    assert len(halves.starts) == 4 and together([]) is NO_LABELS


def test_quotation_marks_belong_to_what_they_enclose() -> None:
    text = 'Roth said "it holds," and left. Hale: «no».'
    assert with_marks(text, find(text, "it holds")).of(text) == '"it holds,"'
    assert with_marks(text, find(text, "no", 35)).of(text) == "«no»"
    assert with_marks(text, find(text, "left")).of(text) == "left"


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


def test_a_list_ends_where_the_next_begins_and_a_quotation_before_the_next_speaker() -> None:
    text = (
        "To quote the harbour office on Monday:\n\nTwo convoys turned back.\n\n"
        "To quote the council's notes:\n\nThe toll will rise.\n\nDetails: It rained.\n\n"
        "The engineer: “The pier is safe.\n\nThe mayor: “Nobody was hurt at all.”"
    )
    document = from_text(text)
    found = sorted(continued(document, (), quoted(text)), key=lambda r: r.contents[0])
    assert [(r.source.of(text), [c.of(text) for c in r.contents]) for r in found] == [
        ("the harbour office", ["Two convoys turned back."]),
        ("the council's notes", ["The toll will rise."]),
        ("The engineer", ["“The pier is safe."]),
        ("The mayor", ["“Nobody was hurt at all.”"]),
    ]


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
    with pytest.raises(
        ModelError, match=r": has no claims\.onnx; it was made before models read claims: train it again$"
    ):
        load_finder_folder(tmp_path)
    (tmp_path / "claims.onnx").write_bytes(b"broken")
    with pytest.raises(ModelError, match=r"encoder\.onnx: is no ONNX model"):
        load_finder_folder(tmp_path)
