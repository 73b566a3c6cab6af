"""``sourcegrade calibrate``: fit the weights of ``score.toml`` to outcomes, test them on held-out claims, write both.

Every figure is cross-validated: a claim with its pages, an article or a story is never rated by weights that were
fitted to it. If at most ``MOST_FOLDS`` claims have outcomes, each of them is left out by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.special import expit

from scoring.engine import Engine
from scoring.errors import UsageError
from scoring.evidence.weights import Calibration, ScoreSettings
from scoring.writing.files import put, spare
from training.evidence.article_score import story_lines
from training.evidence.fitting import WEIGHTS, fit, kept, linear, log_odds, rules, solve, values
from training.evidence.samples import Outcomes, Sample, read_outcomes
from training.progress import Progress, unseen
from training.statistics import Floats, bootstrapped, calibration_line

LEAST_FOLDS, MOST_FOLDS = 10, 60
PENALTY = 1.0
"""Penalty of the ridge towards the expert's values; chosen on the labelled training articles among 1, 10 and 100."""
HEAD = "# Fitted by sourcegrade calibrate to {names}; the report beside it has the figures.\n"


def calibrate(
    paths: Sequence[Path], output: Path, engine: Engine, config: Path, *, skip_bad: bool = False, force: bool = False,
    progress: Progress = unseen,
) -> Path:  # fmt: skip
    """Fit the weights to files of outcomes; write a config and, beside it, a report.

    Parameters
    ----------
    paths
        Files of outcomes; see :mod:`training.evidence.samples`.
    output
        The config to write; the report has its name and ends in ``.md``.
    engine
        The engine with the expert's weights.
    config
        The file that these weights come from; its comments are kept.
    skip_bad, force
        Leave bad rows out instead of refusing the file; write over an output that exists.
    progress
        Shows how much is done.

    Returns
    -------
    Path
        Path of the report.

    Raises
    ------
    UsageError
        The output exists, or is one of the inputs, or the fitted weights break a directional rule.
    InputError
        A file or row is wrong.
    """
    report = output.with_suffix(".md")
    if report == output:
        raise UsageError(f"--output {output}: the report goes there; give a name that ends in .toml")
    spare([*paths, config], output, report)
    for path in (output, report):
        if path.exists() and not force:
            raise UsageError(f"--output: {path} exists; give another file, or --force to write over it")
    files = [read_outcomes(path, engine, skip_bad=skip_bad, progress=progress) for path in paths]
    settings, lines = engine.score, ["# Weights fitted to outcomes", ""]
    samples = [sample for file in files for sample in file.samples]
    if samples:
        with progress("fitting the weights of claims", None):
            settings, found = _claims(files, samples, engine)
        lines += found
    stories = [story for file in files for story in file.stories]
    table: Mapping[tuple[str, str], float] = {}
    if stories:
        with progress("fitting the weights of articles", None):
            table, found = story_lines(stories)
        lines += ["## Articles", "", *found, ""]
    lines += [f"{file.path.name}: {len(file.bad)} bad rows left out." for file in files]
    lines += [f"- {message}" for file in files for message in file.bad]
    text = with_numbers(config.read_text(encoding="utf-8"), settings, table)
    put(report, "\n".join(lines).rstrip() + "\n", f"--output: {report}")
    put(output, HEAD.format(names=", ".join(path.name for path in paths)) + text, f"--output {output}")
    return report


def _claims(files: Sequence[Outcomes], samples: Sequence[Sample], engine: Engine) -> tuple[ScoreSettings, list[str]]:
    """The settings fitted to all samples, and the lines of the report on claims."""
    crossed_ = crossed(samples, engine, PENALTY)
    fitted = fit(samples, engine.score, engine.priors, PENALTY)
    broken = kept(fitted, engine.priors)
    if broken:
        raise UsageError(f"calibrate: the fitted weights break the directional rules {broken}; nothing is written")
    line = _line(crossed_, samples)
    crossed_ = line.slope * crossed_ + line.intercept
    before = log_odds([sample.case for sample in samples], engine.score)
    lines = ["Each figure with its 90 % interval, bootstrapped by claim or article; *fitted* is cross-validated.", ""]
    start = 0
    for file in files:
        mine = slice(start, start + len(file.samples))
        start += len(file.samples)
        if file.samples:
            lines += _figures(file, before[mine], crossed_[mine], engine.score)
    lines += ["## Weights", "", "| weight | expert | fitted |", "|---|---|---|"]
    pairs = zip(WEIGHTS, values(engine.score), values(fitted), strict=True)
    lines += [f"| {table}.{key} | {old:+.2f} | {new:+.2f} |" for (table, key), old, new in pairs]
    lines += ["", f"Calibration: slope {line.slope:.3f}, intercept {line.intercept:+.3f}.", ""]
    return replace(fitted, calibration=line), lines


