"""Text → ISO 639-1 code, by script and stop words; enough to warn that English models read another language."""

from __future__ import annotations

import re

SAMPLE = 20_000
"""Code points looked at."""
MIN_WORDS = 20
"""Latin-script texts shorter than this are taken for English unless another language is plain."""

NAMES = {
    "ar": "Arabic", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ru": "Russian", "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip

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
_ONE_LANGUAGE = {"hebrew": "he", "greek": "el", "devanagari": "hi", "hangul": "ko"}
_STOP_WORDS = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the of and to that is for with as by at from it his he she they which have has had not are be were"
        " this said will would their been who after about more but when where its than we you",
        "fr": "le la les des du et est une un dans que qui pour sur pas avec au aux par plus ce cette sont ont été il"
        " elle selon leur mais nous vous ses",
        "de": "der die das und dass noch einer einem eines"
        " ist nicht ein eine mit von zu den dem auf für im des sich auch nach wie wird wurde sind"
        " aus bei haben zum zur über",
        "es": "el la los las de y en que un una por con para del se es al lo su sus fue más como pero ha han según"
        " este esta también",
        "it": "il lo la gli le di che e è un una per con non del della dei delle nel nella sono si ha dal alla anche"
        " come più questo secondo stato ma",
        "pt": "o os de e que da dos das em um uma para com não na nos nas por se foi mais ao pelo pela são"
        " é segundo também como mas",
        "nl": "de het een en van dat op te zijn voor niet aan er om ook als bij door naar uit werd wordt"
        " heeft hebben maar deze",
        "pl": "w i na z że we został zostanie jako przed tej roku się nie jest o od po za przez dla jak oraz"
        " był ale są co tym czy",
        "tr": "ve bir bu da de için ile olarak çok daha olan gibi kadar sonra ancak ise değil olduğunu",
    }.items()
}
_IN_NAMES = frozenset(
    {"al", "da", "de", "del", "den", "der", "di", "dos", "du", "e", "el", "en"}
    | {"la", "las", "le", "los", "o", "te", "van", "von", "y", "zu"}
)
"""Stop words that also stand in names; they do not tell a language alone."""


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
    hits = {code: sum(word in stop for word in words) for code, stop in _STOP_WORDS.items()}
    english = hits.pop("en")
    best = max(hits, key=lambda code: hits[code])
    different = _STOP_WORDS[best].intersection(words)
    if (
        len(different) >= 3
        and len(different - _IN_NAMES) >= 2
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
