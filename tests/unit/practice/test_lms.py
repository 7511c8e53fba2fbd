"""What the practice LMS does with accounts, enrollments and completions."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import convert, json
from tests.contracts.practice_systems import MONDAY, Ask, Clock, in_process

from handrail.practice.exchange import Request
from handrail.practice.faults import Fault, Faults
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms, LmsSettings, Witness


class Room:
    """An LMS, how it is asked, and its witness."""

    def __init__(self, faults: list[Fault] | None = None, **settings: object) -> None:
        self.clock = Clock()
        self.journal = Journal()
        self.faults = Faults(faults or [], random.Random(1))
        self.lms = Lms(self.clock, self.journal, convert({"auto_accounts": True, **settings}, LmsSettings), self.faults)
        self.ask: Ask = in_process(self.lms)
        self.witness = Witness(self.journal)

    def enroll(
        self, user: str = "010617", course: str = "MGR-101", key: str = "", **more: str
    ) -> tuple[int, dict[str, Any]]:
        got = self.ask("POST /enrollments", {"user": user, "course": course, **more}, key=key)
        return got.status, got.payload()

    def bulk(self, *items: dict[str, str]) -> dict[str, tuple[int, str]]:
        got = self.ask("POST /enrollments/bulk", {"items": list(items)})
        assert got.status == 207
        return {one["key"]: (one["status"], one.get("enrollment") or one["error"]) for one in got.payload()["results"]}


def test_an_enrollment_is_answered_with_who_is_in_what_and_since_when() -> None:
    assert Room().enroll(due="2026-04-01", edition="spring") == (
        201,
        {
            "enrollment": "E-0000001",
            "user": "010617",
            "course": "MGR-101",
            "at": "2026-03-02T09:00:00.000Z",
            "due": "2026-04-01",
            "edition": "spring",
        },
    )


def test_the_same_key_gets_the_same_answer_and_no_second_enrollment() -> None:
    room = Room(unique=False)
    first = room.enroll(key="k1")
    room.clock.move(3600)
    assert room.enroll(key="k1") == first
    assert (room.witness.twice(), room.witness.replayed(), len(room.witness.enrollments())) == ([], 1, 1)


def test_a_key_is_not_used_for_something_else() -> None:
    room = Room()
    room.enroll(key="k1")
    assert room.enroll(course="SEC-1", key="k1") == (
        422,
        {"error": "key_used_for_something_else", "enrollment": "E-0000001"},
    )


def test_who_is_enrolled_already_is_refused_with_the_enrollment_that_stands() -> None:
    room = Room()
    room.lms.enroll_by_hand("010617", "MGR-101")
    assert room.enroll(key="k1") == (409, {"error": "already_enrolled", "enrollment": "E-0000001"})


def test_another_edition_is_another_enrollment() -> None:
    room = Room()
    assert [room.enroll(edition=edition)[0] for edition in ("spring", "autumn")] == [201, 201]
    assert room.witness.twice() == []


def test_an_lms_that_ignores_keys_and_does_not_look_enrolls_twice_and_the_witness_says_so() -> None:
    room = Room(keys=False, unique=False)
    assert [room.enroll(key="k1")[0] for _ in range(3)] == [201, 201, 201]
    assert room.witness.twice() == [("010617", "MGR-101", "")] * 2


def test_a_suspended_account_is_not_enrolled_until_it_is_given_back() -> None:
    room = Room(suspended=frozenset({"010617"}))
    assert room.enroll(key="k1") == (403, {"error": "account_suspended", "user": "010617"})
    room.lms.reinstate("010617")
    assert room.enroll(key="k1")[0] == 201
    room.lms.suspend("010561")
    assert room.enroll("010561")[0] == 403


def test_without_single_sign_on_only_who_has_an_account_is_enrolled() -> None:
    room = Room(auto_accounts=False)
    assert room.enroll() == (404, {"error": "unknown_user", "user": "010617"})
    account = {"user": "010617", "email": "p@acme.example", "name": "Pedro", "active_from": "2026-03-01"}
    assert room.ask("POST /accounts", account, key="a1").status == 201
    assert room.ask("POST /accounts", account, key="a1").status == 201
    assert room.ask("POST /accounts", account).payload() == {"error": "account_exists", "user": "010617"}
    assert room.enroll()[0] == 201
    assert room.ask("POST /accounts/010617/suspend").payload()["status"] == "suspended"
    assert room.ask("GET /accounts/010617").payload() == {**account, "status": "suspended"}
    assert room.ask("POST /accounts/010617/reinstate").payload()["status"] == "active"
    assert room.ask("POST /accounts/010617/promote").status == 404


def test_a_course_that_is_not_there_is_refused_where_courses_are_listed() -> None:
    room = Room(courses=("SEC-1",))
    assert room.enroll() == (404, {"error": "unknown_course", "course": "MGR-101"})
    assert room.ask("GET /courses").payload() == {"courses": [{"course": "SEC-1"}]}


@pytest.mark.parametrize("body", [b"", b"[]", b'{"user":', b'{"user":"010617"}', b'{"user":7,"course":"x"}'])
def test_a_request_that_cannot_be_read_is_refused_and_does_nothing(body: bytes) -> None:
    room = Room()
    got = room.lms.respond(
        Request("POST", "/enrollments", headers={"authorization": "Bearer practice-token"}, body=body)
    )
    assert (got.status, room.witness.enrollments()) == (400, [])


def test_each_item_of_a_bulk_has_its_own_end() -> None:
    room = Room(suspended=frozenset({"3"}))
    room.lms.enroll_by_hand("2", "SEC-1")
    ends = room.bulk(*({"key": f"k{user}", "user": user, "course": "SEC-1"} for user in "1231"))
    assert ends == {
        "k1": (201, "E-0000002"),
        "k2": (409, "E-0000001"),
        "k3": (403, "account_suspended"),
    }
    assert (room.witness.requests("/enrollments"), room.witness.twice()) == (1, [])


def test_the_results_of_a_bulk_come_in_another_order_than_its_items() -> None:
    items = [{"key": user, "user": user, "course": "SEC-1"} for user in "12"]
    results = Room().ask("POST /enrollments/bulk", {"items": items}).payload()["results"]
    assert [one["key"] for one in results] == ["2", "1"]


def test_a_bulk_of_more_than_fifty_is_refused_whole() -> None:
    room = Room()
    items = [{"key": str(user), "user": str(user), "course": "SEC-1"} for user in range(51)]
    assert room.ask("POST /enrollments/bulk", {"items": items}).status == 413
    assert room.ask("POST /enrollments/bulk", {"items": "all"}).status == 400
    assert room.witness.enrollments() == []


def test_in_a_bulk_some_items_fail_and_some_time_out_after_they_were_done() -> None:
    room = Room([Fault("item_failed", numbers=(2,)), Fault("item_timeout", numbers=(3,))])
    ends = room.bulk(*({"key": user, "user": user, "course": "SEC-1"} for user in "123"))
    assert ends == {"1": (201, "E-0000001"), "2": (500, "internal_error"), "3": (504, "timeout")}
    assert [made.user for made in room.witness.enrollments()] == ["1", "3"]


def test_what_is_taken_back_no_longer_stands_and_may_be_done_again() -> None:
    room = Room()
    room.enroll()
    gone = room.ask("DELETE /enrollments/E-0000001")
    room.clock.move(60)
    assert room.ask("DELETE /enrollments/E-0000001").payload() == gone.payload()
    assert room.ask("DELETE /enrollments/E-0000009").status == 404
    assert room.ask("GET /enrollments?user=010617").payload() == {"enrollments": []}
    assert room.ask("GET /courses/MGR-101/enrollments").payload() == {"enrollments": [], "next": None}
    assert room.witness.lost([("010617", "MGR-101")]) == [("010617", "MGR-101")]
    assert room.enroll()[0] == 201
    assert room.witness.twice() == []


def test_who_is_in_a_course_is_one_request_or_pages() -> None:
    room = Room()
    for user in "12345":
        room.enroll(user)
    whole = room.ask("GET /courses/MGR-101/enrollments").payload()
    assert ([one["user"] for one in whole["enrollments"]], whole["next"]) == (list("12345"), None)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = room.ask(f"GET /courses/MGR-101/enrollments?page_size=2&after={after}").payload()
        seen += [one["user"] for one in page["enrollments"]]
        after = page["next"]
    assert seen == list("12345")
    assert room.ask("GET /courses/MGR-101/enrollments?page_size=many").status == 400


def test_a_stale_read_shows_how_it_was() -> None:
    room = Room([Fault("stale", numbers=(1,), seconds=30)])
    room.enroll()
    room.clock.move(10)
    looks = [len(room.ask("GET /enrollments?user=010617&course=MGR-101").payload()["enrollments"]) for _ in range(2)]
    assert looks == [0, 1]


def test_a_completion_is_told_by_webhook_and_found_by_poll() -> None:
    room = Room()
    room.enroll()
    room.clock.move(60)
    room.lms.complete("010617", "MGR-101", MONDAY, score=91.5)
    (told,) = room.lms.deliveries()
    (polled,) = room.ask("GET /completions").payload()["completions"]
    assert json.decode(told.body)["data"] == polled
    assert polled == {
        "completion": "C-0000001",
        "user": "010617",
        "course": "MGR-101",
        "attempt": 1,
        "completed_at": "2026-03-02T09:00:00.000Z",
        "recorded_at": "2026-03-02T09:01:00.000Z",
        "score": 91.5,
        "passed": True,
        "enrollment": "E-0000001",
    }


def test_an_lms_that_polls_by_day_says_the_day_only_and_its_webhook_the_moment() -> None:
    room = Room(poll_precision="day")
    room.lms.complete("010617", "MGR-101")
    (polled,) = room.ask("GET /completions").payload()["completions"]
    assert polled["completed_at"] == "2026-03-02"
    assert json.decode(room.lms.deliveries()[0].body)["data"]["completed_at"] == "2026-03-02T09:00:00.000Z"


def test_a_poll_goes_on_from_where_the_last_one_ended() -> None:
    room = Room()
    for user in "123":
        room.lms.complete(user, "SEC-1")
        room.clock.move(60)
    first = room.ask("GET /completions?since=2026-03-02T09:01:00Z&limit=1").payload()
    assert ([one["user"] for one in first["completions"]], first["more"]) == (["2"], True)
    rest = room.ask("GET /completions?after=C-0000002").payload()
    assert ([one["user"] for one in rest["completions"]], rest["more"]) == (["3"], False)
    assert room.ask("GET /completions?since=yesterday").status == 400


def test_the_imagined_world_completes_by_request_outside_the_limit() -> None:
    room = Room(limit=1)
    for attempt in (1, 2):
        got = room.ask(
            "POST /completions", {"user": "1", "course": "SEC-1", "at": "2026-03-01", "score": 40, "passed": False}
        )
        assert (got.status, got.payload()["attempt"], got.payload()["passed"]) == (201, attempt, False)
    assert room.ask("POST /completions", {"user": "1", "course": "SEC-1", "score": "good"}).status == 400
    assert room.witness.requests() == 0
    assert room.ask("GET /completions").status == 200


def test_a_throttled_request_is_told_when_to_come_by_seconds_by_date_or_not_at_all() -> None:
    hints = {}
    for hint in ("seconds", "date", "none"):
        room = Room(limit=1, hint=hint)
        room.enroll()
        room.clock.move(0.5)
        hints[hint] = room.ask("GET /courses").headers.get("retry-after")
    assert hints == {"seconds": "60", "date": "Mon, 02 Mar 2026 09:01:00 GMT", "none": None}


def test_a_throttled_request_does_nothing_and_the_witness_counts_it() -> None:
    room = Room([Fault("throttled", numbers=(2,), hint="date", seconds=7)])
    assert [room.enroll(user)[0] for user in "123"] == [201, 429, 201]
    assert (room.witness.requests(), room.witness.throttled()) == (3, 1)
    assert room.witness.lost([("1", "MGR-101"), ("2", "MGR-101")]) == [("2", "MGR-101")]


def test_the_witness_finds_the_busiest_minute_by_itself() -> None:
    room = Room()
    for seconds in (30, 20, 20, 20, 40):
        room.ask("GET /courses")
        room.clock.move(seconds)
    assert (room.witness.busiest(60), room.witness.busiest(61)) == (3, 4)
    assert room.witness.moments()[-1] == MONDAY + timedelta(seconds=90)


def test_an_lms_started_again_knows_accounts_enrollments_completions_keys_and_what_waits_to_be_told() -> None:
    room = Room(auto_accounts=False)
    room.ask("POST /accounts", {"user": "1", "email": "e@acme.example", "name": "Noah"})
    room.enroll("1", key="k1")
    room.lms.complete("1", "MGR-101")
    room.lms.complete("1", "MGR-101")
    taken = room.lms.deliveries()
    room.lms.complete("1", "SEC-1", datetime(2026, 3, 1, tzinfo=UTC))
    again = Lms(room.clock, room.journal, room.lms.settings, room.faults)
    ask = in_process(again)
    assert ask("POST /enrollments", {"user": "1", "course": "MGR-101"}, key="k1").status == 201
    assert ask("GET /completions").payload() == room.ask("GET /completions").payload()
    assert (len(taken), [told.headers["webhook-id"] for told in again.deliveries()]) == (2, ["msg-C-0000003"])
