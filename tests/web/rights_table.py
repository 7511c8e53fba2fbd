"""Who gets what from every route: the one table that `test_rights_matrix.py` holds the application to. A new route stands here, or is red.

A page has a line for each address at which it is looked at, one with what is the viewer's own and one with somebody else's, and a
letter for each viewer: Y it is answered, N it is refused (403, or 404), S they are sent to sign in. Whom somebody may not
see is looked for in everything that is answered with Y; nobody needs to say so here.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Viewing(NamedTuple):
    """Somebody who looks: what they are called, their role, and who of the people they are."""

    name: str
    roles: tuple[str, ...] = ()
    person: int | None = None


OWN, OTHER = "P-23", "P-24"
"""Kaya, a learner in Sales whose manager is Ben; and Luis, a learner in the Workshop, of whom only who sees everybody knows."""

OWN_NAME, OTHER_NAME = "Kaya Demir", "Luis Costa"
OWN_RUN, OTHER_RUN = "R-1", "R-2"
SEES_ALL: Final = frozenset({"operations", "designer", "integration-admin", "auditor", "admin"})
VIEWERS: Final = (
    Viewing("nobody"),
    Viewing("learner", ("learner",), 23),
    Viewing("manager", ("manager", "learner"), 3),
    Viewing("operations", ("operations",)),
    Viewing("operations in Sales", ("operations in Sales",)),
    Viewing("designer", ("designer",)),
    Viewing("integration-admin", ("integration-admin",)),
    Viewing("auditor", ("auditor",)),
    Viewing("admin", ("admin",)),
)

#                 nobody, learner, manager, operations, operations in Sales, designer, integration-admin, auditor, admin
WHOEVER_IS_IN = "SYYYYYYYY"
NOT_LEARNERS = "SNYYYYYYY"
ADMINS = "SNNNNNNNY"
ACTS_ON_OWN = "SNYYYNNNY"
"""Ben is its owner, so he answers it; operations and admin answer for others, whom they see."""

ACTS_ON_OTHERS = "SNNYNNNNY"
REPORTERS = "SNYYYYNYY"
PUBLISHERS = "SNNNNYNNY"
MENDERS = "SNNYYNYNY"
MEND_ALL = "SNNYNNYNY"
"""A file and the starts of a journey are the whole organization's: a role within one unit does not end their hold."""

CONNECTORS = "SNNYNNYNY"
"""A connection is the whole organization's: a role within one unit does not open it."""

