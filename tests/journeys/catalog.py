"""A catalog for the journeys of the tests and of examples/programs: what their systems tell and can do.

The declarations of each system stand together, in a plain form, so that they can move to where it is connected.
"""

from __future__ import annotations

from handrail.terms.catalog import (
    DATE,
    MOMENT,
    MONEY,
    NUMBER,
    PERSON,
    TEXT,
    TRUTH,
    ActionType,
    Catalog,
    EventType,
    JourneyHead,
    Kind,
)
from handrail.terms.person import FIELDS

TEXTS = Kind("list", item="text")

PERSON_EVENTS = {
    "person.hired": {"person": PERSON, "again": Kind("truth", may_be_empty=False)},
    "person.changed": {"person": PERSON},
    "person.left": {"person": PERSON},
    "person.leave_began": {"days": NUMBER},
    "person.leave_ended": {"days": NUMBER},
}
JOURNEY_EVENTS = {
    "journey.finished": {"journey": TEXT, "reason": TEXT},
    "journey.stopped": {"journey": TEXT, "reason": TEXT},
}
CERTIFICATE_EVENTS = {
    kind: {"certificate": TEXT, "expires_on": DATE}
    for kind in ("certificate.issued", "certificate.expired", "certificate.revoked")
}
LMS_EVENTS = {
    kind: {"course": TEXT, "edition": TEXT, "score": NUMBER, "passed": TRUTH}
    for kind in ("lms.enrolled", "lms.completed", "lms.withdrawn")
}
ASSESSMENT_EVENTS = {
    "assessment.scored": {"assessment": TEXT, "edition": TEXT, "score": NUMBER, "passed": TRUTH, "attempt": NUMBER}
}
SESSION_EVENTS = {
    f"session.{what}": {"session": TEXT, "course": TEXT, "starts_on": DATE}
    for what in ("attended", "missed", "moved", "cancelled", "seat_freed")
}
DOCUMENT_EVENTS = {
    "document.published": {
        "document": TEXT,
        "version": TEXT,
        "title": TEXT,
        "effective_on": DATE,
        "departments": TEXTS,
    }
}


def events_of(connection: str, fields: dict[str, dict[str, Kind]], object_: str = "") -> dict[str, EventType]:
    """The events of one connection, as a catalog holds them."""
    return {
        kind: EventType(kind, connection, listed, object=object_, about_person=kind != "document.published")
        for kind, listed in fields.items()
    }


