"""The fourteen programs on a stage: for each an ordinary, a late and a leaving person, by a script of who does what when.

An ordinary person and everybody around them answer in time. Around a late one nobody does, or too late. A leaving one begins
as the ordinary one and leaves the company, or the program's scope, on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from handrail.terms.values import Money
from handrail.testing import Answers, Ground, Nothing, Somebody, Stage, Tells, ground_of

WORKSPACE = Path(__file__).parents[2] / "examples" / "programs"
CHARACTERS = ("ordinary", "late", "leaving")
MONDAY = date(2026, 3, 2)


@dataclass
class Scene:
    """A stage with a learner's surroundings; `who` is one of `CHARACTERS`."""

    stage: Stage
    who: str
    director: Somebody
    manager: Somebody
    friend: Somebody
    learner: Somebody = field(init=False)

    @property
    def in_time(self) -> bool:
        return self.who != "late"

    def person(self, **more: object) -> Somebody:
        """The learner, known before."""
        self.learner = self.stage.person("Lena Learner", **self._fields(more))  # type: ignore[arg-type]
        return self.learner

    def hire(self, **more: object) -> Somebody:
        """The learner, new."""
        self.learner = self.stage.hire("Lena Learner", **self._fields(more))  # type: ignore[arg-type]
        return self.learner

    def _fields(self, more: dict[str, object]) -> dict[str, object]:
        usual = {"manager": self.manager, "country": "DE", "location": "Leipzig", "level": 3, "language": "en"}
        return {**usual, **more}


Play = Callable[[Scene], None]
PLAYS: dict[str, tuple[date, tuple[str, ...], Play]] = {}


def play(begin: date, *others: str) -> Callable[[Play], Play]:
    """Keep a play under its program's name; `others` are published beside it."""

    def keep(act: Play) -> Play:
        name = act.__name__.replace("_", "-")
        PLAYS[name] = (begin, (name, *others), act)
        return act

    return keep


@cache
def ground(journeys: tuple[str, ...]) -> Ground:
    return ground_of(WORKSPACE, journeys)


def rehearsed(program: str, who: str) -> str:
    """The timeline of one character in one program."""
    scene = staged(program, who)
    assert scene.stage.decided_alike(scene.learner), "every decision, made again, is the recorded one"
    return scene.stage.timeline(scene.learner)


def staged(program: str, who: str) -> Scene:
    """One character in one program, played to the end."""
    begin, journeys, act = PLAYS[program]
    stage = Stage(ground(journeys), begin)
    director = stage.person("Max Director", country="DE", location="Leipzig")
    manager = stage.person("Mia Manager", manager=director, country="DE", location="Leipzig")
    friend = stage.person("Fred Friend", manager=manager, country="DE", location="Leipzig")
    scene = Scene(stage, who, director, manager, friend)
    act(scene)
    return scene


def days(count: float) -> timedelta:
    return timedelta(days=count)


def completed(course: str, after: float, **more: object) -> Tells:
    return Tells("lms.completed", {"course": course, "passed": True, **more}, days(after))  # type: ignore[dict-item]


def scored(assessment: str, score: float, after: float, **more: object) -> Tells:
    fields = {"assessment": assessment, "score": score, **more}
    return Tells("assessment.scored", fields, days(after))  # type: ignore[arg-type]


@play(date(2026, 1, 26))
def annual_compliance(scene: Scene) -> None:
    stage, lena = scene.stage, scene.person()
    if scene.in_time:
        stage.when("done", completed("COC-101", 23))
    else:
        stage.when("done", Answers("close", after=days(125)))
    stage.pass_time(days=21)
    if scene.who == "leaving":
        stage.leave(lena)
    stage.pass_time(days=170)


@play(MONDAY)
def contractor_onboarding(scene: Scene) -> None:
    stage = scene.stage
    if scene.in_time:
        stage.when("confirm", Answers("correct", after=days(0.2)))
        stage.when("safety_done", completed("SITE-SAFETY", 2))
        stage.when("extend_or_end", Answers("being_extended", after=days(2)), Answers("let_it_end", after=days(2)))
    else:
        stage.when("confirm", Answers("correct", after=days(3)))
        stage.when("safety_done", completed("SITE-SAFETY", 7))
    sponsor = stage.person("Sven Sponsor", manager=scene.director, country="DE", location="Leipzig")
    lena = scene.hire(
        manager=None, contract="contractor", sponsor=sponsor, ends_on=date(2026, 5, 29), company="Weld & Sons"
    )
    stage.pass_time(days=30)
    if scene.who == "leaving":
        stage.leave(lena)
    stage.pass_time(days=90)