PAGES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "GET /": (("/", "SYYYYYYYY"),),
    "GET /today": (("/today", NOT_LEARNERS),),
    "GET /changes": (("/changes", NOT_LEARNERS),),
    "GET /incidents": (("/incidents", NOT_LEARNERS), ("/incidents?also=over&format=csv", NOT_LEARNERS)),
    "GET /handoffs": (("/handoffs", WHOEVER_IS_IN), ("/handoffs?format=csv", WHOEVER_IS_IN)),
    "GET /people": (("/people", NOT_LEARNERS), ("/people?who=Luis", NOT_LEARNERS)),
    "GET /people/P-{number}": ((f"/people/{OWN}", WHOEVER_IS_IN), (f"/people/{OTHER}", "SNNYNYYYY")),
    "GET /runs/R-{number}": ((f"/runs/{OWN_RUN}", WHOEVER_IS_IN), (f"/runs/{OTHER_RUN}", "SNNYNYYYY")),
    "GET /journeys": (("/journeys", NOT_LEARNERS), ("/journeys?format=csv", NOT_LEARNERS)),
    "GET /journeys/{name}": (("/journeys/welcome", NOT_LEARNERS),),
    "GET /journeys/{name}/map": (("/journeys/welcome/map", NOT_LEARNERS),),
    "GET /handoffs/picked": (("/handoffs/picked", WHOEVER_IS_IN),),
    "GET /handoffs/{run}/{pass_}": (
        (f"/handoffs/{OWN_RUN}/1", NOT_LEARNERS),
        (f"/handoffs/{OTHER_RUN}/1", "SNNYNYYYY"),
    ),
    "POST /handoffs/picked/{what}": (("/handoffs/picked/answer", WHOEVER_IS_IN),),
    "POST /handoffs/{run}/{pass_}/answer": (
        (f"/handoffs/{OWN_RUN}/1/answer", ACTS_ON_OWN),
        (f"/handoffs/{OTHER_RUN}/1/answer", ACTS_ON_OTHERS),
    ),
    "POST /handoffs/{run}/{pass_}/give": (
        (f"/handoffs/{OWN_RUN}/1/give", ACTS_ON_OWN),
        (f"/handoffs/{OTHER_RUN}/1/give", ACTS_ON_OTHERS),
    ),
    "POST /handoffs/{run}/{pass_}/snooze": (
        (f"/handoffs/{OWN_RUN}/1/snooze", ACTS_ON_OWN),
        (f"/handoffs/{OTHER_RUN}/1/snooze", ACTS_ON_OTHERS),
    ),
    "GET /reports": (("/reports", REPORTERS),),
    "GET /reports/compliance": (("/reports/compliance", REPORTERS), ("/reports/compliance?format=csv", REPORTERS)),
    "GET /reports/stalls": (("/reports/stalls", REPORTERS),),
    "GET /reports/attainment": (("/reports/attainment", REPORTERS),),
    "GET /reports/funnel": (("/reports/funnel", REPORTERS),),
    "GET /reports/{name}/list": (
        ("/reports/compliance/list", REPORTERS),
        ("/reports/stalls/list?format=csv", REPORTERS),
        ("/reports/attainment/list?state=not+yet+due", REPORTERS),
        ("/reports/funnel/list?format=csv", REPORTERS),
    ),
    "GET /my/learning": (("/my/learning", "SYYNNNNNN"),),
    "GET /my/people": (("/my/people", "SNYNNNNNN"),),
    "GET /journeys/{name}/versions": (("/journeys/welcome/versions", NOT_LEARNERS),),
    "GET /journeys/{name}/runs": (
        ("/journeys/welcome/runs", NOT_LEARNERS),
        ("/journeys/welcome/runs?phase=all&format=csv", NOT_LEARNERS),
        ("/journeys/welcome/runs?who=Luis", NOT_LEARNERS),
    ),
    "GET /movings/M-{number}": (("/movings/M-1", PUBLISHERS),),
    "POST /journeys/{name}/preview": (("/journeys/welcome/preview", PUBLISHERS),),
    "POST /journeys/{name}/publish": (("/journeys/welcome/publish", PUBLISHERS),),
    "POST /movings/M-{number}/{what}": (("/movings/M-1/apply", PUBLISHERS),),
    "GET /held": (("/held", MENDERS),),
    "GET /held/F-{number}": (("/held/F-1", MENDERS),),
    "GET /held/journeys/{name}": (("/held/journeys/welcome", MENDERS),),
    "POST /held/F-{number}/mend": (("/held/F-1/mend", MEND_ALL),),
    "POST /held/F-{number}/{what}": (("/held/F-1/reject", MEND_ALL),),
    "POST /held/messages/{name}/{what}": (("/held/messages/welcome/drop", MEND_ALL),),
    "POST /held/journeys/{name}/{what}": (("/held/journeys/welcome/refuse", MEND_ALL),),
    "GET /connections": (("/connections", CONNECTORS), ("/connections?format=csv", CONNECTORS)),
    "GET /connections/{name}": (("/connections/lms", CONNECTORS),),
    "GET /connections/{name}/calls": (("/connections/lms/calls", CONNECTORS),),
    "POST /connections/{name}/{what}": (("/connections/lms/resume", CONNECTORS),),
    "GET /bulks": (("/bulks", CONNECTORS),),
    "GET /bulks/one": (("/bulks/one?connection=lms&action=lms.enroll&object=X", CONNECTORS),),
    "GET /why": ((f"/why?of={OWN}", NOT_LEARNERS), (f"/why?of={OTHER}", "SNNYNYYYY")),
    "GET /live": (("/live", WHOEVER_IS_IN),),
    "GET /live/news": (("/live/news", WHOEVER_IS_IN),),
    "GET /audit": (("/audit", "SNNNNNNYY"), ("/audit?format=csv", "SNNNNNNYY")),
    "GET /away": (("/away", WHOEVER_IS_IN),),
    "POST /away": (("/away", WHOEVER_IS_IN),),
    "POST /away/end": (("/away/end", "SNNNNNNNN"),),
    "GET /settings": (("/settings", ADMINS),),
    "GET /settings/accounts/{number}": (("/settings/accounts/1", ADMINS),),
    "GET /settings/tokens": (("/settings/tokens", ADMINS),),
    "POST /settings/accounts": (("/settings/accounts", ADMINS),),
    "POST /settings/accounts/{number}/give": (("/settings/accounts/1/give", ADMINS),),
    "POST /settings/accounts/{number}/take": (("/settings/accounts/1/take", ADMINS),),
    "POST /settings/accounts/{number}/end": (("/settings/accounts/1/end", ADMINS),),
    "POST /settings/accounts/{number}/password": (("/settings/accounts/1/password", ADMINS),),
    "POST /settings/accounts/{number}/close": (("/settings/accounts/1/close", ADMINS),),
    "POST /settings/accounts/{number}/open": (("/settings/accounts/1/open", ADMINS),),
    "POST /settings/tokens": (("/settings/tokens", ADMINS),),
    "POST /settings/tokens/take-back": (("/settings/tokens/take-back", ADMINS),),
    "POST /sign-out": (("/sign-out", WHOEVER_IS_IN),),
}

