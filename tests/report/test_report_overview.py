"""Overviews of many articles: figures, scales, time, and what the page shows of them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from scoring.errors import UsageError
from scoring.report import entries
from scoring.report.entries import Entry, Gathered, Mean, Mention
from scoring.report.html import time_chart
from scoring.report.html.overview import overview_page
from scoring.report.html.overview_charts import mean_bar, scale_of
from scoring.schema import Basis, Group


def many(number: int) -> list[Entry]:
    """Made-up entries of three outlets over two years; every tenth has no claims."""
    made = []
    for i in range(number):
        strengths = () if i % 10 == 0 else tuple((i * 7 + k * 13) % 97 / 97 for k in range(12))
        mean = sum(strengths) / 12 if strengths else None
        mention = (Mention("coast guard", "Coast Guard", "organisation", "B", 2),) if i % 2 else ()
        made.append(
            Entry(f"a{i}.html", f"a{i}", f"Article {i} on the lamp of Varn Point", f"outlet{i % 3}.example", f"2024-{i % 12 + 1:02}-03",
                  ((Basis.PARAPHRASE, 8), (Basis.ASSERTION, 4)) if strengths else (),
                  tuple(zip(Group, (8, 0, 4) if strengths else (0, 0, 0), strict=True)), strengths, mean, mean, mention)
        )  # fmt: skip
    return made


def test_two_thousand_articles_are_one_light_page() -> None:
    page = overview_page(many(2000))
    assert len(page.encode()) < 2_000_000
    assert page.count('<tr><th scope="row" dir="auto"><a href=') == 2000
    assert "2,000 articles, 21,600 claims: 14,400 sourced (67%), 7,200 without a source (33%)." in page
    order = [
        float(value)
        for value in re.findall(
            r'<td class="n">(\d\.\d\d)</td><td class="n">\d\.\d\d</td></tr>', page.split('id="articles"')[1]
        )
    ]
    assert len(order) == 1800 and order == sorted(order, reverse=True)
    assert page.count("</svg>8 · 0 · 4</td>") == 1800
    assert "Coast Guard" in page and "2024-01" in page and "outlet2.example" in page


def test_means_have_intervals_where_articles_suffice() -> None:
    values = [0.2, 0.4, 0.5, 0.6, 0.8]
    assert entries.mean(values[:4]).interval is None
    found = entries.mean(values)
    assert found == entries.mean(values)
    assert found.value == pytest.approx(0.5)
    assert found.interval is not None
    low, high = found.interval
    assert 0.3 < low < 0.42 and 0.58 < high < 0.7  # ±1.645 standard errors of the mean: 0.35 to 0.65
    assert entries.mean([0.5] * 9).interval == (0.5, 0.5)


def test_outlets_share_a_scale_that_holds_them_all() -> None:
    some = [Mean(0.47, (0.41, 0.52)), Mean(0.55, None)]
    assert scale_of(some) == (0.4, 0.6)
    assert [scale_of([Mean(value, None)]) for value in (0.0, 0.55, 1.0)] == [(0.0, 0.2), (0.5, 0.7), (0.8, 1.0)]
    left, right = (
        float(found) for found in re.findall(r'cx="([\d.]+)"', "".join(mean_bar(m, "Mean", (0.4, 0.6)) for m in some))
    )
    assert (left, right) == (71.5, 147.5)  # 0.35 and 0.75 of 190, from 5 on


def test_outlets_periods_and_shared_sources() -> None:
    some = many(40)
    assert [(o.name, o.articles) for o in entries.outlets(some)] == [(f"outlet{i}.example", 12) for i in range(3)]
    assert [p.name for p in entries.periods(some)][:3] == ["2024-01", "2024-02", "2024-03"]
    (source,) = entries.shared(some)
    assert (source.name, source.articles, source.claims) == ("Coast Guard", 20, 40)
    assert entries.shared(some[1:2]) == []
    close = [replace(one, published=f"2024-05-{i + 1:02}") for i, one in enumerate(some[1:4])]
    assert [p.name for p in entries.periods(close)] == ["2024-05-01", "2024-05-02", "2024-05-03"]


def test_time_is_to_scale_and_broken_at_gaps() -> None:
    names = ("2024-01", "2024-02", "2024-06", "2025-01")
    drawn = time_chart.over_time([Gathered(name, 1, 1, Mean(0.5, None), Mean(0.5, None)) for name in names])
    line = re.search(r'd="([^"]*)" class="trend"', drawn)
    assert line and line.group(1) == "M70 50L141.7 50M428.3 50M930 50"  # 12 months on 860 of 1,000
    assert re.findall(r"<text[^>]*>([^<]*)</text>", drawn) == ["2024-01", "2024-04", "2024-07", "2024-10", "2025-01"]
    assert time_chart.ticks("2024-05-30", "2024-06-02") == ["2024-05-30", "2024-05-31", "2024-06-01", "2024-06-02"]
    assert time_chart.ticks("2024-02", "2024-03") == ["2024-02", "2024-03"]
    assert len(time_chart.ticks("2001-03", "2024-03")) <= 6


def test_articles_of_one_title_show_their_files_and_bars_their_counts() -> None:
    some = [replace(one, title="Varn" if i < 2 else one.title) for i, one in enumerate(many(4))]
    page = overview_page(some)
    assert page.count("<code>a0.html</code>") == page.count("<code>a1.html</code>") == 1 and "<code>a2" not in page
    assert len(re.findall(r'<rect[^>]*class="raises"/><text[^>]*>\d+</text>', page)) > 2
    assert '<th scope="col" class="n" aria-sort="descending">Strength</th>' in page


def test_an_overview_is_written_as_pdf() -> None:
    from scoring.report.html.pdf import check, to_pdf

    try:
        check()
    except UsageError as error:
        pytest.skip(str(error))
    assert to_pdf(overview_page(many(40))).startswith(b"%PDF")  # long enough that a drawing meets the end of a page
