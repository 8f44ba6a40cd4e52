"""Files to begin with: a what-if, a model of one's own, a study, with comments."""

from __future__ import annotations

import re
import textwrap
from importlib.resources import files

from scenarios.dates import written_date
from scenarios.scenario import Scenario
from scenarios.writing import in_yaml

KINDS = ("what-if", "model", "study")
_WIDTH = 84
_WORD = re.compile(r"\b(?:TITLE|NAME|BASE|START|SERVICES|SERVICE)\b")
"""What stands in a template for what is said here; a line is left out where nothing
is to be said, such as the name of a service with a capacity."""


def template(kind: str, name: str, title: str, base: Scenario | None = None) -> str:
    """Return the text of a file to begin with.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    name : str
        What the file will be called, without its suffix.
    title : str
        Its title, or the question of a study.
    base : Scenario, optional
        What it builds on; a model builds on none.

    Returns
    -------
    str
        A file that can be read as it is, in the folder of the base or, where that is
        shipped, anywhere.
    """
    text = (files("scenarios") / "templates" / f"{kind}.yaml").read_text("utf-8")
    words = {"TITLE": in_yaml(title), "NAME": name}
    if base is not None:
        names = ", ".join(dict.fromkeys(s.written_name for s in base.services))
        listed = textwrap.fill(names, _WIDTH, break_on_hyphens=False)
        words |= {
            "BASE": base.name,
            "START": written_date(base.period.start),
            "SERVICES": listed.replace("\n", "\n#   "),
        }
        if limited := [s.written_name for s in base.services if s.capacity]:
            words["SERVICE"] = in_yaml(limited[0])
    # All in one go: a title may hold one of these words.
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines if set(_WORD.findall(line)) <= set(words)]
    return _WORD.sub(lambda found: words[found[0]], "".join(kept))