TOKENS: Final[dict[str, str]] = {
    "GET /api/absences": "read",
    "GET /api/accounts": "admin",
    "GET /api/bulks": "read",
    "GET /api/connections": "read",
    "GET /api/handoffs": "read",
    "GET /api/handoffs/{run}/{pass_}": "read",
    "GET /api/held": "read",
    "GET /api/journeys": "read",
    "GET /api/journeys/{journey}": "read",
    "GET /api/movings": "read",
    "GET /api/movings/{number}": "read",
    "GET /api/overrides": "read",
    "GET /api/people": "read",
    "GET /api/people/{who}": "read",
    "GET /api/reports": "read",
    "GET /api/reports/{name}": "read",
    "GET /api/reports/{name}/lines": "read",
    "GET /api/runs": "read",
    "GET /api/runs/{run}": "read",
    "GET /api/why": "read",
    "DELETE /api/tokens/{name}": "admin",
    "POST /api/absences": "operate",
    "POST /api/absences/{number}/end": "operate",
    "POST /api/accounts": "admin",
    "POST /api/accounts/{login}/end": "admin",
    "POST /api/accounts/{login}/password": "admin",
    "POST /api/accounts/{login}/roles": "admin",
    "POST /api/connections/{connection}/pause": "operate",
    "POST /api/connections/{connection}/resume": "operate",
    "POST /api/events": "events",
    "POST /api/handoffs/answer": "answer",
    "POST /api/handoffs/reassign": "answer",
    "POST /api/handoffs/snooze": "answer",
    "POST /api/handoffs/{run}/{pass_}/answer": "answer",
    "POST /api/handoffs/{run}/{pass_}/links/take-back": "operate",
    "POST /api/handoffs/{run}/{pass_}/reassign": "answer",
    "POST /api/handoffs/{run}/{pass_}/snooze": "answer",
    "POST /api/held/events/try-again": "operate",
    "POST /api/held/events/{number}/refuse": "operate",
    "POST /api/held/journeys/{journey}/messages/{what}": "operate",
    "POST /api/held/journeys/{journey}/refuse": "operate",
    "POST /api/held/journeys/{journey}/release": "operate",
    "POST /api/held/syncs/{number}/{what}": "operate",
    "POST /api/overrides": "operate",
    "POST /api/overrides/{number}/end": "operate",
    "POST /api/movings": "publish",
    "POST /api/movings/{number}/apply": "publish",
    "POST /api/movings/{number}/revert": "publish",
    "POST /api/publish": "publish",
    "POST /api/runs": "operate",
    "POST /api/runs/{run}/stop": "operate",
    "POST /api/syncs": "people",
    "POST /api/tokens": "admin",
}
"""What a program needs: a token with this scope, or with `admin`. A session opens none of them."""

OPEN: Final[dict[str, str]] = {
    "GET /a/{token}": "the link is the proof; an unknown one is told nothing",
    "GET /api/docs": "describes what there is, and nobody",
    "GET /api/openapi.json": "describes what there is, and nobody",
    "GET /assets/{digest}/{name}": "styles and scripts",
    "GET /health/live": "for what watches over the process",
    "GET /health/ready": "for what watches over the process",
    "GET /sign-in": "where one signs in",
    "POST /a/{token}": "the link is the proof",
    "POST /hooks/{connection}": "signed by the system that sends it",
    "POST /sign-in": "where one signs in; tries are counted",
}
"""What anybody may ask, and why."""

SAMPLES: Final = {
    "connection": "lms",
    "digest": "0",
    "journey": "welcome",
    "login": "nobody-here",
    "name": "nothing",
    "number": "999",
    "pass_": "1",
    "run": OWN_RUN,
    "token": "guessed",
    "what": "release",
    "who": OWN,
}
"""What stands for the parts of a path where the table says nothing of them."""
