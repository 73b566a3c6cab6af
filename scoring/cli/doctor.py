"""The command that looks after the installation: ``sourcegrade doctor``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from scoring.cli.messages import answer, show
from scoring.cli.options import one_of
from scoring.errors import UsageError

FORMATS = ("table", "json")


def doctor(
    *,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A model folder to look at in place of the shipped one.")
    ] = None,
    format: Annotated[
        str, typer.Option("--format", metavar="NAME", help="table or json.", autocompletion=one_of(FORMATS))
    ] = "table",
) -> None:
    """Say whether this installation computes what it should: versions, processor, files, known answers, extras.

    Exit status 1 where something is wrong; each such line ends with what to do.
    """
    if format not in FORMATS:
        raise UsageError(f"--format: {format!r} is not known; give one of {', '.join(FORMATS)}")
    from scoring.cli.installation import examine

    findings = list(examine(model))
    if format == "json":
        answer(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            show([f"{'WRONG' if finding.advice else 'ok   '} {finding.name}: {finding.state}"])
            if finding.advice:
                show([f"      {finding.advice}"])
    raise typer.Exit(1 if any(finding.advice for finding in findings) else 0)
