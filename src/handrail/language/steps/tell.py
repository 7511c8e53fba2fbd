"""`tell`: sends a message."""

from __future__ import annotations

from handrail.language.moves.parts import message_of
from handrail.language.outline import StepKind, Work
from handrail.language.owners import owner_of
from handrail.terms.plan import Tell


def _compile(work: Work) -> Tell:
    to = owner_of(work.draft, work.outline.keys["tell"].value, work.spot("tell"))
    what = f'step "{work.outline.name}"'
    message, by = message_of(work.draft, work.outline.keys, what, work.outline.key)
    return Tell(to=to, message=message, by=by)


KIND = StepKind("tell", ("tell", "message", "by"), _compile, whole=True, fails=True)
