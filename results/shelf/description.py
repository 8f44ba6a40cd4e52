"""One run folder described: what went in, what it holds, how and when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from results.folder.contents import other_files
from results.layout.labels import DAY, microseconds
from results.run import load
from results.shelf.folders import size_text

INPUTS = (
    ("services", "services"),
    ("pathways", "pathways"),
    ("streams", "streams of patients"),
    ("clocks", "clocks"),
    ("standards", "standards"),
    ("escalations", "rules of escalation"),
)
"""Parts of the labels, and what they are called."""
DIGESTS = ("scenario_digest", "model_digest", "manifest_digest")


class Description(NamedTuple):
    """What a run folder says of itself."""

    path: Path
    manifest: Mapping[str, Any]
    log: Mapping[str, Any]
    others: tuple[str, ...]
    """What lies in the folder and is no part of the run."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        kept = {k: v for k, v in self.manifest.items() if k not in ("labels",)}
        labels = self.manifest["labels"]
        return {
            "folder": str(self.path),
            "title": labels["title"],
            "start": labels["start"],
            "end": labels["end"],
            **kept,
            "log": dict(self.log),
            "others": list(self.others),
        }

    def lines(self) -> list[str]:
        """Return it in words."""
        tables: Mapping[str, Any] = self.manifest["tables"]
        size = sum(entry["bytes"] for entry in tables.values())
        width = max(map(len, tables))
        rows = max(len(f"{entry['rows']:,}") for entry in tables.values())
        lines = [*self._about(), *self._changes()]
        lines += [f"Tables, {size_text(size)}, with the beginning of their SHA-256:"]
        for name, entry in tables.items():
            lines.append(
                f"  {name:{width}}  {entry['rows']:>{rows},} rows  "
                f"{size_text(entry['bytes']):>9}  {entry['sha256'][:16]}"
            )
        lines += [f"{d.replace('_', ' ')}: {self.manifest[d]}" for d in DIGESTS]
        if self.others:
            lines.append(f"Not part of the run: {', '.join(self.others)}")
        return [
            line[0].upper() + line[1:] if line[0] != " " else line for line in lines
        ]

    def _about(self) -> list[str]:
        """Say what was simulated, and how."""
        labels = self.manifest["labels"]
        numbers = self.manifest["replications"]
        scale = labels["scale"]
        days = (microseconds(labels["end"]) - microseconds(labels["start"])) / DAY
        groups = [group["name"] for group in labels["groups"]]
        return [
            f"{labels['title']} (scenario '{labels['scenario']}')",
            f"Period: {labels['start'][:10]} to {labels['end'][:10]} ({days:g} days)"
            + ("" if scale == 1 else f", one patient for {1 / scale:,.0f} people"),
            f"Replications: {_ranges(numbers)} of seed {self.manifest['seed']}",
            f"Inputs: {', '.join(self._inputs())}",
            *([f"Groups: {', '.join(groups)}"] if len(groups) > 1 else []),
            f"Written: {self._written()}",
        ]

    def _inputs(self) -> list[str]:
        """Say how many things of each sort there are."""
        labels = self.manifest["labels"]
        counts = [(len(labels[part]), words) for part, words in INPUTS]
        changes = len(self.manifest["scenario"].get("changes", ()))
        counts.append((changes, "changes"))
        return [
            f"{count} {_singular(words, count)}" for count, words in counts if count
        ]

    def _written(self) -> str:
        """Say when and how it was made, as far as the log tells."""
        log, said = self.log, []
        if isinstance(log.get("finished"), str):
            said.append(f"{log['finished'][:16].replace('T', ' ')} UTC")
        said.append(f"by caresim {self.manifest['caresim']}")
        if log.get("engine") is not None:
            said.append(f"{log['engine']} engine")
        if isinstance(log.get("seconds"), int | float):
            said.append(
                f"in {log['seconds']:,.1f} s on {log.get('workers', '?')} workers"
            )
        machine = log.get("machine")
        if isinstance(machine, Mapping):
            said.append(f"{machine.get('system')} {machine.get('processor')}")
            said.append(f"Python {machine.get('python')}")
        return ", ".join(said)

    def _changes(self) -> list[str]:
        """Say the changes of the scenario, a line each."""
        changes = self.manifest["scenario"].get("changes", [])
        lines = ["Changes:"] if changes else []
        return [*lines, *(f"  {_flat(change)}" for change in changes)]


def description(path: str | Path) -> Description:
    """Return what a run folder says of itself.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    ResultError
        If there is no run folder, or it is damaged or of a newer format.
    """
    run = load(path)
    _ = run.labels  # which refuses those that lack something
    others = other_files(Path(path), run.manifest)
    return Description(Path(path), run.manifest, run.log, tuple(others))


def _singular(words: str, count: int) -> str:
    """Return the name of so many things."""
    if count != 1:
        return words
    first, _, rest = words.partition(" ")
    return f"{first.removesuffix('s')} {rest}".rstrip()


def _ranges(numbers: list[int]) -> str:
    """Return numbers in words: `1 to 20`."""
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        first, last = numbers[0], numbers[-1]
        return str(first) if first == last else f"{first} to {last}"
    return ", ".join(map(str, numbers))


def _flat(value: object) -> str:
    """Return plain data in one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_inner(v)}" for k, v in value.items())
    return str(value)


def _inner(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{{{_flat(value)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_inner, value))}]"
    return " ".join(str(value).split())
