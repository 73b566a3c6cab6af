"""Labelled articles → a part to train on and a part held out, drawn by name only; no text is in both."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from training.labels.checking import data_settings
from training.labels.duplicates import Pair, alike
from training.labels.schema import LabelledArticle

TRAIN = frozenset({"train", "training"})
HELD = frozenset({"dev", "valid", "validation", "held_out", "heldout"})
"""Names for the held-out part, which decides when training stops; articles of any other part are not used."""


_SENTENCE = re.compile(r"#c\d+$")
"""Endings of ids that number the sentences of one article in a table (:mod:`training.labels.formats.table`)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The articles to train on, those held out, and notes on how they were split."""

    train: tuple[LabelledArticle, ...]
    held: tuple[LabelledArticle, ...]
    notes: tuple[str, ...] = ()


def parts(articles: Sequence[LabelledArticle], share: float) -> Parts:
    """Split articles so that about ``share`` of the claims is held out.

    Parts that the data name are kept. Otherwise groups of articles are drawn by the hash of the group's name. Articles
    of one outlet are a group if outlets are given and none is too large; otherwise each article is one. Copies by
    several annotators, sentences of one article and near-duplicates always stay together.
    """
    named = [a for a in articles if a.split]
    if named:
        return _as_named(articles)
    own = [_SENTENCE.sub("", a.id) for a in articles]
    group, note = _clustered(articles, own), "split by article"
    if any(a.outlet for a in articles):
        by_outlet = _clustered(articles, [a.outlet or name for a, name in zip(articles, own, strict=True)])
        if max(Counter(by_outlet).values()) <= len(articles) * (1 - 2 * share):
            group, note = by_outlet, "split by outlet, and by article where none is given"
        else:
            note = "split by article, for one outlet has too many of them to split by outlet"
    held = _drawn(articles, group, share)
    return Parts(
        tuple(a for a, g in zip(articles, group, strict=True) if g not in held),
        tuple(a for a, g in zip(articles, group, strict=True) if g in held),
        (note,),
    )


def is_held_out(name: str, share: float) -> bool:
    """Whether what has this name is among the ``share`` held out: decided by the name alone."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) < share * 2**32


def _as_named(articles: Sequence[LabelledArticle]) -> Parts:
    held = tuple(a for a in articles if (a.split or "").lower() in HELD)
    other = [a for a in articles if (a.split or "train").lower() not in HELD | TRAIN]
    train = [a for a in articles if (a.split or "train").lower() in TRAIN]
    ids = {a.id for a in held}
    sides = ["held"] * len(held) + ["train"] * len(train)
    pairs = _alike([a.text for a in [*held, *train]], sides)
    copies = {pair.second for pair in pairs if sides[pair.first] != sides[pair.second]}
    kept = tuple(a for number, a in enumerate(train, start=len(held)) if a.id not in ids and number not in copies)
    notes = ["split as the data name it"]
    if other:
        notes.append(f"{len(other)} of other parts ({', '.join(sorted({str(a.split) for a in other}))}) left alone")
    if len(kept) < len(train):
        notes.append(f"{len(train) - len(kept)} left out of training, for they are held out under another name, too")
    return Parts(kept, held, tuple(notes))


def _drawn(articles: Sequence[LabelledArticle], groups: Sequence[str], share: float) -> set[str]:
    """The first groups, in the order of their hash, that hold ``share`` of the claims; one is always left out."""
    size: Counter[str] = Counter()
    for article, group in zip(articles, groups, strict=True):
        size[group] += max(1, len(article.claims))
    order = sorted(size, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    held: set[str] = set()
    wanted = share * size.total()
    for name in order[:-1]:
        if sum(size[g] for g in held) >= wanted:
            break
        held.add(name)
    return held


def _clustered(articles: Sequence[LabelledArticle], names: Sequence[str]) -> list[str]:
    """The group of each article; groups with near-duplicates are joined under the first of their names."""
    leader = {name: name for name in names}

    def first(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for pair in _alike([a.text for a in articles], [""] * len(articles)):
        one, other = sorted((first(names[pair.first]), first(names[pair.second])))
        leader[other] = one
    return [first(name) for name in names]


def unseen(articles: Sequence[LabelledArticle], seen: Sequence[LabelledArticle]) -> tuple[LabelledArticle, ...]:
    """The articles whose text is not the same, or nearly the same, as one of ``seen``."""
    texts = [a.text for a in (*seen, *articles)]
    sides = ["seen"] * len(seen) + ["new"] * len(articles)
    copies = {pair.second for pair in _alike(texts, sides) if sides[pair.first] == "seen"}
    return tuple(a for number, a in enumerate(articles, start=len(seen)) if number not in copies)


def _alike(texts: Sequence[str], sides: Sequence[str]) -> Iterable[Pair]:
    rule = data_settings().check
    return alike(texts, sides, words=rule.words, least=rule.alike, permutations=rule.permutations)
