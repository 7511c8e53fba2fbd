"""Three questions that are worth asking of the demo, about people whom its weeks treated in three ways."""

from __future__ import annotations

from handrail.store.opening import Store

_HELD = (
    "SELECT k.key FROM sync_line l JOIN person_key k ON k.person = l.person AND k.source = 'hris' "
    "WHERE l.became = 'applied' ORDER BY k.key LIMIT 1"
)
_NOT_ELIGIBLE = (
    "SELECT k.key FROM run r JOIN plan p ON p.id = r.plan JOIN person_key k ON k.person = r.person AND k.source = 'hris' "
    "WHERE p.journey = 'new-manager' AND r.phase = 4 ORDER BY k.key LIMIT 1"
)
_ON_LEAVE = (
    "SELECT k.key FROM person p JOIN person_key k ON k.person = p.id AND k.source = 'hris' "
    "WHERE p.status = 'on leave' ORDER BY k.key LIMIT 1"
)


def questions(store: Store) -> list[str]:
    """Commands, each with what it is about."""
    asked = (
        (_HELD, "onboarding", "held by the renamed column"),
        (_NOT_ELIGIBLE, "new-manager", "promoted, and stopped"),
        (_ON_LEAVE, "annual-compliance", "on leave: why not enrolled?"),
    )
    lines = []
    for ask, journey, about in asked:
        found = store.database.look(ask)
        if found:
            lines.append(f"{f'handrail why {found[0][0]} {journey}':<46} # {about}")
    return lines
