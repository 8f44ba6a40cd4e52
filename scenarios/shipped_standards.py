"""The standards that come with caresim: figures by date, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from pydantic import Field

from scenarios.documents import document
from scenarios.files import text_of
from scenarios.forms import Form, Name
from scenarios.scenario import Source
from scenarios.spec import SourcesForm
from scenarios.standard_spec import StandardSpec
from scenarios.texts import Quantity
from scenarios.typed import plain

FILE = "standards.yaml"
STATUSES = ("sourced", "estimate", "assumption")


class StandardsForm(Form):
    """The file of standards: written like the sections of a scenario.

    Where a scenario names a clock or services, it says in words what to measure.
    """

    sources: SourcesForm
    standards: dict[Name, StandardSpec] = Field(default_factory=dict)


@dataclass(frozen=True)
class Shipped:
    """A standard that comes with caresim."""

    name: str
    form: StandardSpec
    sources: Mapping[str, Source] = field(repr=False)

    def source(self, figure: Quantity) -> Source:
        """Return where a figure comes from."""
        return self.sources[str(figure.source)]


@cache
def shipped() -> Mapping[str, Shipped]:
    """Return the standards that come with caresim, by name."""
    folder = files("scenarios") / "data"
    tree, _ = document(text_of(folder / FILE, FILE), FILE)
    written = plain(tree)
    known = [name for status in written["sources"].values() for name in status]
    form = StandardsForm.model_validate(written, context=known)
    sources = {
        name: Source(name, status, citation)
        for status in STATUSES
        for name, citation in getattr(form.sources, status).items()
    }
    return {name: Shipped(name, of, sources) for name, of in form.standards.items()}
