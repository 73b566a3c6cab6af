"""The tables that an archive becomes, column by column: the schema that is written beside them, and nothing else.

``articles`` has a row an article, ``claims`` a row a claim, ``sources`` a row a link of a claim's chain, and
``rejects`` a row for what could not be rated. ``key`` joins the first three. The types never depend on the input.
Names are those of ``sourcegrade score --format json``, except for words that SQL reserves (``group``, ``end``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from scoring.schema import Matter

SCHEMA = "sourcegrade/corpus/1"
"""Name and version of the layout."""
_SPAN = pa.struct([("start", pa.int32()), ("end", pa.int32())])
_HEDGE = pa.struct(
    [
        ("text", pa.string()),
        ("kind", pa.string()),
        ("certainty", pa.float64()),
        ("start", pa.int32()),
        ("end", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it means, its type, and whether it may be null."""

    name: str
    type: Any
    meaning: str
    null: bool = False


def _list(of: Any) -> Any:
    return pa.list_(pa.field("element", of))  # the name that Parquet gives it


_KEY = Column("key", pa.string(), "the article, once in the corpus: `file`, or `file:row`")
_CLAIM = Column("claim", pa.string(), "id of the claim within its article: c1, c2, …")
_OUTLET = Column("outlet", pa.string(), "registrable domain of who published the article", True)
_PUBLISHED = Column("published", pa.date32(), "day of publication", True)

TABLES: Mapping[str, tuple[Column, ...]] = {
    "articles": (
        _KEY,
        Column("id", pa.string(), "the row's `id`, or the file's name; ids may repeat, keys do not"),
        Column("file", pa.string(), "input file, as given"),
        Column("row", pa.int64(), "line of JSON Lines, record of CSV or Parquet, from 1; null for a whole file", True),
        _OUTLET,
        Column("outlet_name", pa.string(), "what a known outlet is called", True),
        Column("outlet_known", pa.bool_(), "whether there is a prior for this outlet"),
        Column("outlet_reliability", pa.string(), "Admiralty letter A–F of the outlet"),
        Column("outlet_mean", pa.float64(), "mean of the outlet's prior, 0 to 1"),
        Column("title", pa.string(), "headline", True),
        Column("url", pa.string(), "address", True),
        _PUBLISHED,
        Column("language", pa.string(), "ISO 639-1 code, null if not recognised", True),
        Column("characters", pa.int32(), "code points of the text"),
        Column("sha256", pa.string(), "of the text as given, UTF-8; equal for copies"),
        Column("claims", pa.int32(), "claims found"),
        Column("sourced", pa.int32(), "of these, sourced: quoted, paraphrased, from a document"),
        Column("weakly_sourced", pa.int32(), "of these, from unnamed people"),
        Column("unsourced", pa.int32(), "of these, hearsay, speculation or bare assertion"),
        Column("mean_strength", pa.float64(), "mean strength of the claims, 0 to 1; null without claims", True),
        Column("distinct_sources", pa.int32(), "different sources named"),
        Column("sourcing_score", pa.float64(), "how well the article is sourced, 0 to 1; null without claims", True),
        Column("warnings", _list(pa.string()), "what was not read, and what is not known"),
        Column("extra", pa.string(), "the other columns of the input row, as a JSON object", True),
    ),
    "claims": (
        _KEY,
        _CLAIM,
        _OUTLET,
        _PUBLISHED,
        Column("text", pa.string(), "the claim's words, fragments joined by an ellipsis"),
        Column("span_start", pa.int32(), "first code point of its first fragment"),
        Column("span_end", pa.int32(), "end of its last fragment"),
        Column("spans", _list(_SPAN), "all fragments, half-open, code points into the text as given"),
        Column("sentences", _list(pa.int32()), "sentences that it stands in, from 0"),
        Column("basis", pa.string(), "direct_quote, document, paraphrase, anonymous, hearsay, speculation, assertion"),
        Column("basis_group", pa.string(), "sourced, weakly_sourced or unsourced: that of the chain's weakest link"),
        Column("relayed", pa.int32(), "place of the outer link that decides the group, null if none does", True),
        Column("basis_probability", pa.float64(), "probability that the basis is as given, 0 to 1"),
        Column("polarity", pa.string(), "positive, or negative where the claim is denied"),
        Column("matter", pa.string(), f"what it speaks of: {', '.join(Matter)}"),
        Column("certainty", pa.float64(), "what hedges leave of a plain statement's 1"),
        Column("hedges", _list(_HEDGE), "hedge cues"),
        Column("probability", pa.float64(), "evidential strength, 0 to 1"),
        Column("low", pa.float64(), "lower end of its 90 % interval"),
        Column("high", pa.float64(), "upper end of its 90 % interval"),
        Column("level", pa.string(), "strength in words: very weak to very strong"),
        Column("code", pa.string(), "Admiralty code, such as B2"),
        Column("source_reliability", pa.string(), "worst Admiralty letter of the chain, null without a source", True),
        Column("outlet_reliability", pa.string(), "Admiralty letter of the outlet"),
        Column("credibility", pa.string(), "Admiralty digit of the information, 1–6"),
        Column("icd203", pa.string(), "likelihood in the words of ICD 203"),
        Column("confidence", pa.string(), "low, moderate or high, by the width of the interval"),
        Column("origins", pa.int32(), "independent origins inside the article, at least 1"),
        Column("links", pa.int32(), "sources between the reader and the claim"),
        Column("source", pa.string(), "name of the innermost source, null without one", True),
        Column("source_type", pa.string(), "its type, null without one", True),
    ),
    "sources": (
        _KEY,
        _CLAIM,
        _OUTLET,
        _PUBLISHED,
        Column("place", pa.int32(), "place in the chain, 0 for the outermost"),
        Column("innermost", pa.bool_(), "whether the claim comes from this source, with none behind it"),
        Column("name", pa.string(), "name that the source goes by: known, resolved, or as written", True),
        Column("named", pa.bool_(), "whether the name is of one source alone, so far as its form tells"),
        Column("text", pa.string(), "the words for it at this place", True),
        Column("type", pa.string(), "person, organisation, media, social, document, anonymous, generic or author"),
        Column("cue", pa.string(), "the words that attribute", True),
        Column("stance", pa.string(), "factive, neutral, distancing, inferential, intentional or negating"),
        Column("form", pa.string(), "direct, indirect or mixed"),
        Column("probability", pa.float64(), "that this link stands as given, 0 to 1"),
        Column("prior_mean", pa.float64(), "mean of the source's prior, 0 to 1", True),
        Column("prior_weight", pa.float64(), "observations that the prior counts for", True),
        Column("reliability", pa.string(), "Admiralty letter A–F", True),
        Column("known", pa.bool_(), "whether there is a prior for this very source"),
    ),
    "rejects": (
        Column("key", pa.string(), "`file`, or `file:row`"),
        Column("file", pa.string(), "input file, as given"),
        Column("row", pa.int64(), "as in articles; null where a file, or the rest of it, could not be read", True),
        Column("reason", pa.string(), "what is wrong, and what would be right"),
    ),
}  # fmt: skip

