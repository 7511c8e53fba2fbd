"""Who answers for a step: `manager or role:hr-partner` read into ways to an owner.

Whether the team or role exists is checked here; who it is on a day is the core's matter.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, Literal

from handrail.conditions.printing import show
from handrail.language.draft import Draft
from handrail.language.expressions import BROKEN, Spot, value
from handrail.language.problems import nearest
from handrail.language.source.mended import owners_like
from handrail.language.source.tree import Node, Scalar
from handrail.terms.plan import Owner, OwnerPath

FORMS: Final = (
    "learner",
    "manager",
    "manager.manager",
    "sponsor",
    "accountable",
    "owner",
    "role:NAME",
    "team:NAME",
    "person:ID",
    "email:PATH",
    "contact:NAME",
    "a path to a person",
)
_OUTSIDE: Final = frozenset({"email", "contact"})
_MANAGER: Final = re.compile(r"manager(?:\.manager)*")


def outside(owner: Owner) -> bool:
    """Whether somebody outside the organization may be meant."""
    return any(path.kind in _OUTSIDE for path in owner)


def owner_of(draft: Draft, node: Node, spot: Spot) -> Owner:
    """The ways to an owner that stand in `node`, or () with what is wrong said."""
    scalar = draft.scalar(node, "an owner stands here", owners_like(node))
    if scalar is None:
        return ()
    paths: list[OwnerPath] = []
    at = 0
    for written in re.split(r"( or )", scalar.text):
        if written != " or ":
            part = _part(draft, scalar, (at, at + len(written)))
            path = _path(draft, part, spot)
            if path is not None:
                paths.append(path)
        at += len(written)
    owner = tuple(paths)
    if owner and not outside(owner):
        draft.owners.append((owner, scalar.place))
    return owner


def _part(draft: Draft, scalar: Scalar, span: tuple[int, int]) -> Scalar:
    """One of the owners between two `or`, as a scalar of its own."""
    return Scalar(scalar.text[span[0] : span[1]], quoted=False, place=draft.source.stretch(scalar, span))


def _path(draft: Draft, part: Scalar, spot: Spot) -> OwnerPath | None:
    text = part.text
    if text in {"learner", "sponsor", "accountable", "owner"}:
        return _word(text)
    if _MANAGER.fullmatch(text):
        return OwnerPath("manager", up=text.count("manager"))
    kind, colon, name = text.partition(":")
    if colon:
        return _named(draft, part, kind, name, spot)
    if not re.fullmatch(r"[^\W\d]\w*(\.\w+)+", text) and text not in spot.names.words:
        draft.say(
            "J104",
            part.place,
            f'"{text}" is not somebody who can answer for a step',
            allowed=FORMS,
            title="owners are written",
            advice=_advice(draft, text),
        )
        return None
    found = value(draft, part, spot, ("person",), "an owner")
    return None if found is BROKEN else OwnerPath("path", value=found)


def _advice(draft: Draft, text: str) -> str:
    if text in draft.catalog.teams:
        return f'Write "team:{text}".'
    if text in draft.catalog.roles:
        return f'Write "role:{text}".'
    return "A team is written team:NAME, a role role:NAME."


def _word(text: str) -> OwnerPath:
    kinds: dict[str, Literal["learner", "sponsor", "accountable", "owner"]] = {
        "learner": "learner",
        "sponsor": "sponsor",
        "accountable": "accountable",
        "owner": "owner",
    }
    return OwnerPath(kinds[text])


def _named(draft: Draft, part: Scalar, kind: str, name: str, spot: Spot) -> OwnerPath | None:
    match kind:
        case "team":
            _known(draft, part, "team", draft.catalog.teams)
            if name in draft.catalog.leaderless_teams:
                draft.say("J104", part.place, f'team "{name}" has no active lead', advice="Name one in handrail.yaml.")
            return OwnerPath("team", name=name)
        case "role":
            _known(draft, part, "role", draft.catalog.roles)
            return OwnerPath("role", name=name)
        case "contact":
            _known(draft, part, "contact", draft.catalog.contacts)
            return OwnerPath("contact", name=name)
        case "person":
            if not name:
                draft.say("J104", part.place, "person: needs an id", advice="Write person:ID, as in person:010617.")
            return OwnerPath("person", name=name)
        case "email":
            inner = Scalar(name, quoted=False, place=part.place)
            return OwnerPath("email", value=value(draft, inner, spot, ("email", "text"), "what follows email:"))
        case _:
            draft.say("J104", part.place, f'"{kind}:" does not say who', allowed=FORMS, title="owners are written")
            return None


def _known(draft: Draft, part: Scalar, what: str, there: Collection[str]) -> None:
    """Says that there is no such team, role or contact, with those that there are."""
    name = part.text.partition(":")[2]
    if name not in there:
        close = nearest(name, there)
        advice = f'Did you mean "{what}:{close}"?' if close else "Use one of them,"
        draft.say(
            "J104",
            part.place,
            f'this hands off to "{part.text}", but there is no such {what}',
            allowed=there,
            title=f"{what}s here",
            advice=f'{advice} Or add "{name}" under "{what}s:" in handrail.yaml.'.replace(", Or", ", or"),
        )


def shown(owner: Owner) -> str:
    """The ways to an owner as a journey writes them."""
    return " or ".join(written(path) for path in owner)


def written(path: OwnerPath) -> str:
    """One way to an owner as a journey writes it."""
    match path.kind:
        case "manager":
            return ".".join(["manager"] * path.up)
        case "path" | "email":
            text = show(path.value) if path.value is not None else ""
            return text if path.kind == "path" else f"email:{text}"
        case "role" | "team" | "person" | "contact":
            return f"{path.kind}:{path.name}"
        case "learner" | "sponsor" | "accountable" | "owner":
            return path.kind