@play(MONDAY)
def data_skills(scene: Scene) -> None:
    stage, lena = scene.stage, scene.person()
    stage.when("charts_done", completed("EL-CHARTS", 10))
    if scene.in_time:
        stage.when("first", scored("DATA-CHECK", 52, 4))
        stage.when("practitioner_done", completed("DATA-200", 30))
        stage.when("privacy_done", completed("EL-PRIVACY", 20))
        stage.when("again", scored("DATA-CHECK", 71, 7))
    else:
        stage.when("first", scored("DATA-CHECK", 31, 13))
        stage.when("again", scored("DATA-CHECK", 40, 20))
    stage.begin("asked", lena, why="I want to read our dashboards")
    stage.pass_time(days=20)
    if scene.who == "leaving":
        stage.leave(lena)
    stage.pass_time(days=180)


@play(MONDAY, "sales-onboarding")
def engineering_onboarding(scene: Scene) -> None:
    stage = scene.stage
    stage.when("mentor", Answers(form={"who": scene.friend}))
    stage.when("first_change", Answers("done", after=days(12)))
    if scene.who == "ordinary":
        lena = scene.person(department="Marketing")
        stage.told("lms.completed", lena, course="INFOSEC", passed=True)
        stage.pass_time(days=60)
        stage.change(lena, department="Engineering")
    elif scene.who == "late":
        stage.when("mentor", Nothing())
        lena = scene.hire(department="Engineering")
    else:
        lena = scene.hire(department="Engineering")
        stage.pass_time(days=10)
        stage.leave(lena)
    stage.pass_time(days=70)


@play(MONDAY)
def external_course(scene: Scene) -> None:
    stage, lena = scene.stage, scene.person(cost_center="CC-100")
    euros = Money(Decimal("2400.00"), "EUR")
    stage.when("manager_agrees", Answers("agree"))
    if scene.in_time:
        stage.when("finance_agrees", Answers("sign_off", after=days(2)))
        stage.when("booking", Answers(form={"reference": "N-17", "confirmed_price": euros}, after=days(2)))
        stage.when("invoice", Answers("matches", {"amount": euros, "invoice_number": "2026-114"}, days(9)))
        stage.when("worth_it", Answers(form={"worth": 4}, after=days(3)))
    stage.begin(
        "asked", lena, course="Negotiation", why="big customers", price=euros, begins_on=date(2026, 4, 20),
        vendor_email="courses@vendor.example",
    )  # fmt: skip
    stage.pass_time(days=4 if scene.who == "leaving" else 14)
    if scene.who == "leaving":
        stage.leave(lena)
    stage.pass_time(days=120)


@play(MONDAY)
def failed_exam(scene: Scene) -> None:
    stage, lena = scene.stage, scene.person()
    stage.when("coaching", Answers("done", after=days(6)))
    if scene.in_time:
        stage.when("exam", scored("WELD-EXAM", 61, 10), scored("WELD-EXAM", 64, 3), scored("WELD-EXAM", 66, 3))
        stage.when("last_try", scored("WELD-EXAM", 78, 9))
    else:
        stage.when("exam", scored("WELD-EXAM", 61, 32), scored("WELD-EXAM", 64, 3), scored("WELD-EXAM", 66, 3))
        stage.when("decision", Answers("again_next_term", after=days(9)))
    stage.told("lms.completed", lena, course="WELD-200", passed=True)
    stage.pass_time(days=35)
    if scene.who == "leaving":
        stage.leave(lena)
    stage.pass_time(days=130)


@play(MONDAY)
def first_time_manager_cohorts(scene: Scene) -> None:
    stage, lena = scene.stage, scene.person()
    stage.pass_time(days=1)
    stage.change(lena, level=4)
    if scene.in_time:
        _eleven_others(scene)
        stage.systems["sessions"].replies("sessions.book", {"place": "seat"})
        stage.when("plan", Answers(form={"starts_on": date(2026, 4, 14), "place": "Leipzig", "seats": 12}))
        stage.when("classroom", Tells("session.attended", {"session": "create-1", "course": "LEAD-100"}, days(41)))
        stage.when("transfer", Answers(form={"observed": "asks before telling", "confidence": 4}))
    stage.pass_time(days=25)
    if scene.who == "leaving":
        stage.change(lena, level=3)
    stage.pass_time(days=80 if scene.who == "late" else 45)


def _eleven_others(scene: Scene) -> None:
    """With the learner they are the twelve whom a cohort needs."""
    for number in range(1, 12):
        other = scene.stage.person(f"Manager {number}", manager=scene.manager, level=3, language="en", country="DE")
        scene.stage.change(other, level=4)


@play(MONDAY)
def forklift_recertification(scene: Scene) -> None:
    stage, lena = scene.stage, scene.person()
    if scene.in_time:
        stage.when(
            "practical", scored("FORK-PRACTICAL", 40, 12, passed=False), scored("FORK-PRACTICAL", 90, 10, passed=True)
        )
    else:
        stage.when("practical", scored("FORK-PRACTICAL", 88, 75, passed=True))
    stage.told("certificate.issued", lena, certificate="FORKLIFT", expires_on=date(2026, 5, 20))
    stage.pass_time(days=33)
    if scene.who == "leaving":
        stage.leave(lena)
    stage.pass_time(days=120)