QUERIES: Mapping[str, str] = {
    "What the claims of each outlet rest on, month by month": """
select outlet, date_trunc('month', published) as month, count(*) as claims,
       avg((basis_group = 'sourced')::int) as sourced, avg(probability) as strength
from 'claims/*.parquet' group by all order by all""",
    "Whom most claims rest on": """
select name, count(distinct (key, claim)) as claims, count(distinct key) as articles
from 'sources/*.parquet' where named group by name order by claims desc, name limit 20""",
    "The weakest claims, with the articles that they stand in": """
select a.outlet, a.title, c.text, c.code, c.probability
from 'claims/*.parquet' c join 'articles/*.parquet' a using (key)
order by c.probability, key, claim limit 20""",
    "Articles that are the same to the letter": """
select sha256, count(*) as copies, list(key) as keys
from 'articles/*.parquet' group by sha256 having count(*) > 1""",
    "What could not be rated, by reason": """
select reason, count(*) as times, min(key) as first from 'rejects/*.parquet' group by reason order by times desc""",
}
"""Questions, and how DuckDB answers them in the folder of an archive."""


def arrow_schema(table: str) -> Any:
    """The ``pyarrow.Schema`` of a table."""
    return pa.schema([pa.field(c.name, c.type, nullable=c.null) for c in TABLES[table]])


def as_json() -> dict[str, Any]:
    """The layout for programs: tables, and of each column its name, Arrow type, meaning, and whether it may be null."""
    return {
        "schema": SCHEMA,
        "tables": {
            table: [{"name": c.name, "type": str(c.type), "null": c.null, "meaning": c.meaning} for c in columns]
            for table, columns in TABLES.items()
        },
    }


def as_markdown() -> str:
    """The layout for readers."""
    lines = [f"# Tables of an archive, `{SCHEMA}`", ""]
    lines += ["Each folder is one table, in Parquet parts. `key` joins articles, claims and sources.", ""]
    for table, columns in TABLES.items():
        lines += [f"## {table}", "", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{c.name}` | {c.type}{', may be null' if c.null else ''} | {c.meaning} |" for c in columns]
        lines.append("")
    lines += [
        "## Queries",
        "",
        'With DuckDB, in this folder; pandas reads a table by `pandas.read_parquet("claims")`.',
        "",
    ]
    for question, query in QUERIES.items():
        lines += [f"{question}:", "", "```sql", query.strip(), "```", ""]
    return "\n".join(lines)
