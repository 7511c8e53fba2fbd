"""The five questions of a step, answered by its own keys or by `defaults:`.

A step's key replaces the default's whole value. The ladders of the defaults are read anew for each step, so that
equal meaning has equal numbers. What a kind of step may leave out is said by the kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from handrail.calendar.durations import approximate_seconds, parse_remind
from handrail.conditions.printing import show
from handrail.language.draft import Draft
from handrail.language.expressions import Spot
from handrail.language.moves.kinds import Setting
from handrail.language.moves.ladders import ladder_of
from handrail.language.moves.parts import limit_of
from handrail.language.outline import Work
from handrail.language.owners import outside, owner_of, shown
from handrail.language.source.mended import reminders_like
from handrail.language.source.tree import Entry, Node, Sequence
from handrail.terms.expression import Call, Expression, Path, Slot, walk
from handrail.terms.plan import NONE, Contract, Limit, Owner, Remind

DEFAULTS = ("owner", "within", "remind", "if_late", "if_fails")


def contract_of(work: Work, to: Owner = (), words: tuple[str, ...] = ()) -> Contract:
    """The contract of a step; `to` is who is asked by it, `words` what they may answer."""
    kind, unknown = work.outline.kind, _may_be_missing(work)
    needed = kind.whole or bool(unknown)
    fails = kind.fails or kind.own_fails or ("if_fails" in work.outline.keys and kind.key != "ask")
    _say_what_is_open(work, _open_questions(work, asks=bool(to), needed=needed), "" if kind.whole else unknown)
    limit = _limit(work)
    return Contract(
        owner=_owner(work, to),
        limit=limit,
        remind=_reminders(work, limit),
        if_late=_ladder(work, "if_late", words, default=True),
        if_fails=_ladder(work, "if_fails", words, default=kind.fails) if fails else NONE,
    )


def _pick(work: Work, key: str) -> tuple[Entry | None, bool]:
    """What stands under a key on the step, or in the defaults (true)."""
    own = work.outline.keys.get(key)
    if own is not None:
        return own, False
    return work.defaults.get(key), True


# The questions that are open

_QUESTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "owner": ("who answers for it", "team:NAME"),
    "within": ("how long it may wait", "2 business days"),
    "if_late": ("what happens if it stalls", "{ stop: nobody answered }"),
    "if_fails": ("what happens if it fails", "{ stop: could not be done }"),
}
"""What each key of the contract answers, and an example; the owner is better taken from the journey."""


def _open_questions(work: Work, *, asks: bool, needed: bool) -> list[str]:
    """The keys of those of the five questions that nobody has answered, in their order."""
    keys, kind = work.outline.keys, work.outline.kind
    answered = set(keys) | set(work.defaults) | ({"owner"} if asks else set())
    if kind.own_limit:
        answered -= {"within"} - set(keys)
    if kind.own_fails:
        answered -= {"if_fails"} - set(keys)
    if "until" in keys or _has_limit_of_its_together(work):
        answered.add("within")
    asked = {"owner", "if_late"} if needed else set()
    if needed or kind.own_limit:
        asked.add("within")
    if kind.fails or kind.own_fails:
        asked.add("if_fails")
    return [key for key in _QUESTIONS if key in asked - answered]


def _say_what_is_open(work: Work, keys: list[str], unknown: str) -> None:
    """Says which questions have no answer, in one problem, unless one may stand where nothing could be read."""
    if not keys or work.draft.defaults_unread:
        return
    kind = work.outline.kind
    own = [key for key in keys if (kind.own_limit and key == "within") or (kind.own_fails and key == "if_fails")]
    anywhere = [key for key in keys if key not in own]
    advice = [f"Write {_examples(work, own)} on the step."] if own else []
    advice += [f"Write {_examples(work, anywhere)} on the step, or under `defaults:`."] if anywhere else []
    why = f". `{unknown}` may not be known, and then somebody must find it out" if unknown else ""
    work.draft.say(
        "J111",
        work.outline.key.place,
        f'step "{work.outline.name}" does not say {_listed([_QUESTIONS[key][0] for key in keys], "and")}{why}',
        advice=" ".join(advice),
    )


def _examples(work: Work, keys: list[str]) -> str:
    return _listed([f"`{key}: {_example(work, key)}`" for key in keys], "and")


def _example(work: Work, key: str) -> str:
    if key == "owner" and work.draft.accountable:
        return shown(work.draft.accountable)
    if key == "within" and work.outline.kind.own_limit:
        return "14 days"
    return _QUESTIONS[key][1]


def _listed(words: list[str], last: str) -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


# Owner, limit, ladders


def _owner(work: Work, to: Owner) -> Owner:
    own = work.outline.keys.get("owner")
    if to and not outside(to):
        if own is not None:
            work.draft.say(
                "J112",
                own.key.place,
                "whoever is asked answers for the step, and here stands an `owner` too",
                advice="Leave it out.",
            )
        return to
    if to and own is None:
        work.draft.say(
            "J127",
            work.outline.key.place,
            f'step "{work.outline.name}" asks somebody outside, and nobody inside answers for it',
            advice="Write `owner: team:NAME` on the step.",
        )
        return ()
    entry, _ = _pick(work, "owner")
    if entry is None:
        return ()
    owner = owner_of(work.draft, entry.value, work.spot("owner"))
    if any(path.kind == "owner" for path in owner):
        work.draft.say("J104", entry.value.place, "`owner` cannot be its own owner", advice="Name somebody.")
    if outside(owner):
        advice = "Name a team, a role or a person; ask the outsider with `ask`."
        work.draft.say("J127", entry.value.place, "somebody outside cannot answer for a step", advice=advice)
    return owner


def _limit(work: Work) -> Limit | None:
    keys = work.outline.keys
    if "within" in keys or "until" in keys:
        return limit_of(work.draft, keys, work.spot("until" if "until" in keys else "within"))
    if work.outline.kind.own_limit or "within" not in work.defaults:
        return None
    return limit_of(work.draft, {"within": work.defaults["within"]}, work.spot("within"))


def _has_limit_of_its_together(work: Work) -> bool:
    """A `wait` inside a `together` may leave its limit out."""
    return work.outline.kind.key == "wait" and work.in_together


def _ladder(work: Work, key: Literal["if_late", "if_fails"], words: tuple[str, ...], *, default: bool) -> int:
    entry, inherited = _pick(work, key)
    if entry is None or (inherited and not default):
        return NONE
    names = work.own_result if key == "if_fails" else work.names
    spot = Spot(names, work.outline.number, key, result=key == "if_fails" and work.outline.kind.key == "wait")
    name = f"{'defaults' if inherited else work.outline.name}.{key}"
    setting = Setting(key, spot, work.outline.kind.key, words, inherited, name)
    if not inherited:
        work.draft.mark(f"{work.outline.name}.{key}", entry.key.place)
    return ladder_of(work.draft, entry.value, setting)


# Reminders


def reminders_of(draft: Draft, node: Node) -> list[tuple[Remind, Node]]:
    """The reminders that stand in a list, each with its place."""
    found = []
    if not isinstance(node, Sequence):
        draft.shape(node, "a list of reminders stands here", reminders_like(node, parse_remind))
        return []
    for one in node.items:
        scalar = draft.scalar(one, "a reminder stands here")
        read = draft.grammar(scalar, parse_remind) if scalar else None
        if read is not None:
            found.append((read, one))
    return found


def _reminders(work: Work, limit: Limit | None) -> tuple[Remind, ...]:
    """Those that fit the limit; one of the defaults that does not is left out, one of the step's is a problem."""
    entry, inherited = _pick(work, "remind")
    if inherited and work.outline.kind.key == "together":
        return ()  # the steps in it have them
    if entry is None or limit is None:
        if entry is not None and not inherited and not work.in_together:
            work.draft.say("J126", entry.key.place, "there is no limit here to remind of", advice="Leave it out.")
        return tuple(one for one, _ in reminders_of(work.draft, entry.value)) if entry and work.in_together else ()
    kept = []
    for remind, node in reminders_of(work.draft, entry.value):
        fits = limit.within is None or approximate_seconds(remind.duration) < approximate_seconds(limit.within)
        if fits:
            kept.append(remind)
        elif not inherited:
            work.draft.say(
                "J126",
                node.place,
                f"this reminder does not fit the limit of {limit.within}",
                advice="Remind sooner, or give more time.",
            )
    return tuple(kept)


# What may be unknown


def _may_be_missing(work: Work) -> str:
    """What a step that needs no contract may have to ask somebody for, as it is written; "" where it knows all."""
    mine = [use.expression for use in work.draft.uses if use.step == work.outline.number and use.key in _ASKED]
    unknown = [node for one in mine for node in _inner(one) if _unknown(node)]
    return show(unknown[0]) if unknown else ""


_ASKED = frozenset({"check", "if", "only_if", "until"})


def may_be_unknown(expression: Expression | Slot) -> bool:
    """Whether it reads what may not have arrived: a field of a person but the status, or the learning record."""
    return any(_unknown(node) for node in _inner(expression))


def _inner(expression: Expression | Slot) -> Iterator[Expression]:
    return walk(expression.value if isinstance(expression, Slot) else expression)


def _unknown(node: Expression) -> bool:
    if isinstance(node, Call):
        return node.function not in {"earliest", "latest", "count"}
    return isinstance(node, Path) and node.names[0] == "person" and node.names[1:] not in {("status",), ("id",)}
