"""What is to be simulated: the scenario language, its checks, and the tables."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.editors import schema
    from scenarios.problems import Problem, ScenarioError
    from scenarios.promised import listed_standards
    from scenarios.reading import catalogue, parse, read
    from scenarios.restoring import restored
    from scenarios.studies.reading import is_study, study
    from scenarios.studies.study import Study, Variant
    from scenarios.writing import written

_HOMES = {
    "Problem": "problems",
    "ScenarioError": "problems",
    "Study": "studies.study",
    "Variant": "studies.study",
    "catalogue": "reading",
    "is_study": "studies.reading",
    "listed_standards": "promised",
    "parse": "reading",
    "read": "reading",
    "restored": "restoring",
    "schema": "editors",
    "study": "studies.reading",
    "written": "writing",
}
__all__ = [
    "Problem",
    "ScenarioError",
    "Study",
    "Variant",
    "catalogue",
    "is_study",
    "listed_standards",
    "parse",
    "read",
    "restored",
    "schema",
    "study",
    "written",
]


def __getattr__(name: str) -> Any:
    """Load the reader only when it is used: workers need tables alone."""
    if name not in _HOMES:
        raise AttributeError(f"module 'scenarios' has no attribute {name!r}")
    return getattr(importlib.import_module(f"scenarios.{_HOMES[name]}"), name)
