"""What columns and their words are commonly called in HR exports, for proposals only: English, and some German."""

from __future__ import annotations

from typing import Final

KEY_NAMES: Final = (
    "employee id",
    "employee number",
    "employee no",
    "emp id",
    "emp no",
    "worker id",
    "person id",
    "person number",
    "staff id",
    "staff number",
    "staff no",
    "employee code",
    "associate id",
    "user id",
    "id",
    "personnel number",
    "payroll id",
    "personalnummer",
    "mitarbeiternummer",
    "mitarbeiter id",
    "personnel no",
)
FIELD_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name", "full name", "display name", "employee name", "worker name", "legal name", "mitarbeiter"),
    "given_name": ("first name", "given name", "forename", "preferred name", "vorname", "firstname"),
    "family_name": ("last name", "family name", "surname", "nachname", "lastname", "familienname"),
    "email": (
        "work email",
        "email",
        "email address",
        "business email",
        "primary email",
        "company email",
        "mail",
        "e mail",
    ),
    "personal_email": ("personal email", "private email", "home email", "email personal", "private e mail"),
    "title": (
        "job title",
        "title",
        "position",
        "position title",
        "business title",
        "role",
        "job",
        "stelle",
        "funktion",
    ),
    "level": ("job level", "level", "grade", "job grade", "management level", "band"),
    "department": (
        "department",
        "dept",
        "department name",
        "org unit",
        "organization",
        "team",
        "division",
        "abteilung",
    ),
    "department code": ("department code", "dept code", "dept id", "department id", "org code"),
    "cost_center": ("cost center", "cost centre", "cost center code", "costcenter", "kostenstelle"),
    "location": ("location", "site", "office", "work location", "city", "standort", "ort"),
    "country": ("country", "country code", "work country", "location country", "land"),
    "time_zone": ("time zone", "timezone", "tz"),
    "language": ("language", "preferred language", "locale", "sprache"),
    "manager": (
        "manager id",
        "manager",
        "manager employee id",
        "supervisor id",
        "supervisor",
        "reports to",
        "line manager id",
        "line manager",
        "boss",
        "manager number",
        "vorgesetzter",
    ),
    "contract": (
        "employment type",
        "contract type",
        "contract",
        "worker type",
        "employee type",
        "employment status type",
        "vertragsart",
        "employment category",
    ),
    "fte": ("fte", "fte percent", "working time", "full time equivalent"),
    "status": ("status", "employment status", "employee status", "worker status", "state", "active status"),
    "hired_on": (
        "hire date",
        "start date",
        "date of hire",
        "original hire date",
        "date hired",
        "joined",
        "join date",
        "hired on",
        "entry date",
        "eintrittsdatum",
        "eintritt",
        "first day",
    ),
    "ends_on": ("contract end date", "contract end", "end of contract", "vertragsende"),
    "left_on": (
        "termination date",
        "leave date",
        "last day",
        "end date",
        "left on",
        "exit date",
        "austrittsdatum",
        "austritt",
    ),
    "leave_from": ("leave from", "leave start", "leave start date", "absence from", "leave begin"),
    "leave_to": ("leave to", "leave end", "leave end date", "absence to", "return date"),
}
SHAPES: Final = {"email": "email", "personal_email": "email", "country": "country", "time_zone": "zone"}
VOCABULARIES: Final[dict[str, dict[str, str]]] = {
    "status": {
        **dict.fromkeys(("active", "a", "employed", "current", "working", "aktiv", "1", "true"), "active"),
        **dict.fromkeys(
            ("on leave", "leave", "loa", "leave of absence", "absent", "beurlaubt", "on-leave", "on_leave"), "on leave"
        ),
        **dict.fromkeys(
            ("terminated", "left", "inactive", "t", "leaver", "former", "resigned", "exited", "ausgetreten", "0"),
            "left",
        ),
        **dict.fromkeys(
            ("preboarding", "pre-hire", "prehire", "pending", "future", "future hire", "not started"), "preboarding"
        ),
    },
    "contract": {
        **dict.fromkeys(
            ("permanent", "regular", "full-time", "full time", "employee", "unbefristet", "indefinite"), "permanent"
        ),
        **dict.fromkeys(
            ("temporary", "fixed-term", "fixed term", "temp", "seasonal", "befristet", "limited"), "temporary"
        ),
        **dict.fromkeys(
            ("contractor", "contingent", "freelance", "freelancer", "external", "consultant", "agency"), "contractor"
        ),
        **dict.fromkeys(
            ("intern", "apprentice", "trainee", "student", "working student", "praktikant", "azubi"), "intern"
        ),
    },
}
