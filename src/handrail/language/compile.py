"""Text to plan: the keys of a journey, its steps in order, and everything that is wrong at once.

Reading, kinds of step, moves and checks live in modules of their own; here they are put together.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from handrail.language.checks.every import check
from handrail.language.contract import DEFAULTS, contract_of, reminders_of
from handrail.language.draft import Draft, Keys
from handrail.language.expressions import Spot, condition
from handrail.language.hashing import hash_of
from handrail.language.moves.kinds import Role, Setting
from handrail.language.moves.ladders import ladder_of
from handrail.language.moves.parts import limit_of
from handrail.language.names import ENDED_WELL, Names
from handrail.language.needs import looks_at_today, needs_of, waits_for
from handrail.language.outline import Outline, Work
from handrail.language.owners import owner_of
from handrail.language.source.reader import read, source_of
from handrail.language.source.tree import Mapping, Scalar
from handrail.language.starts import limit_of_starts, once_of, replaces_of, starts_of
from handrail.language.steps import lay_out
from handrail.language.steps.ask import words_of
from handrail.terms.catalog import Catalog, Kind
from handrail.terms.expression import All, Constant, Expression, Is, Not, Path, walk
from handrail.terms.plan import NONE, Ask, Contract, End, Ladder, Limit, Once, Places, Plan, Step
from handrail.terms.problem import JourneyProblems, Problem

KEYS = (
    "journey",
    "title",
    "purpose",
    "accountable",
    "starts",
    "once",
    "replaces",
    "limit",
    "while",
    "when_no_longer",
    "pause_while",
    "when_resumed",
    "calendar",
    "language",
    "defaults",
    "steps",
)
REQUIRED = ("journey", "title", "purpose", "accountable", "once", "steps")
LEFT = "left the company"
"""The reason of a run that ended because its person left, where the journey says nothing of it."""

_TODAY = {"today": Kind("date", may_be_empty=False)}
_STATUS = Path(("person", "status"))
_STILL_HERE = Not(Is(_STATUS, Constant("text", "left")))
_ON_LEAVE = Is(_STATUS, Constant("text", "on leave"))


class Compiled(Struct, frozen=True):
    """A plan, where everything in it stands, and what its author should know."""

    plan: Plan
    places: Places
    remarks: tuple[Problem, ...] = ()


def compile_text(text: str, file: str, catalog: Catalog) -> Compiled:
    """The plan of a journey file, checked against what the catalog declares.

    Raises JourneyProblems with everything that is wrong, by place. `file` is only shown.
    """
    source = source_of(text, file)
    tree, wrong = read(source)
    if tree is None:
        raise JourneyProblems(tuple(sorted(wrong, key=lambda problem: problem.place)))
    draft = Draft(source, catalog)
    draft.take(wrong)
    plan = _journey(draft, tree)
    problems, remarks = draft.found()
    if problems:
        raise JourneyProblems((*problems, *remarks))
    plan = replace(plan, hash=hash_of(plan))
    return Compiled(plan, Places(file, tuple(draft.lines), dict(draft.keys)), tuple(remarks))


def _journey(draft: Draft, tree: Mapping) -> Plan:
    keys = draft.fields(tree, KEYS, "a journey")
    first = tree.entries[0].key.place if tree.entries else tree.place
    draft.number(keys["journey"].key.place if "journey" in keys else first)
    for name in REQUIRED:
        if name not in keys:
            draft.say("J106", first, f'the journey has no "{name}"', advice=f"Write `{name}:` with what it is.")
    draft.journey = _name(draft, keys)
    start_names = Names(draft.catalog, {}, _TODAY)
    draft.accountable = owner_of(draft, keys["accountable"].value, Spot(start_names)) if "accountable" in keys else ()
    _check_accountable(draft, keys)
    starts = starts_of(draft, keys["starts"].value) if "starts" in keys else ()
    names = Names(draft.catalog, {"start": draft.start_values}, _TODAY)
    outlines = lay_out(draft, keys["steps"].value) if "steps" in keys else []
    defaults = _defaults(draft, keys)
    later = names.with_roots(_results(outlines, ()))
    when_no_longer = _when_no_longer(draft, keys, later)
    when_resumed = _moves(draft, keys, "when_resumed", later) if "when_resumed" in keys else NONE
    steps = tuple(
        _step(draft, outline, names.with_roots(*_visible(outlines, outline)), defaults) for outline in outlines
    )
    contract = _default_contract(draft, defaults, names)
    limit = _scalar(draft, keys, "limit")
    replaced = _scalar(draft, keys, "replaces")
    once = _scalar(draft, keys, "once")
    if once is not None:
        draft.mark("once", once.place)
    while_ = _while(draft, keys, later)
    pause_while = _pause_while(draft, keys, later)
    plan = Plan(
        journey=draft.journey,
        title=_plain(draft, keys, "title"),
        purpose=_plain(draft, keys, "purpose"),
        accountable=draft.accountable,
        starts=starts,
        once=once_of(draft, once, names) if once else Once(),
        steps=steps,
        ladders=tuple(draft.ladders),
        first=0 if steps else NONE,
        replaces=replaces_of(draft, replaced, names) if replaced else None,
        limit=limit_of_starts(draft, limit) if limit else None,
        while_=while_,
        when_no_longer=when_no_longer,
        pause_while=pause_while,
        when_resumed=when_resumed,
        calendar=_calendar(draft, keys),
        language=_language(draft, keys),
        defaults=contract,
        waits_for=waits_for(steps),
        looks_at_today=looks_at_today(while_, pause_while),
    )
    _mark_keys(draft, "defaults", defaults)
    _mark_keys(draft, "", keys)
    plan = replace(plan, needs=needs_of(plan))
    check(draft, plan, outlines, keys)
    return plan


# Keys of the journey


def _scalar(draft: Draft, keys: Keys, key: str) -> Scalar | None:
    entry = keys.get(key)
    return draft.scalar(entry.value, f"what `{key}` says stands here") if entry else None


def _plain(draft: Draft, keys: Keys, key: str) -> str:
    scalar = _scalar(draft, keys, key)
    if scalar is not None:
        draft.texts[key] = scalar.text
    return scalar.text if scalar else ""


def _name(draft: Draft, keys: Keys) -> str:
    scalar = _scalar(draft, keys, "journey")
    if scalar is None:
        return ""
    if not all(part.isalnum() for part in scalar.text.split("-")) or not scalar.text[0].isalpha():
        advice = "Use letters, digits and single hyphens, beginning with a letter, as in new-manager."
        draft.say("J110", scalar.place, f'"{scalar.text}" cannot name a journey', advice=advice)
    return scalar.text


def _check_accountable(draft: Draft, keys: Keys) -> None:
    for path in draft.accountable:
        if path.kind in {"accountable", "learner", "owner", "path", "email", "contact"}:
            message = "somebody inside must be accountable for the whole journey, whoever the learner is"
            draft.say(
                "J104", keys["accountable"].value.place, message, advice="Write team:NAME, role:NAME or person:ID."
            )


def _calendar(draft: Draft, keys: Keys) -> str:
    scalar = _scalar(draft, keys, "calendar")
    if scalar is None:
        return "owner"
    there = ("learner", "owner", *draft.catalog.calendars)
    draft.named(scalar, scalar.text, there, "calendar", 'under "calendars:" in handrail.yaml')
    return scalar.text


def _language(draft: Draft, keys: Keys) -> str:
    scalar = _scalar(draft, keys, "language")
    if scalar is None:
        return ""
    draft.named(scalar, scalar.text, draft.catalog.languages, "language", 'under "languages:" in handrail.yaml')
    return scalar.text


def _defaults(draft: Draft, keys: Keys) -> Keys:
    entry = keys.get("defaults")
    draft.defaults_unread = entry is not None and not isinstance(entry.value, Mapping)
    return draft.fields(entry.value, DEFAULTS, "`defaults`") if entry else {}


def _default_contract(draft: Draft, defaults: Keys, names: Names) -> Contract:
    """The defaults by themselves: what a move that cannot be done is handed on by."""
    spot = Spot(names)
    roles: tuple[Role, ...] = ("if_late", "if_fails")
    ladders = {
        role: ladder_of(draft, defaults[role].value, Setting(role, spot, "do", default=True, name=f"defaults.{role}"))
        for role in roles
        if role in defaults
    }
    within = defaults.get("within")
    limit = limit_of(draft, {"within": within}, spot) if within else None
    return Contract(
        owner=owner_of(draft, defaults["owner"].value, spot) if "owner" in defaults else (),
        limit=limit or (Limit() if within else None),
        remind=tuple(one for one, _ in reminders_of(draft, defaults["remind"].value)) if "remind" in defaults else (),
        if_late=ladders.get("if_late", NONE),
        if_fails=ladders.get("if_fails", NONE),
    )


def _condition(draft: Draft, keys: Keys, key: str, names: Names) -> Expression | None:
    scalar = _scalar(draft, keys, key)
    if scalar is None:
        return None
    draft.mark(key, scalar.place)
    return condition(draft, scalar, Spot(names, key=key))


def _while(draft: Draft, keys: Keys, names: Names) -> Expression:
    """Without a word on the status, it also holds that the person has not left."""
    written = _condition(draft, keys, "while", names)
    if written is None:
        return _STILL_HERE
    if any(isinstance(node, Path) and node.names[:2] == ("person", "status") for node in walk(written)):
        return written
    if isinstance(written, All):
        return All((*written.tests, _STILL_HERE))
    return All((written, _STILL_HERE))


def _pause_while(draft: Draft, keys: Keys, names: Names) -> Expression | None:
    entry = keys.get("pause_while")
    if entry is None:
        return _ON_LEAVE
    if isinstance(entry.value, Scalar) and entry.value.text == "never":
        return None
    return _condition(draft, keys, "pause_while", names)


def _moves(draft: Draft, keys: Keys, key: Literal["when_no_longer", "when_resumed"], names: Names) -> int:
    spot = Spot(names.with_roots({"was": {}}) if key == "when_no_longer" else names, key=key)
    draft.mark(key, keys[key].key.place)
    return ladder_of(draft, keys[key].value, Setting(key, spot, name=key))


def _when_no_longer(draft: Draft, keys: Keys, names: Names) -> int:
    if "when_no_longer" in keys:
        return _moves(draft, keys, "when_no_longer", names)
    if "while" in keys:
        draft.say(
            "J106",
            keys["while"].key.place,
            "`while` stands here without `when_no_longer`: nothing says what happens when it is no longer so",
            advice="Write `when_no_longer: { stop: … }`, before it `undo: all` if calls are to be taken back.",
        )
    number = draft.reserve_ladder()
    draft.ladders[number] = Ladder((End(how="stop", reason=(LEFT,)),))
    return number


# Steps


def _results(outlines: list[Outline], items: tuple[str, ...]) -> dict[str, dict[str, Kind]]:
    """What each step leaves, as seen from inside the given `each` lists."""
    return {
        outline.name: dict(outline.results) if outline.items == items[: len(outline.items)] else dict(ENDED_WELL)
        for outline in outlines
    }


def _visible(outlines: list[Outline], outline: Outline) -> tuple[dict[str, dict[str, Kind]], dict[str, Kind]]:
    return _results(outlines, outline.items), dict.fromkeys(outline.items, Kind("text", may_be_empty=False))


def _step(draft: Draft, outline: Outline, names: Names, defaults: Keys) -> Step:
    in_together = any(
        step != outline.number and draft.kinds[step] == "together"
        for step in draft.lists_around(outline.number).values()
    )
    work = Work(draft, outline, names, defaults, in_together)
    place = draft.number(outline.key.place)
    only_if, credit_if = _asked(work, "only_if"), _asked(work, "credit_if")
    body = outline.kind.compile(work)
    _mark_keys(draft, outline.name, outline.keys)
    to = body.to if isinstance(body, Ask) else ()
    words = words_of(outline) if outline.kind.key == "ask" else ()
    return Step(
        name=outline.name,
        body=body,
        next=outline.next,
        parent=outline.parent,
        branch=outline.branch,
        contract=contract_of(work, to, words),
        only_if=only_if,
        credit_if=credit_if,
        was=_was(work),
        once_for=_once_for(work),
        place=place,
    )


def _mark_keys(draft: Draft, name: str, keys: Keys) -> None:
    """Where each key of a step, of `defaults` or of the journey stands, unless it is known more exactly."""
    for key, entry in keys.items():
        full = f"{name}.{key}" if name else key
        if full not in draft.keys:
            draft.mark(full, entry.key.place)


def _asked(work: Work, key: str) -> Expression | None:
    node = work.outline.node(key)
    scalar = work.draft.scalar(node, "a condition stands here") if node is not None else None
    if scalar is None:
        return None
    work.draft.mark(f"{work.outline.name}.{key}", scalar.place)
    return condition(work.draft, scalar, work.spot(key))


def _was(work: Work) -> str:
    node = work.outline.node("was")
    scalar = work.draft.scalar(node, "the step's former name stands here") if node is not None else None
    if scalar is not None and scalar.text in work.draft.step_numbers:
        message = f'"{scalar.text}" is a step of this journey still'
        work.draft.say("J110", scalar.place, message, advice="`was` names a step that is no longer there.")
    return scalar.text if scalar else ""


def _once_for(work: Work) -> str:
    node = work.outline.node("once_for")
    scalar = work.draft.scalar(node, "the name of a `gather` stands here") if node is not None else None
    if scalar is None:
        return ""
    number = work.draft.step_number(scalar)
    if number != NONE and (work.draft.kinds[number] != "gather" or number > work.outline.number):
        message = f'"{scalar.text}" is not a `gather` before this step'
        work.draft.say("J116", scalar.place, message, advice="Name the step that gathers the cohort.")
    return scalar.text
