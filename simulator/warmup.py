"""Compiling every kernel before the first run, and saying when that is still to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from numba import int64, typeof
from numba.core import config

from kernels import (
    causes,
    circles,
    facts,
    groups,
    growth,
    holdings,
    initial,
    jit,
    loop,
    repatriation,
    slots,
    treatment,
)
from kernels.arrivals import arrivals
from kernels.buckets import H_STARTED, added_up, more_buckets, no_buckets
from kernels.calendars import rows_of
from kernels.counting import tallies_of
from kernels.layout import NEVER, NOTHING
from kernels.philox import key
from kernels.references import Reference
from kernels.tallies import empty
from results.measures.waits import Distributions, alone
from scenarios import parse
from scenarios.flows import flows
from simulator.executors import Job, RunError, replications
from simulator.experiment import prepared

SCENARIO = """\
caresim: 1
title: A few patients on one day, whose times are drawn in the most roundabout way
period: {start: 2024-01-01, horizon: 1 day}
services:
  desk:
    kind: staff
    capacity: 1
    takes:
      law: mixture
      at_most: 1 hour
      of:
        short: {share: 70%, takes: {law: gamma, mean: 9 min, cv: 0.8}}
        long: {share: rest, takes: 30 min}
  clinic: {kind: slots, capacity: {Mon 09:00-17:00: 8}, then: ward}
  ward:
    kind: beds
    capacity: 1
    takes: 2 hours
    discharge_hours: {08:00-18:00: 100%}
    while_waiting: {gives up: {risk: 1% per day, then: leave}}
    helped_by: {annexe: {takes_times: 1.2, moves_back: yes}}
  annexe: {kind: beds, capacity: 4, takes: 2 hours}
demand:
  desk: {rate: 20 per day}
  clinic: {rate: 10 per day}
  families: {to: desk, rate: 20 per day, arrive_together: {1: 50%, 3: rest}}
  booked: {to: desk, booked_at: {Mon 09:00-10:00: 4}, punctuality: 5 min}
  listed: {to: desk, from_file: "arrives\\n2024-01-01 11:00\\n"}
start_state:
  desk: {waiting: {number: 1, for: {1 day: rest}}, in_treatment: {number: 1}}
  ward: {waiting: {number: 2, for: {1 day: rest}}, in_treatment: {number: 1}}
changes:
  - {demand: desk, multiply_by: 0.5, returns: {share: 50%, after: 1 hour}}
"""
NOWHERE = (
    "No folder for compiled kernels can be written, so they are compiled anew each "
    "time, which takes about a minute; NUMBA_CACHE_DIR names a folder for them."
)
STILL = "Compiling the kernels first, which takes about a minute, once."


def warmed_up() -> str:
    """Compile all kernels into the cache; return what was done, in words.

    A tiny scenario is played in every way in which a run may play it, so that whatever
    runs need is compiled for the very types that they use.

    Raises
    ------
    RunError
        If the machine code cannot be kept.
    """
    folder = _cache()
    began, before = perf_counter(), len(_compiled(folder))
    compile_all()
    seconds = perf_counter() - began
    if new := len(_compiled(folder)) - before:
        return f"Compiled {new} kernels in {seconds:.0f} s; they lie in {folder}."
    return f"All kernels were compiled already; they lie in {folder}."


def compile_all() -> None:
    """Compile all kernels, in this process and one beside it.

    Each begins with large parts of the event loop that the other needs later, and finds
    what the other has compiled in the cache: so both have about as much to do.
    """
    beside = None if _compiled(_cache()) else _loop_beside()
    if beside is not None:
        _compile((circles.moved, 1))
    _play_around()
    if beside is not None:
        # Where it fails, this process compiles the loop as well.
        beside.wait()
    _play()


def _loop_beside() -> subprocess.Popen[bytes]:
    """Start a process that compiles the event loop into the cache."""
    words = "from simulator.warmup import play_loop; play_loop()"
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-c", words], stdout=nowhere, stderr=nowhere
    )


def play_loop() -> None:
    """Call the event loop, though nobody comes, once large parts of it are compiled."""
    _compile(
        (treatment.begun, 3),
        (holdings.parted, 3),
        (holdings.free_bed, 1),
        (facts.opening, 2),
        (treatment.begun_in_hand, 2),
        (groups.joint_decision, 2),
    )
    model, _ = prepared(parse(SCENARIO))
    tables, now, tallies = (
        initial.tables_of(model),
        initial.state_of(model),
        empty(model),
    )
    loop.advance(model, tables, now, tallies, key(1, 1), model.end, False)


def _compile(*kernels: tuple[Any, int]) -> None:
    """Compile kernels of tables, state and so many whole numbers."""
    model, _ = prepared(parse(SCENARIO))
    both = [initial.tables_of(model), initial.state_of(model)]
    kinds = (typeof(part) for part in both)  # type: ignore[no-untyped-call]
    referred = tuple(map(Reference, kinds))
    for kernel, numbers in kernels:
        kernel.compile((*referred, *(int64,) * numbers))


def _play_around() -> None:
    """Call the kernels around the event loop."""
    model, _ = prepared(parse(SCENARIO))
    kinds = [
        typeof(part)  # type: ignore[no-untyped-call]
        for part in (initial.tables_of(model), initial.state_of(model))
    ]
    causes.looked.compile((*kinds, *(int64,) * 3))  # type: ignore[attr-defined]
    causes.cut_off.compile((*kinds, int64[::1], int64))  # type: ignore[attr-defined]
    tallies_of(model, [NOTHING])
    arrivals(model, key(1, 1), model.begin, model.end)
    replications(Job(model, 1, "simpy", keep=False), [1], workers=1)
    # What that engine needs where dates are given, and where patients move back.
    clinic = rows_of(model, 1)
    slots.next_of(clinic, 0, len(clinic), 0, 0, (1, NEVER, 0))
    slots.slot_length(clinic, 0, 1)
    slots.slot_time(0, 1, 1, 0)
    repatriation.rest_at_home(1, 1.0)
    flows(model, model.begin, model.end)


class Notice(NamedTuple):
    """What to say before a run that must compile kernels."""

    sentence: str
    can_be_kept: bool
    """Whether the machine code can be kept: then two processes may share the work."""


def notice() -> Notice | None:
    """Return what to say before a run that must compile kernels; None: nothing."""
    if _is_off():
        return None
    if jit.CACHE is None:
        return Notice(NOWHERE, can_be_kept=False)
    return None if _compiled(jit.CACHE) else Notice(STILL, can_be_kept=True)


def _is_off() -> bool:
    """Return whether kernels run uncompiled."""
    return bool(vars(config)["DISABLE_JIT"])


def _cache() -> Path:
    """Return where the machine code is kept."""
    if _is_off():
        raise RunError("nothing is compiled while NUMBA_DISABLE_JIT is set.")
    if jit.CACHE is None:
        raise RunError(
            "no folder for compiled kernels can be written, neither where caresim is "
            "installed nor in the user's cache; name one in NUMBA_CACHE_DIR."
        )
    return jit.CACHE


def _compiled(folder: Path) -> list[Path]:
    """Return the files of machine code."""
    return list(folder.rglob("*.nbc"))


def _play() -> None:
    """Call every kernel that is called from Python."""
    model, _ = prepared(parse(SCENARIO))
    for keep in (False, True):
        done, *_ = replications(Job(model, 1, "compiled", keep), [1], workers=1)
    Distributions(done.tallies).quantiles(H_STARTED, alone(len(model.services)), 50)
    more_buckets(no_buckets())
    added_up([done.tallies.buckets] * 2)
    growth.with_shares(initial.state_of(model), 1)
