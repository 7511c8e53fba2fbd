"""What begins a run: `starts`, and what makes two of them the same (`once`, `replaces`, `limit`).

Which person and when is decided by the core and the engine; whether a start can ever fire is a check.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Map
from typing import Final, Literal

from msgspec.structs import replace

from handrail.calendar.durations import parse_duration, parse_limit
from handrail.calendar.schedules import parse_schedule
from handrail.language.draft import Draft, Keys
from handrail.language.expressions import Spot, argument, condition, kind_of_argument, value
from handrail.language.names import Names
from handrail.language.owners import owner_of
from handrail.language.source.mended import named_like
from handrail.language.source.reader import read, source_of
from handrail.language.source.tree import Entry, Mapping, Node, Scalar
from handrail.language.steps.ask import form_of
from handrail.language.steps.wait import event_fields, event_named
from handrail.terms.catalog import TEXT, JourneyHead, Kind
from handrail.terms.expression import Expression
from handrail.terms.plan import Argument, FormField, Once, Start, StartLimit
from handrail.terms.values import Duration

OPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "event": ("event", "where", "for", "with"),
    "every": ("every", "for", "with", "if_missed"),
    "request": ("request", "form", "with"),
}
"""The three kinds of start and what may stand beside each."""
HAS_WAS: Final = frozenset({"person.changed"})
_ONCE: Final = re.compile(
    r"per person(?P<by>(?: and \S+)*)(?: (?:in (?P<within>.+)|per (?P<period>month|quarter|year)|(?P<time>at a time)))?"
)
_REPLACES: Final = re.compile(r"per person(?P<by>(?: and \S+)*)")


def starts_of(draft: Draft, node: Node) -> tuple[Start, ...]:
    """The starts, in the order of the file; `Draft.start_values` then has what `start.…` gives."""
    if not isinstance(node, Mapping) or not node.entries:
        draft.shape(node, "starts, each with its name, stand here", named_like(node))
        return ()
    starts: list[Start] = []
    kinds: list[dict[str, Kind]] = []
    for entry in node.entries:
        if not entry.key.text.isidentifier():
            draft.say(
                "J110", entry.key.place, f'"{entry.key.text}" cannot name a start', advice="Use letters, digits and _."
            )
        found = _start(draft, entry)
        if found is not None:
            starts.append(found[0])
            kinds.append(found[1])
    _gather_values(draft, kinds)
    return tuple(starts)


def _gather_values(draft: Draft, kinds: list[dict[str, Kind]]) -> None:
    """All that some start gives; what not every start gives may be empty."""
    draft.start_values["name"] = Kind("text", may_be_empty=False)
    for given in kinds:
        for name, kind in given.items():
            draft.start_values.setdefault(name, kind)
    for name in draft.start_values:
        if name != "name" and not all(name in given for given in kinds):
            draft.start_may_lack.add(name)


def _start(draft: Draft, entry: Entry) -> tuple[Start, dict[str, Kind]] | None:
    name, node = entry.key.text, entry.value
    if not isinstance(node, Mapping):
        draft.shape(node, f'what start "{name}" waits for stands here')
        return None
    named = [one for one in node.entries if one.key.text in OPTIONS]
    if len(named) != 1:
        message = f'start "{name}" does not say what sets it off' if not named else f'start "{name}" is of two kinds'
        place = named[1].key.place if named else entry.key.place
        draft.say(
            "J106" if not named else "J112",
            place,
            message,
            allowed=OPTIONS,
            title="starts are",
            advice="Write one of them.",
        )
        return None
    kind = named[0].key.text
    keys = draft.fields(node, OPTIONS[kind], f'a start by "{kind}"')
    read = {"event": _by_event, "every": _by_schedule, "request": _by_request}[kind]
    start = read(draft, keys, name)
    if start is None:
        return None
    names = _names(draft, start)
    values, kinds = _values(draft, keys, Spot(names, key=f"starts.{name}"))
    kinds |= {field: one.kind for field, one in start.form.items()}
    return replace(start, values=values, place=draft.number(entry.key.place)), kinds


def _names(draft: Draft, start: Start) -> Names:
    """What `with` may read: the person, the event that came, the form that was filled."""
    roots: dict[str, Map[str, Kind]] = {}
    if start.event:
        roots["event"] = event_fields(draft.catalog, [start.event])
    if start.event in HAS_WAS:
        roots["was"] = {}
    if start.form:
        roots["start"] = {name: field.kind for name, field in start.form.items()}
    return Names(draft.catalog, roots, _TODAY)


_TODAY: Final[dict[str, Kind]] = {"today": Kind("date", may_be_empty=False)}


def _condition(draft: Draft, keys: Keys, key: str, spot: Spot) -> Expression | None:
    entry = keys.get(key)
    scalar = draft.scalar(entry.value, "a condition stands here") if entry else None
    if scalar is None:
        return None
    draft.mark(f"{spot.key}.{key}", scalar.place)
    return condition(draft, scalar, spot)


def _by_event(draft: Draft, keys: Keys, name: str) -> Start | None:
    scalar = draft.scalar(keys["event"].value, "an event stands here")
    declared = event_named(draft, scalar) if scalar else None
    if scalar is None or declared is None:
        return None
    start = Start(name, event=scalar.text)
    names = _names(draft, start)
    if not declared.about_person and "for" not in keys:
        draft.say(
            "J106",
            keys["event"].key.place,
            f"{scalar.text} is about no one person, and nothing says whom it concerns",
            advice="Write `for: condition` for everyone of whom it is true.",
        )
    key = f"starts.{name}"
    return Start(
        name,
        event=scalar.text,
        where=_condition(draft, keys, "where", Spot(names, key=key)),
        for_=_condition(draft, keys, "for", Spot(names, key=key)),
    )


def _by_schedule(draft: Draft, keys: Keys, name: str) -> Start | None:
    scalar = draft.scalar(keys["every"].value, "a schedule stands here, as in Monday at 06:00")
    schedule = draft.grammar(scalar, parse_schedule) if scalar else None
    if "for" not in keys:
        draft.say(
            "J106",
            keys["every"].key.place,
            f'start "{name}" does not say whom it is for',
            advice="Write `for: condition` for everyone of whom it is true.",
        )
    missed = keys.get("if_missed")
    word = draft.scalar(missed.value, "each or skip stands here") if missed else None
    if_missed = draft.one_of(word, ("each", "skip"), "`if_missed`") if word else "once"
    spot = Spot(Names(draft.catalog, {}, _TODAY), key=f"starts.{name}")
    return Start(
        name,
        every=str(schedule) if schedule else "",
        for_=_condition(draft, keys, "for", spot),
        if_missed=_missed(if_missed),
    )


def _missed(word: str) -> Literal["once", "each", "skip"]:
    return "each" if word == "each" else "skip" if word == "skip" else "once"


def _by_request(draft: Draft, keys: Keys, name: str) -> Start | None:
    spot = Spot(Names(draft.catalog, {}, _TODAY), key=f"starts.{name}")
    who = owner_of(draft, keys["request"].value, spot)
    form = keys.get("form")
    fields: dict[str, FormField] = form_of(draft, form.value) if form else {}
    for field, one in fields.items():
        if one.optional:
            draft.start_may_lack.add(field)
    return Start(name, request=who, form=fields)


def _values(draft: Draft, keys: Keys, spot: Spot) -> tuple[dict[str, Argument], dict[str, Kind]]:
    entry = keys.get("with")
    values: dict[str, Argument] = {}
    kinds: dict[str, Kind] = {}
    if entry is None:
        return values, kinds
    if not isinstance(entry.value, Mapping):
        draft.shape(entry.value, "values, each with its name, stand here")
        return values, kinds
    for one in sorted(entry.value.entries, key=lambda one: one.key.text):
        name, scalar = one.key.text, draft.scalar(one.value, "a value stands here")
        if not name.isidentifier() or name == "name":
            draft.say("J110", one.key.place, f'"{name}" cannot name a value of a start', advice="Use another word.")
        elif scalar is not None:
            values[name] = argument(draft, scalar, spot, None, name)
            kinds[name] = kind_of_argument(values[name], spot.names)
    return values, kinds


# What makes two starts the same


def once_of(draft: Draft, scalar: Scalar, names: Names) -> Once:
    """`per person and start.due in 365 days`."""
    found = _ONCE.fullmatch(scalar.text)
    if found is None:
        draft.say(
            "J109",
            scalar.place,
            f'"{scalar.text}" does not say what makes two starts the same one',
            allowed=(
                "per person",
                "per person in 365 days",
                "per person per year",
                "per person at a time",
                "per person and start.due",
            ),
            title="written as",
            advice="Values follow with `and`, a time at the end.",
        )
        return Once()
    within: Duration | None = None
    if found["within"]:
        place = draft.source.stretch(scalar, found.span("within"))
        within = draft.grammar(Scalar(found["within"], quoted=False, place=place), parse_duration)
    period = found["period"]
    return Once(
        by=_paths(draft, scalar, found, Spot(names, key="once")),
        within=within,
        period="month" if period == "month" else "quarter" if period == "quarter" else "year" if period else "",
        at_a_time=bool(found["time"]),
    )


def replaces_of(draft: Draft, scalar: Scalar, names: Names) -> tuple[Expression, ...]:
    """`per person and start.document`."""
    found = _REPLACES.fullmatch(scalar.text)
    if found is None:
        message = f'"{scalar.text}" does not say which older run is replaced'
        draft.say("J109", scalar.place, message, advice="Write per person, or per person and start.document.")
        return ()
    return _paths(draft, scalar, found, Spot(names, key="replaces"))


def _paths(draft: Draft, scalar: Scalar, found: re.Match[str], spot: Spot) -> tuple[Expression, ...]:
    paths = []
    for one in re.finditer(r" and (\S+)", found["by"]):
        start = found.start("by")
        place = draft.source.stretch(scalar, (start + one.start(1), start + one.end(1)))
        paths.append(value(draft, Scalar(one[1], quoted=False, place=place), spot))
    return tuple(paths)


def limit_of_starts(draft: Draft, scalar: Scalar) -> StartLimit | None:
    """`200 people a day`."""
    return draft.grammar(scalar, parse_limit)


def head_of(text: str, file: str) -> JourneyHead | None:
    """What other journeys must know of this one, read before any is compiled; None where it cannot be read.

    The kinds of start values are not known yet and stand as text. Only the journeys of `run` steps are named.
    """
    tree, _ = read(source_of(text, file))
    name = tree.get("journey") if tree else None
    if tree is None or not isinstance(name, Scalar):
        return None
    values = {"name": Kind("text", may_be_empty=False)}
    starts = tree.get("starts")
    for entry in starts.entries if isinstance(starts, Mapping) else ():
        for key in ("form", "with"):
            given = entry.value.get(key) if isinstance(entry.value, Mapping) else None
            values |= {one.key.text: TEXT for one in (given.entries if isinstance(given, Mapping) else ())}
    return JourneyHead(name.text, values, tuple(sorted(set(_runs(tree.get("steps"))))))


def _runs(node: Node | None) -> Iterator[str]:
    """The journeys that `run` steps name, in these steps and the branches of them."""
    for entry in node.entries if isinstance(node, Mapping) else ():
        step = entry.value
        if not isinstance(step, Mapping):
            continue
        named = step.get("run")
        if isinstance(named, Scalar):
            yield named.text
        for key in ("choose", "together"):
            branches = step.get(key)
            for branch in branches.entries if isinstance(branches, Mapping) else ():
                inner = (
                    branch.value.get("steps") if isinstance(branch.value, Mapping) and key == "choose" else branch.value
                )
                yield from _runs(inner)
        yield from _runs(step.get("steps"))
