"""Who may end a hold, and how it is said that one was ended: what is held of a file or above a limit is the whole organization's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias
from urllib.parse import urlencode

from handrail.insight.telling.wording import count_text
from handrail.web.kit.visit import Visit
from handrail.web.refusals import Refused

Done: TypeAlias = Literal["starts-released", "starts-refused", "messages-released", "messages-dropped"]
_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "starts-released": ("person", "let in: their journeys have begun."),
    "starts-refused": ("person", "refused: their journeys do not begin."),
    "messages-released": ("message", "let go. Those to come leave by themselves."),
    "messages-dropped": ("message", "dropped. What is still to come waits on."),
}


def must_mend(visit: Visit) -> None:
    """Raises Refused unless a role everywhere gives the visitor the right to mend."""
    if not visit.viewer.acts("mend", 0, None):
        text = f"{visit.viewer.name}, this concerns the whole organization, and your role is within a part of it."
        raise Refused(403, text, "Ask somebody whose role to mend is everywhere.")


def done_path(what: Done, many: int) -> str:
    """The list of what is held, saying what was just done. An address holds words of ours only, never a text to be shown."""
    return f"/held?{urlencode({'done': what, 'many': many})}"


def done_text(what: str, many: int) -> str:
    """What was just done, with its count; empty for anything else that an address may say."""
    noun, said = _SAID.get(what, ("", ""))
    return f"{count_text(many, noun)} {said}" if said else ""
