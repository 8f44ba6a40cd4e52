"""Repatriation: what is said of patients who move back from a helping service."""

from __future__ import annotations

from scenarios.leaves import Spot
from scenarios.problems import quoted
from scenarios.promised import time_text
from scenarios.quantities import Quantities
from scenarios.scenario import Help
from scenarios.service_spec import Beds, Caseload, HelpForm, SharedForm

GOES_FIRST = {
    "yes": " that nobody in line there can have",
    "in_turn": ", in turn with those in line there",
    "first": ", before those in line there",
}
"""Who has a free unit, by what `moves_back` says."""
WORDS = ("no", *GOES_FIRST)


class MovingBack:
    """Reads whether patients move back, and what changes make of it.

    Parameters
    ----------
    quantities : Quantities
        For the changes, and its problems.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self.problems = quantities.problems

    def read(self, form: SharedForm, written: HelpForm, spot: Spot) -> str:
        """Return one of `WORDS`; report what does not make sense.

        Parameters
        ----------
        form : SharedForm
            The service that is helped.
        written : HelpForm
            By one other.
        spot : Spot
            Where that stands.
        """
        at = spot.at("moves_back")
        refusal = self._refusal(form, str(spot.path[1]))
        if refusal is None:
            word = self._changed(written.moves_back or "no", at)
        else:
            word = "no"
            if written.moves_back is not None:
                self.problems.add(at.path, refusal, at_key=True)
                return word
        never = written.moves_back is None and word == "no"
        if never and written.unless_leaving_within is not None:
            message = "nobody moves back so far: write `moves_back: yes` as well."
            path = spot.at("unless_leaving_within").path
            self.problems.add(path, message, at_key=True)
        return word

    @staticmethod
    def _refusal(form: SharedForm, name: str) -> str | None:
        """Return why nobody can move back to a service, if that is so."""
        if isinstance(form, Caseload) and form.sessions is not None:
            return (
                "a place with `sessions` is held through visits elsewhere; nobody "
                "moves back to one. Leave `moves_back` out."
            )
        if isinstance(form, Beds | Caseload):
            return None
        return (
            "patients move back to beds, and to places on a caseload; "
            f"{quoted(name)} is of kind '{form.sort}'."
        )

    def _changed(self, word: str, spot: Spot) -> str:
        """Return the word that holds after all changes."""
        what = ".".join(spot.what)
        self.quantities.known.setdefault(spot.thing, set()).add(what)
        for change in self.quantities.changes:
            if not change.acts_on(spot.thing, (what,)):
                continue
            change.used.add(spot.thing)
            if change.operation != "set_to" or change.operand not in WORDS:
                message = (
                    "this is a word, not a number: write `set_to: yes`, for example. "
                    f"Words: {', '.join(WORDS)}."
                )
                self.problems.add_once((*change.path, change.operation), message)
            elif change.begin is not None or change.months or change.mask is not None:
                message = (
                    "patients move back all the time or never, and all of them; leave "
                    "dates and `who` out."
                )
                self.problems.add_once(change.path, message)
            else:
                word = str(change.operand)
        return word


def in_words(help_: Help, unit: str, home: str) -> str:
    """Return that patients move back, as the end of a sentence.

    Parameters
    ----------
    help_ : Help
    unit : str
        What a unit of the service that is helped is called.
    home : str
        Its name.
    """
    if help_.moves_back == "no":
        return ""
    left = help_.leaving_within
    unless = f", unless they leave within {time_text(left)}" if left > 0 else ""
    return (
        f"; patients move back once a {unit} of {home} is free"
        f"{GOES_FIRST[help_.moves_back]}{unless}"
    )
