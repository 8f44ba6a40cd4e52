"""STRESS-DES, section 3, and the log of assumptions: every number and its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scenarios.assumptions import Figure, declared
from simulator.methods.markdown import authors, paragraph, some, table
from simulator.methods.study import Study

NO_SOURCE = "no source given"


def sources(study: Study) -> Iterator[str]:
    """Yield item 3.1."""
    uses = Counter(f.source.name for f in study.figures if f.source is not None)
    rows = [
        (source.name, source.status, source.citation, uses[source.name])
        for source in declared(study.resolved).values()
    ]
    yield from table(("Source", "Status", "Citation", "Numbers"), rows)
    yield from authors("sample sizes and dates of the data behind each source.")


def preparation(study: Study) -> Iterator[str]:
    """Yield item 3.2."""
    estimates = sum(_status(figure) == "estimate" for figure in study.figures)
    yield from paragraph(
        f"{estimates:,} numbers are estimates, that is, worked out from others."
    )
    yield from authors("how data were cleaned, and how estimates were worked out.")


def parameters(study: Study) -> Iterator[str]:
    """Yield item 3.3."""
    yield from paragraph(
        f"All {len(study.figures):,} numbers of the scenario stand in the log of "
        "assumptions at the end, as they were written."
    )
    yield from some([*study.explained.start, *study.explained.money])


def assumed(study: Study) -> Iterator[str]:
    """Yield item 3.4."""
    yield from counts(study)
    yield from authors("what else is taken for granted: what the model leaves out.")


def counts(study: Study) -> Iterator[str]:
    """Yield how many numbers have which status."""
    found = Counter(map(_status, study.figures))
    order = ("sourced", "estimate", "assumption", NO_SOURCE)
    rows = [(status, f"{found[status]:,}", _MEANS[status]) for status in order]
    rows.append(("all", f"{len(study.figures):,}", ""))
    yield from table(("Status", "Numbers", "Meaning"), rows)


_MEANS = {
    "sourced": "stands in the source that is named",
    "estimate": "worked out from figures that have a source",
    "assumption": "judgement; to be replaced when figures are known",
    NO_SOURCE: "nobody wrote down where it comes from",
}


def log(study: Study) -> Iterator[str]:
    """Yield the log of assumptions."""
    yield from counts(study)
    rows = (
        (
            figure.place,
            figure.value,
            figure.unit or "number",
            _status(figure),
            figure.source.name if figure.source else "",
        )
        for figure in study.figures
    )
    yield from table(("Number", "Value", "Unit", "Status", "Source"), rows)


def _status(figure: Figure) -> str:
    return NO_SOURCE if figure.source is None else figure.source.status