LMS_ACTIONS = (
    ActionType(
        "lms.enroll",
        "lms",
        {"course": TEXT, "edition": TEXT, "due": DATE, "until": DATE},
        {"enrollment": TEXT},
        ("course",),
        undo="lms.unenroll",
        object="course",
        keyed=True,
        read_back=True,
        bulk=50,
    ),
    ActionType("lms.unenroll", "lms", {"course": TEXT}, {}, object="course", read_back=True),
    ActionType(
        "lms.create_account",
        "lms",
        {"active_from": DATE},
        {"account": TEXT},
        undo="lms.suspend_account",
        read_back=True,
    ),
    ActionType("lms.suspend_account", "lms", {}, {}),
)
BADGES_ACTIONS = (
    ActionType(
        "badges.issue",
        "badges",
        {"badge": TEXT, "evidence": TEXT, "valid_until": DATE},
        {"certificate": TEXT, "url": TEXT},
        ("badge",),
        undo="badges.revoke",
        object="badge",
        keyed=True,
    ),
    ActionType("badges.revoke", "badges", {"badge": TEXT}, {}, object="badge"),
)
HRIS_ACTIONS = (
    ActionType("hris.flag", "hris", {"flag": TEXT}, {}, ("flag",), undo="hris.unflag", object="flag", read_back=True),
    ActionType("hris.unflag", "hris", {"flag": TEXT}, {}, ("flag",), object="flag", read_back=True),
)
FINANCE_ACTIONS = (
    ActionType(
        "finance.reserve",
        "finance",
        {"cost_center": TEXT, "amount": MONEY},
        {"reserved": TRUTH, "left": MONEY, "reservation": TEXT},
        ("cost_center", "amount"),
        undo="finance.release",
        keyed=True,
    ),
    ActionType("finance.release", "finance", {"reservation": TEXT}, {}),
)
SITES_ACTIONS = (
    ActionType(
        "sites.grant_access",
        "sites",
        {"site": TEXT, "until": DATE},
        {"badge": TEXT},
        ("site",),
        "sites.revoke_access",
        "site",
    ),
    ActionType("sites.revoke_access", "sites", {"site": TEXT}, {}, object="site"),
)
SESSIONS_ACTIONS = (
    ActionType(
        "sessions.create",
        "sessions",
        {"course": TEXT, "starts_on": DATE, "place": TEXT, "seats": NUMBER},
        {"session": TEXT},
        ("course", "starts_on"),
        object="course",
    ),
    ActionType(
        "sessions.book",
        "sessions",
        {"session": TEXT},
        {"place": Kind("text", ("seat", "waiting list"))},
        ("session",),
        undo="sessions.cancel",
        object="session",
    ),
    ActionType("sessions.cancel", "sessions", {"session": TEXT}, {}, object="session"),
)
QUALITY_ACTIONS = (
    ActionType("quality.open_deviation", "quality", {"document": TEXT}, {"deviation": TEXT}, ("document",)),
    ActionType(
        "quality.file_training_record",
        "quality",
        {"document": TEXT, "version": TEXT, "score": NUMBER, "signed_at": MOMENT},
        {"record": TEXT},
        ("document", "version"),
    ),
)
HELPDESK_ACTIONS = (
    ActionType(
        "helpdesk.tickets_per_week",
        "helpdesk",
        {"from": DATE, "to": DATE},
        {"average": NUMBER, "reopened": NUMBER},
        ("from", "to"),
    ),
)
ACTIONS = (
    *LMS_ACTIONS,
    *BADGES_ACTIONS,
    *HRIS_ACTIONS,
    *FINANCE_ACTIONS,
    *SITES_ACTIONS,
    *SESSIONS_ACTIONS,
    *QUALITY_ACTIONS,
    *HELPDESK_ACTIONS,
)
TEAMS = (
    "assessment",
    "capability-academy",
    "compliance",
    "engineering-enablement",
    "leadership-development",
    "learning-operations",
    "people-experience",
    "quality-assurance",
    "sales-enablement",
    "site-training",
    "support-enablement",
    "technical-training",
    "vendor-management",
    "workplace-it",
)
ROLES = (
    "department-head",
    "finance-head",
    "finance-partner",
    "head-of-safety",
    "hr-partner",
    "site-lead",
)
MESSAGES = [
    "academy-ended-for-you",
    "academy-ended-in-your-team",
    "academy-goes-on",
    "academy-welcome",
    "back-again",
    "back-and-still-due",
    "back-your-new-dates",
    "budget-used-up",
    "conduct-grace",
    "conduct-late-in-your-team",
    "conduct-open",
    "contract-ended",
    "day-one",
    "equipment-may-be-late",
    "exam-not-passed",
    "external-course-booked",
    "finance-declined",
    "forklift-renewal-open",
    "invoice-differs",
    "left-program",
    "left-your-program",
    "may-drive-again",
    "new-role-new-program",
    "next-cohort",
    "no-longer-a-driver",
    "no-show",
    "procedure-overdue",
    "review-programs-after-leave",
    "signature-missing",
    "stop-driving-expired",
    "stop-driving-failed",
    "support-after-90-days",
    "support-one-thing-to-try",
    "welcome-before-day-one",
    "you-are-a-buddy",
    "you-are-in-line",
]
LISTS = {
    "account-manager-titles": ("Account Manager", "Senior Account Manager"),
    "asia-pacific": ("AU", "JP", "SG"),
    "gxp-procedures": ("SOP-014", "SOP-022", "SOP-031"),
    "sites-with-forklifts": ("Lyon", "Leipzig"),
    "south-america": ("AR", "BR", "CL"),
}
JOURNEYS = (
    JourneyHead("engineering-onboarding"),
    JourneyHead("sales-onboarding", runs=()),
    JourneyHead("first-aid", {"name": TEXT, "site": TEXT}),
    JourneyHead("circle-back", runs=("circle",)),
)


def catalog() -> Catalog:
    """Everything the fourteen programs and the test journeys may name."""
    events = {
        **events_of("hris", PERSON_EVENTS),
        **events_of("handrail", JOURNEY_EVENTS, "journey"),
        **events_of("badges", CERTIFICATE_EVENTS, "certificate"),
        **events_of("lms", LMS_EVENTS, "course"),
        **events_of("assessment", ASSESSMENT_EVENTS, "assessment"),
        **events_of("sessions", SESSION_EVENTS, "session"),
        **events_of("quality", DOCUMENT_EVENTS, "document"),
    }
    connections = (
        "assessment",
        "badges",
        "finance",
        "helpdesk",
        "hris",
        "lms",
        "quality",
        "sessions",
        "sites",
        "survey",
    )
    return Catalog(
        events=events,
        actions={action.name: action for action in ACTIONS}
        | {
            "survey.send": ActionType(
                "survey.send",
                "survey",
                {"form": Kind("text", ("WELCOME", "EXIT")), "to": Kind("email")},
                {"sent": TRUTH},
                ("form",),
            )
        },
        connections=connections,
        limited=frozenset(connections) - {"survey"},
        filled=frozenset(FIELDS),
        extra={"company": TEXT, "shoe_size": NUMBER},
        choices={"department": ()},
        teams=frozenset(TEAMS) | {"headless"},
        leaderless_teams=frozenset({"headless"}),
        roles=frozenset(ROLES),
        lists=LISTS,
        calendars=frozenset({"germany"}),
        contacts=frozenset({"training-vendor"}),
        messages=dict.fromkeys(MESSAGES, frozenset({"en"})),
        journeys={head.name: head for head in JOURNEYS},
    )
