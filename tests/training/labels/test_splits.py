"""Which labelled articles are trained on, and which are held out."""

from __future__ import annotations

from typing import Any

from scoring.schema import Basis, Span
from training.labels.schema import LabelledArticle, LabelledClaim
from training.labels.splits import parts, unseen


def article(id: str, text: str = "", **more: Any) -> LabelledArticle:
    words = text or " ".join(f"{id}{n}" for n in range(20))
    return LabelledArticle(id, words, (LabelledClaim("c1", (Span(0, 3),), Basis.PARAPHRASE),), **more)


def test_parts_hold_whole_articles_and_stay() -> None:
    copies = [article(f"n{i}", annotator=who) for i in range(20) for who in ("a", "b")]
    split = parts(copies, 0.2)
    held, trained = ({a.id for a in part} for part in (split.held, split.train))
    assert not held & trained and len(held) == 4 and len(split.train) == 32
    again = parts(copies[::-1], 0.2)
    assert {a.id for a in again.held} == held, "by name, not by place"
    assert held < {a.id for a in parts([*copies, article("new")], 0.25).held} | {"new"}


def test_parts_keep_outlets_and_near_duplicates_together() -> None:
    by_outlet = [article(f"o{i}", outlet=f"paper{i % 5}.example") for i in range(20)]
    split = parts(by_outlet, 0.2)
    outlets = [{a.outlet for a in part} for part in (split.train, split.held)]
    assert split.notes[0].startswith("split by outlet") and not outlets[0] & outlets[1] and all(outlets)
    text = " ".join(f"word{n}" for n in range(40))
    twins = [article(f"t{i}", f"{text} and number {i}") for i in range(6)]
    others = [article(f"x{i}") for i in range(6)]
    split = parts([*twins, *others], 0.3)
    assert {a.id[0] for a in split.held} & {a.id[0] for a in split.train} <= {"x"}


def test_named_parts_are_honoured() -> None:
    text = " ".join(f"word{n}" for n in range(40))
    named = [
        article("a", split="train"), article("b", split="dev", text=text), article("c", split="test"), article("d"),
        article("e", split="train", text=f"{text} more"),
    ]  # fmt: skip
    split = parts(named, 0.2)
    assert [a.id for a in split.train] == ["a", "d"] and [a.id for a in split.held] == ["b"]
    assert "1 of other parts (test) left alone" in split.notes and "1 left out of training" in split.notes[-1]


def test_a_single_article_is_trained_on() -> None:
    split = parts([article("only")], 0.2)
    assert len(split.train) == 1 and not split.held


def test_outlets_stay_together_where_they_are_given() -> None:
    given = [article(f"n{i}", outlet=("north.example", "south.example", None)[i % 3]) for i in range(12)]
    split = parts(given, 0.3)
    for name in ("north.example", "south.example"):
        assert len({a in split.held for a in given if a.outlet == name}) == 1
    assert split.notes[0].startswith("split by outlet") and split.held and split.train
    alone = parts([article(f"n{i}", outlet="north.example") for i in range(12)], 0.3)
    assert "one outlet has too many" in alone.notes[0] and alone.held


def test_sentences_of_one_article_stay_together() -> None:
    given = [article(f"{'ab'[i % 2]}#c{i}", " ".join(f"w{i}x{n}" for n in range(20))) for i in range(10)]
    split = parts(given, 0.3)
    assert len({a.id[0] for a in split.held}) == 1 and len(split.held) == 5


def test_what_was_trained_on_is_not_measured() -> None:
    text = " ".join(f"word{n}" for n in range(40))
    seen, again, fresh = article("seen", text), article("again", f"{text} indeed"), article("fresh")
    assert unseen([again, fresh], [seen]) == (fresh,)
