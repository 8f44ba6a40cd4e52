"""Commands that say what scenarios are, without simulating."""

from __future__ import annotations

import click

from simulator.commands.frame import as_json, guarded, print_json, scenario_argument


@click.command()
@scenario_argument
@guarded
def check(scenario: str) -> None:
    """Say whether a scenario file is right, or all that is wrong with it."""
    from scenarios import read  # noqa: PLC0415
    from simulator.experiment import prepared  # noqa: PLC0415

    found = read(scenario)
    tables, _ = prepared(found)
    click.echo(
        f"{found.name} is right: {len(found.services)} services, "
        f"{len(found.streams)} streams, {len(tables.recorded)} groups."
    )


@click.command()
@scenario_argument
@as_json
@guarded
def explain(scenario: str, as_json: bool) -> None:
    """Say what a scenario means: loads, shortages, changes; without simulating."""
    from scenarios import read  # noqa: PLC0415
    from scenarios.explain import explain as explained  # noqa: PLC0415
    from simulator import rendering  # noqa: PLC0415
    from simulator.experiment import prepared  # noqa: PLC0415

    found = read(scenario)
    explanation = explained(found, prepared(found)[0])
    if as_json:
        print_json(explanation.as_dict())
    else:
        rendering.explanation(explanation)


@click.command("list")
@as_json
@guarded
def list_(as_json: bool) -> None:
    """List the scenarios that come with caresim."""
    from scenarios import catalogue  # noqa: PLC0415

    names = dict(catalogue())
    if as_json:
        print_json(names)
        return
    width = max(map(len, names))
    for name, title in names.items():
        click.echo(f"{name:{width}}  {title}")


@click.command()
@as_json
@guarded
def standards(as_json: bool) -> None:
    """List the national standards that come with caresim, with their sources."""
    from scenarios import listed_standards  # noqa: PLC0415

    found = listed_standards()
    if as_json:
        print_json([standard.as_dict() for standard in found])
        return
    for standard in found:
        for line in standard.lines():
            click.echo(line)


@click.command()
@scenario_argument
@guarded
def show(scenario: str) -> None:
    """Print a scenario with everything it extends and includes written out."""
    from scenarios import read, written  # noqa: PLC0415

    click.echo(written(read(scenario)), nl=False)


@click.command()
@guarded
def schema() -> None:
    """Print the JSON Schema of the scenario language, for editors."""
    from scenarios import schema as of_language  # noqa: PLC0415

    print_json(of_language())
