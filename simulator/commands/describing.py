"""Commands that say what scenarios are, without simulating."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simulator.commands.frame import (
    as_json,
    guarded,
    print_json,
    say_uncertain,
    scale_option,
    scenario_argument,
)

QUICK = "west-yorkshire-quick"
"""What a what-if builds on if nothing is said: it runs in seconds."""


@click.command()
@scenario_argument
@guarded
def check(scenario: str) -> None:
    """Say whether a scenario, study or question is right, or all that is wrong."""
    from scenarios import is_study, read, study  # noqa: PLC0415
    from scenarios.questions import is_question  # noqa: PLC0415
    from simulator.experiment import prepared  # noqa: PLC0415

    if is_study(scenario):
        asked = study(scenario)
        click.echo(f"{asked.name} is right: {len(asked.variants):,} variants.")
        return
    if is_question(scenario):
        from simulator.solve_pages import is_right  # noqa: PLC0415

        click.echo(is_right(scenario))
        return
    found = read(scenario)
    tables, _ = prepared(found)
    say_uncertain(found)
    click.echo(
        f"{found.name} is right: {len(found.services)} services, "
        f"{len(found.streams)} streams, {len(tables.recorded)} groups."
    )


@click.command()
@scenario_argument
@scale_option
@click.option("--preflight", is_flag=True, help="A row for each service instead.")
@click.option("--csv", "as_csv", is_flag=True, help="A row for each service and month.")
@click.option("--beside", metavar="RUN", help="What a run of it has shown, beside it.")
@as_json
@guarded
def explain(scenario: str, scale: str | None, as_json: bool, **options: Any) -> None:
    """Say what a scenario, study or question means, without simulating."""
    from scenarios import is_study, read, study  # noqa: PLC0415
    from scenarios.explain import explain as explained  # noqa: PLC0415
    from scenarios.questions import is_question  # noqa: PLC0415
    from simulator import preflight_pages, rendering  # noqa: PLC0415
    from simulator.experiment import prepared  # noqa: PLC0415

    if is_study(scenario):
        if any((scale, *options.values())):
            raise click.UsageError(
                "a study has many scenarios: name one of them for --scale, "
                "--preflight, --csv and --beside."
            )
        asked = study(scenario)
        if as_json:
            print_json(asked.as_dict())
        else:
            click.echo("\n".join(asked.sentences()))
        return
    if is_question(scenario):
        if scale is not None:
            raise click.UsageError("a question has a line of its own: scale: 1:20.")
        from simulator.solve_pages import explained_question  # noqa: PLC0415

        explained_question(scenario, as_json=as_json)
        return
    found = read(scenario, scale)
    if any(options.values()):
        preflight_pages.told(found, prepared(found)[0], as_json=as_json, **options)
        return
    explanation = explained(found, prepared(found)[0])
    if as_json:
        print_json(explanation.as_dict())
    else:
        rendering.explanation(explanation)


@click.command("list")
@as_json
@guarded
def list_(as_json: bool) -> None:
    """List the scenarios that come with caresim, by theme."""
    from scenarios import catalogue  # noqa: PLC0415

    found = catalogue()
    if as_json:
        print_json([each._asdict() for each in found])
        return
    width = max(len(each.name) for each in found)
    for theme in sorted({each.theme for each in found}):
        click.echo(f"{theme[:1].upper()}{theme[1:]}")
        for each in found:
            if each.theme == theme:
                click.echo(f"  {each.name:{width}}  {each.title}")


@click.command()
@click.argument("name")
@click.option("--from", "base", metavar="FILE_OR_NAME", help=f"Default: {QUICK}.")
@click.option(
    "--kind",
    type=click.Choice(["what-if", "model", "study"]),
    default="what-if",
    show_default=True,
    help="What the file is to be.",
)
@click.option("--title", help="Its title, or the question of a study.")
@click.option("--replace", is_flag=True, help="Let a file that is there go.")
@guarded
def new(
    name: str, base: str | None, kind: str, title: str | None, replace: bool
) -> None:
    """Begin a file of your own, with comments: a what-if, a model or a study."""
    from results.folder.placement import new_file  # noqa: PLC0415
    from scenarios import read  # noqa: PLC0415
    from scenarios.files import SUFFIX, is_plain  # noqa: PLC0415
    from scenarios.templates import template  # noqa: PLC0415

    name = name.removesuffix(SUFFIX)
    if not is_plain(name):
        message = "the file is made in this folder, or beside the base; leave it out."
        raise click.BadParameter(message, param_hint="NAME")
    if kind == "model" and base is not None:
        raise click.UsageError("a model builds on nothing; leave --from out.")
    on = None if kind == "model" else read(base or QUICK)
    folder = Path(base).parent if base and base.endswith(SUFFIX) else Path()
    path = folder / f"{name}{SUFFIX}"
    text = template(kind, name, title or name.replace("-", " ").capitalize(), on)
    with new_file(path, replace=replace) as temporary:
        temporary.write_text(text, encoding="utf-8")
    click.echo(f"{path}: edit it, then caresim check {path}")


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
@scale_option
@guarded
def show(scenario: str, scale: str | None) -> None:
    """Print a scenario with everything it extends and includes written out."""
    from scenarios import read, written  # noqa: PLC0415

    click.echo(written(read(scenario, scale)), nl=False)


@click.command()
@guarded
def schema() -> None:
    """Print the JSON Schema of the scenario language, for editors."""
    from scenarios import schema as of_language  # noqa: PLC0415

    print_json(of_language())
