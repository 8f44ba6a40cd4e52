"""STRESS-DES, section 2: how the model works."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.scenario import Branch, Destination, Step, Target, WaitingEvent
from scenarios.sessions import is_under_way
from simulator.methods.markdown import listed, paragraph, plain, some, table
from simulator.methods.study import Study, said

ORDER = """
An instant has two phases: first everything due happens (arrivals, ends of treatment,
patience that runs out, openings and closings), then patients are called in, for the
whole model at once, by priority, then by the time of joining, then by identity. Time is
counted in whole microseconds. Whoever cannot move on keeps the bed until the next
service calls; circles of patients who block each other are resolved.
"""


def diagram(study: Study) -> Iterator[str]:
    """Yield item 2.1: a flow diagram in the Mermaid language."""
    names = [service.name for service in study.scenario.services]
    yield "```mermaid"
    yield "flowchart LR"
    for number, service in enumerate(study.scenario.services):
        yield f'  s{number}["{_quoted(service.name)}<br/>({service.kind})"]'
    for number, stream in enumerate(study.scenario.streams):
        yield f'  d{number}(["arrivals: {_quoted(stream.name)}"])'
        for target in _reached(study, stream.to):
            yield f"  d{number} --> s{names.index(target)}"
    for one, other in _links(study):
        yield f"  s{names.index(one)} --> s{names.index(other)}"
    yield "```"
    yield ""
    yield from paragraph(
        "Arrows lead from where patients come to where some of them go next; leaving "
        "the model is not drawn."
    )


def base(study: Study) -> Iterator[str]:
    """Yield item 2.2."""
    rows = []
    for service in study.scenario.services:
        written = study.part("services", service.name)
        then = said(written.get("then", "leave")) if isinstance(written, dict) else ""
        rows.append((service.name, service.kind, service.sector or "", then))
    yield from table(("Service", "Kind", "Sector", "Where patients go next"), rows)
    yield from paragraph(ORDER)
    yield from some([*study.explained.places, *study.explained.units])


def changes(study: Study) -> Iterator[str]:
    """Yield item 2.3."""
    yield from listed(study.explained.changes)


def algorithms(study: Study) -> Iterator[str]:
    """Yield item 2.4."""
    yield from paragraph(
        "Arrivals are points of one fixed Poisson cloud over time and rate: whoever "
        "comes at a lower rate comes at a higher one as well, with the same luck."
    )
    yield from some([*study.explained.coming, *study.explained.staff])


def entities(study: Study) -> Iterator[str]:
    """Yield item 2.5.1."""
    yield from paragraph(
        "Patients. Each has an identity, a group, and luck of their own that is the "
        "same in every scenario with the same seed."
    )
    groups = [(name, ", ".join(parts)) for name, parts in study.scenario.groups]
    yield from table(("Dimension", "Groups"), groups)


def activities(study: Study) -> Iterator[str]:
    """Yield item 2.5.2."""
    rows = []
    for step in _written(study):
        place: tuple[str, ...] = ("services", step.service)
        if step.pathway is not None:
            place = ("pathways", step.pathway, "steps", str(step.name))
        takes = study.part(*place, "takes")
        rows.append((_called(step), step.service, said(takes) or "as long as the slot"))
    yield from table(("Step", "At", "Takes"), rows)


def _written(study: Study) -> list[Step]:
    """Return the steps of whoever comes: not those of courses that are under way."""
    return [step for step in study.scenario.steps if not is_under_way(step)]


def resources(study: Study) -> Iterator[str]:
    """Yield item 2.5.3."""
    rows = []
    for service in study.scenario.services:
        written = study.part("services", service.name)
        has = said(written.get("capacity")) if isinstance(written, dict) else ""
        instead = said(study.part("scale", "instead", service.name))
        rows.append((service.name, service.kind, has or "unlimited", instead))
    headings = ("Service", "Kind", "Capacity", "Instead, at this scale")
    yield from table(headings, rows)


def queues(study: Study) -> Iterator[str]:
    """Yield item 2.5.4."""
    yield from paragraph(
        "Each service has one line. Smaller priorities are called first, and within "
        "one priority who joined first, unless a due time is given."
    )
    services = {service.name: service for service in study.scenario.services}
    rows = []
    for step in _written(study):
        service = services[step.service]
        priority = study.part("services", step.service, "priority")
        rules = [rule.name for rule in service.turned_away]
        events = ", ".join(_event(event) for event in step.waiting)
        rows.append((_called(step), said(priority) or "all alike", events, _and(rules)))
    headings = ("Line", "Priority", "While waiting", "Turned away")
    yield from table(headings, rows)


def borders(study: Study) -> Iterator[str]:
    """Yield item 2.5.5."""
    rows = []
    for stream in study.scenario.streams:
        written = study.part("demand", stream.name)
        how = said(written) if isinstance(written, dict) else ""
        rows.append((stream.name, _and(_reached(study, stream.to)), how))
    yield from table(("Stream", "Goes to", "As written"), rows)
    endings = _and(["leave", *study.scenario.endings])
    yield from paragraph(f"Patients leave the model by: {plain(endings)}.")


def _links(study: Study) -> list[tuple[str, str]]:
    """Return from which service patients go to which, each pair once."""
    found: dict[tuple[str, str], None] = {}
    services = {service.name: service for service in study.scenario.services}
    for step in study.scenario.steps:
        service = services[step.service]
        ways = [step.then, *(e.then for e in step.waiting if e.then is not None)]
        ways += [rule.then for rule in service.turned_away]
        ways += [a.then for a in (step.absence, service.did_not_attend) if a]
        for way in ways:
            for other in _reached(study, way):
                found[step.service, other] = None
    return list(found)


def _reached(study: Study, way: Destination) -> list[str]:
    """Return the services to which a destination leads at once."""
    return list(dict.fromkeys(n for b in way for n in _of_branch(study, b)))


def _of_branch(study: Study, branch: Branch) -> Iterator[str]:
    target: Target = branch.target
    if target.service is not None:
        yield target.service
    elif target.step is not None:
        steps = study.scenario.steps
        yield next(s.service for s in steps if (s.pathway, s.name) == target.step)
    elif target.pathway is not None:
        paths = study.scenario.pathways
        path = next(p for p in paths if p.name == target.pathway)
        yield from _reached(study, path.start)
    elif target.block is not None:
        blocks = study.scenario.repeated
        block = next(b for b in blocks if b.name == target.block)
        yield from _reached(study, block.start)


def _called(step: Step) -> str:
    if step.pathway is None:
        return step.service
    return f"{step.pathway}: {step.name}"


def _event(event: WaitingEvent) -> str:
    return event.name if event.then is not None else f"{event.name} (stays in line)"


def _and(names: list[str]) -> str:
    return ", ".join(names)


def _quoted(name: str) -> str:
    """Return a name as Mermaid takes it between quotes."""
    return "".join(f"#{ord(c)};" if c in '"<>#&`' else c for c in name)