@play(MONDAY)
def onboarding(scene: Scene) -> None:
    stage = scene.stage
    if scene.in_time:
        stage.when("buddy", Answers(form={"who": scene.friend}))
        stage.when("equipment", Answers("done", after=days(3)))
        stage.when("safety_done", completed("SAFE-001", 4))
        stage.when("learner_says_30", Answers(form={"welcome": 2, "know_my_job": 4}))
        stage.when("manager_says_30", Answers(form={"on_track": True}, after=days(2)))
        stage.when("unhappy_30", Answers("done"))
        stage.when("buddy_60", Answers(form={"met": True}))
        stage.when("learner_says_90", Answers(form={"choose_again": 5}))
        stage.when("manager_says_90", Answers("settled"))
    scene.hire(hired_on=date(2026, 4, 1), personal_email="lena@home.example")
    stage.pass_time(days=40)
    if scene.who == "leaving":
        stage.leave(scene.learner)
    stage.pass_time(days=110)


@play(MONDAY)
def reinforcement(scene: Scene) -> None:
    stage, lena = scene.stage, scene.person(department="Customer Support")
    stage.systems["helpdesk"].replies("helpdesk.tickets_per_week", {"average": 31, "reopened": 0.12})
    if scene.in_time:
        stage.when("tried", Answers(form={"technique": "closing"}))
        stage.when("observation", Answers(form={"listens": 4, "closes": 3}, after=days(2)))
        stage.when("self_check", Answers(form={"sure": 4}))
    stage.told("lms.completed", lena, course="SUPPORT-150", passed=True)
    stage.pass_time(days=20)
    if scene.who == "leaving":
        stage.change(lena, department="Sales")
    stage.pass_time(days=70)


@play(MONDAY)
def return_from_leave(scene: Scene) -> None:
    stage, lena = scene.stage, scene.person()
    if scene.in_time:
        stage.when("plan", Answers("new_priorities"))
        stage.when("refreshed", completed("WHAT-IS-NEW", 8))
    stage.told("certificate.issued", lena, certificate="FORKLIFT", expires_on=date(2026, 5, 20))
    stage.when("driving", Answers("done", after=days(0.1)))
    stage.away(lena, date(2026, 9, 18))
    stage.pass_time(days=206)
    if scene.who == "leaving":
        stage.leave(lena)
    stage.pass_time(days=60)


@play(MONDAY)
def sales_academy(scene: Scene) -> None:
    stage, lena = scene.stage, scene.person(title="Account Manager")
    if scene.in_time:
        stage.when("modules", Answers(form={"lines": ("LINE-A", "LINE-C")}))
        stage.when("done", completed("LINE-A", 20), completed("LINE-C", 35))
    else:
        stage.when("modules", Answers(form={"lines": ("LINE-A", "LINE-C")}, after=days(10)))
        stage.when("done", completed("LINE-A", 20), Nothing())
    stage.pass_time(days=37)
    if scene.who == "leaving":
        stage.change(lena, title="Product Manager")
    stage.pass_time(days=100)


@play(MONDAY, "engineering-onboarding")
def sales_onboarding(scene: Scene) -> None:
    stage = scene.stage
    if scene.in_time:
        stage.when("security_done", completed("INFOSEC", 9))
        stage.when("product_done", completed("PRODUCT-BASICS", 15))
        stage.when("first_call", Answers("not_yet", after=days(2)), Answers("ready", after=days(3)))
    else:
        stage.when("security_done", completed("INFOSEC", 9))
    lena = scene.hire(department="Sales")
    stage.pass_time(days=12)
    if scene.who == "leaving":
        stage.change(lena, department="Engineering", manager=scene.director)
    stage.pass_time(days=70)


@play(MONDAY)
def sop_read_and_understood(scene: Scene) -> None:
    stage, lena = scene.stage, scene.person(department="Quality")
    quiz = {"edition": "7"}
    if scene.in_time:
        stage.when("quiz", scored("SOP-014", 70, 3, **quiz), scored("SOP-014", 92, 2, **quiz))
        stage.when("signature", Answers("done", after=days(0.2)))
    else:
        stage.when("quiz", scored("SOP-014", 85, 18, **quiz))
    stage.told(
        "document.published",
        document="SOP-014",
        version="7",
        title="Cleaning of vessels",
        departments=("Quality", "Production"),
    )
    stage.pass_time(days=2)
    if scene.who == "leaving":
        stage.leave(lena)
    stage.pass_time(days=60)
