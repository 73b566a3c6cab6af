"""Text → ISO 639-1 code, by script and stop words; enough to warn that English models read another language."""

from __future__ import annotations

import re
from functools import lru_cache

from scoring.word_lists import read_table, yes

SAMPLE = 20_000
"""Code points looked at."""
MIN_WORDS = 20
"""Latin-script texts shorter than this are taken for English unless another language is plain."""

_LANGUAGES = read_table("languages.csv", lambda row: (row["code"], row["name"], row["script"]))
NAMES = {code: name for code, name, _ in _LANGUAGES}
"""ISO 639-1 code → English name of the languages that are told apart."""
_SCRIPTS = {
    "latin": re.compile(r"[A-Za-zÀ-ɏ]"),
    "cyrillic": re.compile(r"[Ѐ-ӿ]"),
    "arabic": re.compile(r"[\u0620-\u06ff]"),
    "hebrew": re.compile(r"[\u05d0-\u05ea]"),
    "greek": re.compile(r"[Ͱ-Ͽ]"),
    "devanagari": re.compile(r"[\u0900-\u097f]"),
    "hangul": re.compile(r"[가-힣]"),
    "han": re.compile(r"[一-鿿]"),
    "kana": re.compile(r"[ぁ-ヿ]"),
}
_ONE_LANGUAGE = {script: code for code, _, script in _LANGUAGES if script}


@lru_cache(maxsize=1)
def _stop_words() -> dict[str, dict[str, bool]]:
    """By language its stop words; each with whether it stands in names as well, and so tells no language alone."""
    rows = read_table("stop_words.csv", lambda row: (row["language"], row["word"], yes(row["in_names"])))
    languages = dict.fromkeys(language for language, _, _ in rows)
    return {code: {word: in_names for language, word, in_names in rows if language == code} for code in languages}


def detect(text: str) -> str | None:
    """Guess the language of a text from its first ``SAMPLE`` code points.

    Returns
    -------
    str or None
        ISO 639-1 code, one of ``NAMES``; ``None`` when unsure, as for a text without letters.
    """
    sample = text[:SAMPLE]
    counts = {script: len(pattern.findall(sample)) for script, pattern in _SCRIPTS.items()}
    script = max(counts, key=lambda name: counts[name])
    if not counts[script]:
        return None
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    if script in ("han", "kana"):
        return "ja" if counts["kana"] * 20 > counts["han"] else "zh"
    if script == "latin":
        return _latin(re.findall(r"[^\W\d_]+", sample.lower()))
    return _cyrillic(sample) if script == "cyrillic" else _arabic(sample, counts["arabic"])


def _cyrillic(sample: str) -> str | None:
    ukrainian = len(re.findall("[іїєґІЇЄҐ]", sample))
    russian = len(re.findall("[ыэъёЫЭЪЁ]", sample))
    other = len(re.findall("[ђјљњћџўЂЈЉЊЋЏЎ]", sample))
    if other > max(ukrainian, russian):
        return None
    return "uk" if ukrainian > russian else "ru"


def _arabic(sample: str, letters: int) -> str:
    return "fa" if 50 * len(re.findall("[پچژگ]", sample)) > letters else "ar"


def _latin(words: list[str]) -> str | None:
    """The language with the most stop words.

    A language other than English must have three different stop words, two of which do not occur in names; they must
    make up a sixth of the words, and be twice as many as those of English.
    """
    hits = {code: sum(word in stop for word in words) for code, stop in _stop_words().items()}
    english = hits.pop("en")
    best = max(hits, key=lambda code: hits[code])
    different = _stop_words()[best].keys() & words
    if (
        len(different) >= 3
        and sum(not _stop_words()[best][word] for word in different) >= 2
        and hits[best] > 2 * english
        and 6 * hits[best] >= len(words)
    ):
        return best
    if english and (len(words) < MIN_WORDS or 12 * english >= len(words)):
        return "en"
    return None


def warnings(text: str, code: str | None) -> list[str]:
    """What the reader of a rating must know about the language, as :func:`detect` tells it."""
    if not any(map(str.isalpha, text)):
        return ["no words: the text holds no claims"]
    if code is None and len(text.split()) >= MIN_WORDS:
        return ["language: not recognised; rated with English models"]
    return [] if code in (None, "en") else [f"language: looks like {NAMES[code]}; rated with English models"]