def _line(crossed_: Floats, samples: Sequence[Sample]) -> Calibration:
    """Slope, at least 0.2, and intercept from held-out log-odds; a target between 0 and 1 counts in part as each."""
    targets = np.array([sample.target for sample in samples])
    weights = np.array([sample.weight for sample in samples])
    slope, intercept = calibration_line(
        [*expit(crossed_), *expit(crossed_)], [True] * len(samples) + [False] * len(samples),
        [*(weights * targets), *(weights * (1 - targets))],
    )  # fmt: skip
    return Calibration(max(slope, 0.2), intercept)


def _figures(file: Outcomes, before: Floats, after: Floats, settings: ScoreSettings) -> list[str]:
    """The table of one file: grades are measured by claim, outcomes by page and by claim."""
    targets = np.array([sample.target for sample in file.samples])
    groups = [sample.group for sample in file.samples]
    measures = ("auroc", "brier", "ece") if file.verified else ("rho",)
    sets: dict[str, tuple[Floats, Floats, Floats, list[str]]] = {"each": (before, after, targets, groups)}
    if file.verified and len(set(groups)) < len(groups):
        old, new = (together(file.samples, scores, settings) for scores in (before, after))
        first, second = (np.array([found[group][0] for group in old]) for found in (old, new))
        outcomes = np.array([target for _, target in old.values()])
        sets["all of a claim together"] = (first, second, outcomes, list(old))
    lines = [f"## {file.path.name}", "", "| what | measure | expert | fitted |", "|---|---|---|---|"]
    for what, (old_scores, new_scores, wanted, names) in sets.items():
        for measure in measures:
            columns = [bootstrapped(scores, wanted, names, measure) for scores in (old_scores, new_scores)]
            lines.append(f"| {what}, n = {len(wanted)} | {measure} | {columns[0]} | {columns[1]} |")
    return [*lines, ""]


def crossed(samples: Sequence[Sample], engine: Engine, penalty: float) -> Floats:
    """Log-odds of each sample under weights fitted without its group.

    Weights fitted without a true claim rate all samples a little lower, without a false one a little higher. Scores of
    different folds would then rank by what was left out (Parker, Günter & Bedo 2007). Each fold's scores are therefore
    moved by a constant, so that all folds have the same mean over all samples; no outcome enters that mean.
    """
    groups = list(dict.fromkeys(sample.group for sample in samples))
    verified = {sample.group for sample in samples if sample.target in (0.0, 1.0)}
    folds = min(MOST_FOLDS, max(LEAST_FOLDS, len(verified)))
    ranked = sorted(groups, key=lambda group: group not in verified)
    fold_of = {group: number % folds for number, group in enumerate(ranked)}
    fold = np.array([fold_of[sample.group] for sample in samples])
    seen = linear([sample.case for sample in samples], engine.score)
    held, expert = rules(engine.score, engine.priors), values(engine.score)
    predicted, means = np.zeros(len(samples)), np.zeros(folds)
    for number in range(folds):
        inside = fold != number
        known = [sample for sample, keep in zip(samples, inside, strict=True) if keep]
        weights = solve(seen.of(inside), known, expert, penalty, held) if known else expert
        means[number] = seen.at(weights).mean()
        predicted[~inside] = seen.of(~inside).at(weights)
    return predicted + (means.mean() - means)[fold]


def together(samples: Sequence[Sample], log_odds_: Floats, settings: ScoreSettings) -> dict[str, tuple[float, float]]:
    """Log-odds and target of each group: those of its strongest sample, raised for further outlets.

    Outlets corroborate each other as origins inside an article do; the same outlet again does not.
    """
    figures: dict[str, tuple[float, float]] = {}
    weights = settings.origins
    for group in dict.fromkeys(sample.group for sample in samples):
        mine = [(x, s) for x, s in zip(log_odds_, samples, strict=True) if s.group == group]
        outlets = len({sample.outlet for _, sample in mine})
        more = min(outlets, weights.most) - 1
        raised = weights.second + (more - 1) * weights.further if more > 0 else 0.0
        figures[group] = max(x for x, _ in mine) + raised, mine[0][1].target
    return figures


def with_numbers(text: str, settings: ScoreSettings, sourcing: Mapping[tuple[str, str], float]) -> str:
    """The text of a config with new numbers; comments and order stay."""
    new = {(table, key): value for (table, key), value in zip(WEIGHTS, values(settings), strict=True)}
    new |= {("calibration", "slope"): settings.calibration.slope}
    new |= {("calibration", "intercept"): settings.calibration.intercept}
    new |= sourcing
    table, lines = "", []
    for line in text.splitlines():
        heading = re.match(r"\[(\w+)\]", line)
        table = heading[1] if heading else table
        number = re.match(r"(\w+)(\s*=\s*)([-+.\w]+)", line)
        value = new.get((table, number[1])) if number else None
        lines.append(
            line if value is None or number is None else f"{number[1]}{number[2]}{value:.3f}{line[number.end() :]}"
        )
    return "\n".join(lines) + "\n"
