"""Arguments and options that the commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Articles = Annotated[
    list[str],
    typer.Argument(
        metavar="ARTICLE",
        help="Files (.txt .md .html: an article each; .jsonl .csv .parquet: an article a row), folders, or - for "
        "standard input.",
        show_default=False,
    ),
]
Article = Annotated[str, typer.Argument(metavar="ARTICLE", help="A file with one article, or -.", show_default=False)]
Outlet = Annotated[
    str | None, typer.Option(metavar="DOMAIN", help="Who published the articles; a row that names its outlet keeps it.")
]
FormatName = Annotated[str, typer.Option("--format", metavar="NAME", help="One of table, json, jsonl, csv.")]
Output = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write there instead; the file appears whole or not at all.")
]
NoText = Annotated[bool, typer.Option("--no-text", help="Leave the article's text out of json and jsonl.")]
Model = Annotated[str | None, typer.Option(metavar="DIR|rules", help="A model folder, or the rules without weights.")]
Priors = Annotated[Path | None, typer.Option(metavar="FILE", help="Further outlet priors (CSV).")]
Config = Annotated[Path | None, typer.Option(metavar="FILE", help="Settings instead of the shipped score.toml.")]
ClaimId = Annotated[
    str | None, typer.Option(metavar="ID", help="The claim's id, such as c3; the sourcing score is explained without.")
]
