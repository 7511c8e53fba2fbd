"""Who it is: owners and receivers in words, `manager or role:hr-partner` → *the manager, or else the HR partner*."""

from __future__ import annotations

from typing import Final

from handrail.insight.telling.wording import words_of
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.values import value_said
from handrail.literacy.explaining.words.voice import listed, spoken
from handrail.terms.expression import Path
from handrail.terms.plan import NONE, Owner, OwnerPath

_SHORT: Final = {"hr": "HR", "it": "IT", "lms": "LMS", "l&d": "L&D", "qa": "QA", "ceo": "CEO"}


def owner_said(t: Telling, owner: Owner, step: int = NONE) -> str:
    """An owner in words; `owner` is spelled out as the owner of `step`, and `accountable` says who that is."""
    parts = [said for path in owner for said in _one(t, path, step)]
    return spoken(", or else ".join(dict.fromkeys(parts))) or accountable_said(t)


def as_subject(owner: str) -> str:
    """The owner before a verb: a second one stands between commas."""
    return f"{owner}," if ", or else " in owner else owner


def either_said(t: Telling, owner: Owner) -> str:
    """All of whom each one may: `the learner or the manager`."""
    return spoken(listed([said for path in owner for said in _one(t, path, NONE)], "or"))


def accountable_said(t: Telling) -> str:
    """Who answers for the whole journey."""
    return spoken(", or else ".join(said for path in t.plan.accountable for said in _one(t, path, NONE)))


def role_said(name: str) -> str:
    """`hr-partner` → `HR partner`."""
    return " ".join(_SHORT.get(word, word) for word in name.replace("-", " ").replace("_", " ").split())


def team_said(name: str) -> str:
    """`the learning-operations team`."""
    return f"the {name} team"


def _one(t: Telling, path: OwnerPath, step: int) -> tuple[str, ...]:  # noqa: PLR0911 - a kind of path a line
    match path.kind:
        case "learner" | "sponsor":
            return (f"the {path.kind}",)
        case "manager":
            return ("the manager" + "'s manager" * (path.up - 1),)
        case "accountable":
            return (f"{accountable_said(t)} (accountable)",)
        case "owner":
            contract = t.plan.steps[step].contract if step != NONE else t.plan.defaults
            owner = contract.owner or t.plan.defaults.owner
            return tuple(said for one in owner if one.kind != "owner" for said in _one(t, one, step))
        case "email":
            return (f"somebody outside ({_value(t, path) or path.name})",)
        case "path":
            return (_person(t, path),)
        case _:
            return (_by_name(path),)


def _by_name(path: OwnerPath) -> str:
    """A role, a team, a contact or a person that the file names."""
    said = {
        "role": f"the {role_said(path.name)}",
        "team": team_said(path.name),
        "contact": f"the outside contact “{path.name}”",
    }
    return said.get(path.kind) or f"person {path.name}"


def _value(t: Telling, path: OwnerPath) -> str:
    return value_said(t, path.value) if path.value is not None else ""


def _person(t: Telling, path: OwnerPath) -> str:
    """A person who is a value: what somebody answered is said by where they answered it."""
    if isinstance(path.value, Path) and len(path.value.names) == 2 and path.value.names[0] in t.step_names:
        step, field = path.value.names
        return f"the person named as “{words_of(field)}” in {t.title(step)}"
    return _value(t, path)
