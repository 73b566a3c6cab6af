"""The command that looks after the installation: ``sourcegrade doctor``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scoring.cli.messages import answer, show
from scoring.cli.options import format_option
from scoring.report.registry import format_named, output_format

if TYPE_CHECKING:
    from scoring.cli.installation import Finding


@output_format("table", "doctor", help="to read in a terminal", suffix=".txt", for_machines=False)
def write_table(findings: Sequence[Finding]) -> None:
    """A line a finding, and below it what to do."""
    for finding in findings:
        show([f"{'WRONG' if finding.advice else 'ok   '} {finding.name}: {finding.state}"])
        if finding.advice:
            show([f"      {finding.advice}"])


@output_format("json", "doctor", help="an array with an object a finding", suffix=".json")
def write_json(findings: Sequence[Finding]) -> None:
    """All findings in one line."""
    answer(json.dumps([asdict(finding) for finding in findings]))


def doctor(
    *,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A model folder to look at in place of the shipped one.")
    ] = None,
    format: Annotated[str, format_option("doctor")] = "table",
) -> None:
    """Say whether this installation computes what it should: versions, processor, files, known answers, extras.

    Exit status 1 where something is wrong; each such line ends with what to do.
    """
    chosen = format_named(format, "doctor")
    from scoring.cli.installation import examine

    findings = list(examine(model))
    chosen.write(findings)
    raise typer.Exit(1 if any(finding.advice for finding in findings) else 0)
