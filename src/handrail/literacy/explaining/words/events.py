"""What a system reports, as a clause: *the LMS reports that the learner completed the course SAFE-010*.

What is always there has words of its own; whatever else a connection declares is said by its names.
"""

from __future__ import annotations

from typing import Final

from handrail.insight.telling.wording import words_of
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.values import named
from handrail.literacy.explaining.words.voice import WHO, WHOM, WHOSE, listed, verb, with_article
from handrail.terms.expression import All, Expression, Is, IsState, Not, Path

_SYSTEMS: Final = {"lms": "the LMS", "lrs": "the LRS", "hris": "the HR system", "handrail": "Handrail"}
_OURS: Final = {
    "person.hired": f"the HR data show {WHOM} as newly hired",
    "person.changed": f"the HR data about {WHOM} change",
    "person.left": f"the HR data show that {WHO} left",
    "person.leave_began": f"{WHOSE}leave begins",
    "person.leave_ended": f"{WHOSE}leave ends",
    "journey.finished": f"{WHO} {verb('finishes', 'finish')} {{}}",
    "journey.stopped": f"{{}} is stopped for {WHOM}",
}
_REPORTS: Final = {
    "enrolled": f"{WHO} {verb('was', 'were')} enrolled in {{}}",
    "completed": f"{WHO} completed {{}}",
    "withdrawn": f"{WHO} {verb('was', 'were')} withdrawn from {{}}",
    "scored": f"{WHO} {verb('has', 'have')} a score in {{}}",
    "certificate.issued": f"{WHO} {verb('was', 'were')} given {{}}",
    "certificate.expired": f"{WHO} no longer {verb('holds', 'hold')} {{}}, which expired",
    "certificate.revoked": f"{{}} was taken back from {WHOM}",
    "document.published": "a new version of {} is published",
    "session.attended": f"{WHO} attended {{}}",
    "session.missed": f"{WHO} missed {{}}",
    "session.moved": f"{{}}, which {WHO} {verb('is', 'are')} booked for, was moved",
    "session.cancelled": f"{{}}, which {WHO} {verb('is', 'are')} booked for, was cancelled",
    "session.seat_freed": f"a seat became free for {WHOM} in {{}}",
}
_OBJECTS: Final = {
    "enrolled": "course",
    "completed": "course",
    "withdrawn": "course",
    "scored": "assessment",
    "certificate": "certificate",
    "document": "document",
    "session": "session",
    "journey": "journey",
}


def system_said(name: str) -> str:
    """A connection as a system: `lms` → `the LMS`, `finance` → `the finance system`."""
    return _SYSTEMS.get(name, f"the {words_of(name)} system")


def source_of(t: Telling, kind: str) -> str:
    """The system that tells an event; empty where the plan does not say which it is."""
    first, _, last = kind.partition(".")
    source = t.glossary.sources.get(kind, "" if kind in _REPORTS else first)
    return "" if kind in _OURS or not (source or last) else source


def event_said(t: Telling, kinds: tuple[str, ...], where: Expression | None = None) -> str:
    """What happens, with the object that `where` names; `rest_of` is what else it asks for. It holds marks for the person."""
    said: list[str] = []
    before = ""
    for kind in kinds:
        about, told = _named(t, kind, where), _told(kind)
        source = system_said(source_of(t, kind)) if source_of(t, kind) else ""
        clause = told.format("it" if before == about and about.startswith("the ") else about)
        that = "that " if _template(kind) else ""
        begins = f"{source} reports {that}" if source else "it is reported that " if kind not in _OURS else ""
        said.append(clause if said and begins and begins in said[0] else f"{begins}{clause}")
        before = about
    return listed(said, "or that" if len(said) > 1 and "reports that" in said[0] else "or")


def happening(kind: str) -> str:
    """What a kind of event says of what was waited for: `the learner attended it`."""
    return (_OURS.get(kind) or _template(kind) or f"“{words_of(kind.partition('.')[2])}” is reported").format("it")


def rest_of(kinds: tuple[str, ...], where: Expression | None) -> Expression | None:
    """What `where` asks for beyond the object that `event_said` names."""
    tests = _tests(where)
    named = [test for kind in kinds if (test := _about(kind, where)) is not None]
    rest = tuple(test for test in tests if test not in named)
    if len(named) < len(kinds):
        return where
    return None if not rest else rest[0] if len(rest) == 1 else All(rest)


def _told(kind: str) -> str:
    """The clause of one kind of event; `{}` stands for what it is about."""
    return _OURS.get(kind) or _template(kind) or f"“{words_of(kind.partition('.')[2])}” for {WHOM}"


def _template(kind: str) -> str:
    return _REPORTS.get(kind) or _REPORTS.get(kind.rpartition(".")[2], "")


def _named(t: Telling, kind: str, where: Expression | None) -> str:
    """What an event is about: `the course SAFE-010`, or `a course`; where the author said that any will do, so does this."""
    about, noun = _about(kind, where), _object_of(kind)
    if isinstance(about, Is):
        return named(t, noun, about.right)
    return with_article(noun) if about is None else f"a {noun}, whichever it is"


def _object_of(kind: str) -> str:
    return _OBJECTS.get(kind.partition(".")[0]) or _OBJECTS.get(kind.rpartition(".")[2], "")


def _tests(where: Expression | None) -> tuple[Expression, ...]:
    return () if where is None else where.tests if isinstance(where, All) else (where,)


def _about(kind: str, where: Expression | None) -> Expression | None:
    """The test of `where` that says what the event is about, or that any will do."""
    path = ("event", _object_of(kind))
    return next((test for test in _tests(where) if _asked_of(test) == path), None)


def _asked_of(test: Expression) -> tuple[str, ...]:
    """The path that a test says to be something, or not to be empty."""
    match test:
        case Is(left=Path(names=names)) | Not(test=IsState(value=Path(names=names), state="empty")):
            return names
        case _:
            return ()
