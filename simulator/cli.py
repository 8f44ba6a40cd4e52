"""The command line: one group, to which every command is added here."""

from __future__ import annotations

import sys

import click

from simulator.commands import (
    batches,
    comparing,
    describing,
    exporting,
    folders,
    marginals,
    patients,
    recovering,
    reporting,
    running,
    solving,
    spreads,
    stressing,
    submitting,
)

COMMANDS = (
    running.run,
    solving.solve,
    batches.batch,
    submitting.submit,
    batches.status,
    batches.merge,
    describing.check,
    describing.explain,
    describing.list_,
    describing.new,
    describing.standards,
    describing.show,
    comparing.compare,
    comparing.measures,
    recovering.recover,
    marginals.marginal,
    spreads.uncertain,
    spreads.sensitivity,
    stressing.stress,
    reporting.report,
    exporting.export,
    exporting.document,
    patients.ledger,
    patients.trace,
    folders.runs,
    folders.verify,
    folders.pack,
    folders.unpack,
    describing.schema,
    running.warmup,
)


@click.group(context_settings={"auto_envvar_prefix": "CARESIM"})
@click.version_option(package_name="caresim")
def main() -> None:
    """Simulate a health and care system patient by patient, and ask what if."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")


for command in COMMANDS:
    main.add_command(command)
