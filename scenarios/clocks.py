"""Clocks: at which moments a time starts, pauses, goes on and stops."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.naming import Names
from scenarios.places import Path, Problems
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.scenario import Clock, Moment
from scenarios.spec import ClockForm

EVENTS = ("joins", "starts", "ends", "leaves")
KEYS = ("start", "stop", "pause", "resume")
DOES = {"start": "starts", "stop": "stops", "pause": "pauses", "resume": "resumes"}
AT_ODDS = (
    ("start", "stop"),
    ("start", "pause"),
    ("pause", "stop"),
    ("pause", "resume"),
    ("resume", "stop"),
)
"""What one and the same moment cannot do to a clock."""
GONE = Moment("leaves")
"""The patient leaves the model."""
NO_SENSE = {
    "start": "a clock that starts when patients leave never stops.",
    "pause": "a clock that pauses when patients leave never goes on.",
    "resume": "who has left comes back to no clock.",
}
"""What is wrong with a clock that does so when patients leave the model."""


class Clocks:
    """Makes `Clock`s of what is written."""

    def __init__(self, names: Names, problems: Problems) -> None:
        self.names = names
        self.problems = problems

    def clocks(self, written: Mapping[str, ClockForm]) -> tuple[Clock, ...]:
        """Return all clocks."""
        return tuple(self._clock(name, form) for name, form in written.items())

    def _clock(self, name: str, form: ClockForm) -> Clock:
        path: Path = ("clocks", name)
        moments = {key: self._moments(getattr(form, key), (*path, key)) for key in KEYS}
        for key, message in NO_SENSE.items():
            if GONE in moments[key]:
                self.problems.add((*path, key), message)
        for one, other in AT_ODDS:
            if set(moments[one]) & set(moments[other]):
                message = f"the same moment {DOES[one]} and {DOES[other]} this clock."
                self.problems.add((*path, other), message)
        self._check_pair(path, form)
        return Clock(name, *moments.values())

    def _check_pair(self, path: Path, form: ClockForm) -> None:
        """Refuse a pause without an end, and an end without a pause."""
        if self.problems.is_broken(*path):
            return
        if form.pause is not None and form.resume is None:
            message = "a clock that pauses goes on some time: write `resume`."
            self.problems.add((*path, "pause"), message, at_key=True)
        elif form.resume is not None and form.pause is None:
            message = "a clock that never pauses cannot go on: write `pause`."
            self.problems.add((*path, "resume"), message, at_key=True)

    def _moments(
        self, written: str | list[str] | None, path: Path
    ) -> tuple[Moment, ...]:
        if written is None:
            return ()
        if isinstance(written, str):
            return tuple(self._moment(written, path))
        return tuple(
            moment
            for i, text in enumerate(written)
            for moment in self._moment(text, (*path, i))
        )

    def _moment(self, text: str, path: Path) -> list[Moment]:
        event, _, name = text.partition(" ")
        name = name.strip()
        if event not in EVENTS:
            message = (
                f"{quoted(text)} is not a moment.{did_you_mean(event, EVENTS)} "
                "Write joins, starts, ends or leaves and a service or step, or leaves "
                "alone."
            )
            self.problems.add(path, message)
            return []
        if not name:
            return self._of_the_model(event, path)
        if name in self.names.services:
            return [Moment(event, service=name)]
        parts = self.names.blocks.parts("services", name)
        if parts != [name]:
            return [Moment(event, service=part) for part in parts]
        steps = [(p, name) for p, f in self.names.pathways.items() if name in f.steps]
        if not steps:
            self._say_unknown(name, path)
        return [Moment(event, step=step) for step in steps]

    def _of_the_model(self, event: str, path: Path) -> list[Moment]:
        if event == "leaves":
            return [GONE]
        message = f"which service or step? Write `{event} NAME`."
        self.problems.add(path, message)
        return []

    def _say_unknown(self, name: str, path: Path) -> None:
        if self.names.is_lost:
            return
        steps = [step for f in self.names.pathways.values() for step in f.steps]
        blocks = [b.name for b in self.names.blocks.in_section("services")]
        known = list(dict.fromkeys([*blocks, *self.names.services, *steps]))
        message = (
            f"{quoted(name)} is not a service or step.{did_you_mean(name, known)} "
            f"Declared: {listed(known)}."
        )
        self.problems.add(path, message)
