"""The five questions of a step, answered by its own keys or by `defaults:`.

A step's key replaces the default's whole value. The ladders of the defaults are read anew for each step, so that
equal meaning has equal numbers. What a kind of step may leave out is said by the kind.
"""

from __future__ import annotations

from typing import Literal

from handrail.calendar.durations import approximate_seconds, parse_remind
from handrail.language.draft import Draft
from handrail.language.expressions import Spot
from handrail.language.moves.kinds import Setting
from handrail.language.moves.ladders import ladder_of
from handrail.language.moves.parts import limit_of
from handrail.language.outline import Work
from handrail.language.owners import outside, owner_of
from handrail.language.source.tree import Entry, Node, Sequence
from handrail.terms.expression import Call, Expression, Path, Slot, walk
from handrail.terms.plan import NONE, Contract, Limit, Owner, Remind

DEFAULTS = ("owner", "within", "remind", "if_late", "if_fails")


def contract_of(work: Work, to: Owner = (), words: tuple[str, ...] = ()) -> Contract:
    """The contract of a step; `to` is who is asked by it, `words` what they may answer."""
    kind, needed = work.outline.kind, work.outline.kind.whole or _may_wait_for_knowledge(work)
    owner = _owner(work, to, needed=needed)
    limit = _limit(work, needed=needed)
    remind = _reminders(work, limit)
    fails = kind.fails or kind.own_fails or "if_fails" in work.outline.keys
    return Contract(
        owner=owner,
        limit=limit,
        remind=remind,
        if_late=_ladder(work, "if_late", words, needed=needed, default=True),
        if_fails=_ladder(work, "if_fails", words, needed=fails, default=kind.fails) if fails else NONE,
    )


def _pick(work: Work, key: str) -> tuple[Entry | None, bool]:
    """What stands under a key on the step, or in the defaults (true)."""
    own = work.outline.keys.get(key)
    if own is not None:
        return own, False
    return work.defaults.get(key), True


def _open(work: Work, what: str, key: str, example: str) -> None:
    """Says that one of the five questions has no answer, unless it may stand where nothing could be read."""
    if work.draft.defaults_unread:
        return
    work.draft.say(
        "J111",
        work.outline.key.place,
        f'step "{work.outline.name}" does not say {what}',
        advice=f"Write `{key}: {example}` on the step, or under `defaults:`."
        if not (work.outline.kind.own_limit and key == "within")
        and not (work.outline.kind.own_fails and key == "if_fails")
        else f"Write `{key}: {example}` on the step.",
    )


def _owner(work: Work, to: Owner, *, needed: bool) -> Owner:
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
        if needed:
            _open(work, "who answers for it", "owner", "team:NAME")
        return ()
    owner = owner_of(work.draft, entry.value, work.spot("owner"))
    if any(path.kind == "owner" for path in owner):
        work.draft.say("J104", entry.value.place, "`owner` cannot be its own owner", advice="Name somebody.")
    if outside(owner):
        advice = "Name a team, a role or a person; ask the outsider with `ask`."
        work.draft.say("J127", entry.value.place, "somebody outside cannot answer for a step", advice=advice)
    return owner


def _limit(work: Work, *, needed: bool) -> Limit | None:
    keys, kind = work.outline.keys, work.outline.kind
    if "within" in keys or "until" in keys:
        return limit_of(work.draft, keys, work.spot("until" if "until" in keys else "within"))
    if kind.own_limit:
        if not _has_limit_of_its_together(work):
            _open(work, "how long it may wait", "within", "14 days")
        return None
    if "within" in work.defaults:
        return limit_of(work.draft, {"within": work.defaults["within"]}, work.spot("within"))
    if needed:
        _open(work, "how long it may wait", "within", "2 business days")
    return None


def _has_limit_of_its_together(work: Work) -> bool:
    """A `wait` inside a `together` may leave its limit out."""
    return work.outline.kind.key == "wait" and work.in_together


def _ladder(
    work: Work, key: Literal["if_late", "if_fails"], words: tuple[str, ...], *, needed: bool, default: bool
) -> int:
    entry, inherited = _pick(work, key)
    if entry is None or (inherited and not default):
        if needed:
            what = "what happens if it stalls" if key == "if_late" else "what happens if it fails"
            _open(work, what, key, "{ stop: nobody answered }" if key == "if_late" else "{ stop: could not be done }")
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
        draft.shape(node, "a list of reminders stands here", "Write [ 7 days before, 1 day before ].")
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


def _may_wait_for_knowledge(work: Work) -> bool:
    """Whether a step that needs no contract may have to ask somebody for what is not known."""
    mine = [use.expression for use in work.draft.uses if use.step == work.outline.number and use.key in _ASKED]
    return any(may_be_unknown(one) for one in mine)


_ASKED = frozenset({"check", "if", "only_if", "until"})


def may_be_unknown(expression: Expression | Slot) -> bool:
    """Whether it reads what may not have arrived: a field of a person but the status, or the learning record."""
    inner = expression.value if isinstance(expression, Slot) else expression
    return any(_unknown(node) for node in walk(inner))


def _unknown(node: Expression) -> bool:
    if isinstance(node, Call):
        return node.function not in {"earliest", "latest", "count"}
    return isinstance(node, Path) and node.names[0] == "person" and node.names[1:] not in {("status",), ("id",)}
