"""Articles put together from sentences of our own, as long as those of newspapers: for measuring speed and memory.

``python reports/evaluation/synthetic_articles.py COUNT > articles.jsonl``
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from typing import Any

PEOPLE = ("Ines Roth", "Anders Voll", "Marta Quell", "Odile Marrant", "Petra Lind", "Jonas Ekberg", "Samir Haddad")
ROLES = ("mayor", "engineer", "harbour master", "spokeswoman", "economist", "professor", "minister", "union leader")
GROUPS = ("the harbour board", "the Ministry of Transport", "the Coastal Security Institute", "the state railway")
PLACES = ("Oxley", "Varn Point", "Belmar", "Port Sorrow", "Tarn", "Kessel", "Rivermail")
FACTS = (
    "the bridge at {place} will close on Monday for repairs", "{n} boats stayed in port", "prices rose by {n} per cent",
    "the tower at {place} is safe", "trains to {place} would run until midnight", "the fuel had run out by noon",
    "a new pier would cost {n} million crowns", "{n} people had left their homes", "the dam at {place} held",
)  # fmt: skip
FRAMES = (
    "{Person}, a {role}, said {fact}.", "“We know that {fact},” {person} told reporters in {place}.",
    "According to {group}, {fact}.", "Two officials said that {fact}.", "{Fact}.", "{Fact}, reportedly.",
    "{Group} reported that {person} had claimed that {fact}.", "{Fact}, a report by {group} says.",
    "It is likely that {fact}.", "{Person} denied that {fact}.", "The road to {place} was quiet in the evening.",
    "Rain fell on {place} for the third day, and few people were out in the streets or at the market.",
)  # fmt: skip
OUTLETS = tuple(f"paper{n}.example" for n in range(12))


def articles(count: int, seed: int = 17) -> Iterator[dict[str, Any]]:
    """Rows with ``id``, ``outlet``, ``published``, ``title`` and a ``text`` of 300 to 600 words, the same each time."""
    draw = random.Random(seed)
    for number in range(count):
        length, paragraphs, words = draw.randint(300, 600), [], 0
        while words < length:
            paragraph = " ".join(_sentence(draw) for _ in range(draw.randint(2, 4)))
            paragraphs.append(paragraph)
            words += len(paragraph.split())
        day = f"2024-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        title = _sentence(draw).rstrip(".")
        yield {
            "id": f"s{number}", "outlet": draw.choice(OUTLETS), "published": day, "title": title,
            "text": "\n".join(paragraphs) + "\n",
        }  # fmt: skip


def _sentence(draw: random.Random) -> str:
    fact = draw.choice(FACTS).format(place=draw.choice(PLACES), n=draw.randint(2, 90))
    person, group = draw.choice(PEOPLE), draw.choice(GROUPS)
    return draw.choice(FRAMES).format(
        person=person, Person=person, group=group, Group=group[0].upper() + group[1:], role=draw.choice(ROLES), fact=fact,
        Fact=fact[0].upper() + fact[1:], place=draw.choice(PLACES),
    )  # fmt: skip


if __name__ == "__main__":
    for row in articles(int(sys.argv[1])):
        print(json.dumps(row, ensure_ascii=False))
