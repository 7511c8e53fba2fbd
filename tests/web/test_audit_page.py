"""The audit as somebody reads it: who did what, found by who, what, day and person; and that looking is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.web.house import House

from handrail.insight.desk.audited.acts import AuditWanted, audit_lines, audit_words
from handrail.insight.past import Past
from handrail.store.kept.acts import Act, note


def past(house: House) -> Past:
    return Past(house.runtime.store, house.runtime.engine.worlds.organization)


def kept(house: House, **wanted: object) -> list[tuple[str, str]]:
    found = audit_lines(past(house), AuditWanted(**wanted), "Europe/Paris", 100)  # type: ignore[arg-type]
    return [(line.by, line.what) for line in found]


def test_a_change_is_told_with_before_after_and_why(house: House) -> None:
    act = Act("ana", "override set", "welcome", 23, "Ben Okoro", "no", "until May", "on parental leave")
    house.runtime.do(lambda engine, now: note(engine.store, act, now))
    text = house.visitor("auditor").get("/audit", params={"by": "ana"}).text
    for said in (
        "override set",
        "welcome",
        "Kaya Demir",
        "for Ben Okoro",
        "before: no",
        "until May",
        "on parental leave",
    ):
        assert said in text, said


def test_each_row_of_the_audit_has_its_date_and_time_written_out(house: House) -> None:
    act = Act("ana", "override set", "welcome", 23)
    note(house.runtime.store, act, datetime(2026, 3, 16, 5, 0, tzinfo=UTC))
    visitor = house.visitor("auditor")
    assert ">Monday 16 March 2026, 06:00 CET</time>" in visitor.get("/audit", params={"by": "ana"}).text
    assert "2026-03-16 06:00+01:00" in visitor.get("/audit?by=ana&format=csv").text


def test_the_audit_says_what_is_not_in_it_and_where_that_is_found(house: House) -> None:
    text = house.visitor("auditor").get("/audit").text
    assert "What people answered to their own handoffs is not here" in text
    for path in ("/changes?since=week", "/handoffs?only=closed"):
        assert f'<a href="{path}">' in text


def test_the_audit_is_found_by_who_what_day_and_person(house: House) -> None:
    store, now = house.runtime.store, house.runtime.clock()
    long_ago = now - timedelta(days=40)
    for at, act in ((long_ago, Act("ana", "a", person=23)), (now, Act("ana", "b")), (now, Act("bo", "a", person=24))):
        note(store, act, at)
    assert kept(house, by=("ana",)) == [("ana", "b"), ("ana", "a")]
    assert kept(house, what="a") == [("bo", "a"), ("ana", "a")]
    assert kept(house, persons=(23,)) == [("ana", "a")]
    assert kept(house, by=("ana",), until=(now - timedelta(days=30)).date()) == [("ana", "a")]
    assert kept(house, by=("ana",), until=(now - timedelta(days=50)).date()) == []
    assert kept(house, by=("ana",), since=(now - timedelta(days=2)).date()) == [("ana", "b")]
    assert {"a", "b"} <= set(audit_words(past(house)))


def test_a_look_at_somebody_is_kept_once_and_before_it_is_shown(house: House) -> None:
    visitor = house.visitor("operations", login="olga")
    for _ in range(3):
        assert visitor.get("/people/P-23").status_code == 200
    visitor.get("/people/P-24")
    assert kept(house, by=("olga",), what="person looked at") == [("olga", "person looked at")] * 2
    assert kept(house, by=("olga",), persons=(24,)) == [("olga", "person looked at")]


def test_a_look_at_oneself_is_nobodys_business(house: House) -> None:
    visitor = house.visitor("learner", person=23, login="kaya")
    assert visitor.get("/people/P-23").status_code == 200
    assert kept(house, by=("kaya",)) == [("kaya", "signed in")]


def test_what_is_exported_and_who_reads_the_audit_is_kept_too(house: House) -> None:
    visitor = house.visitor("auditor", login="rita")
    assert visitor.get("/people?format=csv&department=Sales").status_code == 200
    assert visitor.get("/audit?what=signed+in").status_code == 200
    acts = audit_lines(past(house), AuditWanted(by=("rita",)), "UTC", 10)
    assert [(line.what, line.about) for line in acts] == [
        ("audit looked at", "what: signed in"),
        ("list exported", "People; department: Sales"),
        ("signed in", "test, from 127.0.0.1"),
    ]


def test_what_looks_like_a_formula_does_not_leave_as_one(house: House) -> None:
    act = Act("=1+1", "override set", '=HYPERLINK("https://evil.example")', after="+SUM(A1)", reason="@x")
    house.runtime.do(lambda engine, now: note(engine.store, act, now))
    text = house.visitor("auditor").get("/audit?format=csv&what=override+set").text
    line = next(line for line in text.splitlines() if "HYPERLINK" in line)
    assert not any(cell.lstrip('"').startswith(("=", "+", "-", "@")) for cell in line.split(","))


@pytest.mark.parametrize(
    "query", ["since=yesterday", "person=Nobody-at-all", "person=P-99999999999999999999", "color=red"]
)
def test_a_filter_that_cannot_be_read_is_said(house: House, query: str) -> None:
    assert house.visitor("auditor").get(f"/audit?{query}").status_code == 422


def test_more_than_a_page_is_read_page_by_page(house: House) -> None:
    store = house.runtime.store
    for number in range(120):
        note(store, Act("ana", "override set", f"number {number}"), house.runtime.clock())
    visitor, seen, path = house.visitor("auditor"), 0, "/audit?by=ana"
    while path:
        text = visitor.get(path).text
        seen += text.count(">number ")
        path = text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
        path = path if path.startswith("/audit?") and 'rel="next"' in text else ""
    assert seen == 120


def test_one_author_is_found_however_they_were_written(house: House) -> None:
    store, now = house.runtime.store, house.runtime.clock()
    house.visitor("operations", person=3, login="ben@acme.example")
    note(store, Act("person:3", "handoff reassigned", "by the page"), now)
    note(store, Act("ben@acme.example", "token added", "by settings"), now)
    visitor = house.visitor("auditor")
    for asked in ("P-3", "ben@acme.example"):
        text = visitor.get("/audit", params={"by": asked}).text
        assert all(said in text for said in ("by the page", "by settings", "Ben Okoro")), asked


def test_whoever_did_something_is_found_by_a_part_of_their_name(house: House) -> None:
    store, now = house.runtime.store, house.runtime.clock()
    house.visitor("operations", person=3, login="ben@acme.example")
    note(store, Act("person:3", "handoff reassigned", "by the page"), now)
    note(store, Act("Yara Lindqvist", "starts released", "by a command"), now)
    visitor = house.visitor("auditor")
    for asked, found in (("Ben", "by the page"), ("okoro", "by the page"), ("yara", "by a command")):
        text = visitor.get("/audit", params={"by": asked}).text
        assert found in text, asked
        assert "Nothing of that kind" not in text, asked


def test_several_of_that_name_are_offered_and_all_of_theirs_is_listed(house: House) -> None:
    store, now = house.runtime.store, house.runtime.clock()
    note(store, Act("Ana Silva", "starts released", "the first"), now)
    note(store, Act("ana@acme.example", "starts released", "the second"), now)
    text = house.visitor("auditor").get("/audit", params={"by": "ana", "what": "starts released"}).text
    assert "may be any of 2" in text
    assert "the first" in text
    assert "the second" in text
    assert "/audit?what=starts+released&amp;by=Ana+Silva" in text


def test_a_name_that_nobody_has_is_no_all_clear(house: House) -> None:
    visitor = house.visitor("auditor")
    assert "Nobody is known as “Zebulon”" in visitor.get("/audit", params={"by": "Zebulon"}).text
    assert "Kaya Demir did nothing that is kept here" in visitor.get("/audit", params={"by": "P-23"}).text
    assert visitor.get("/audit?by=Zebulon&format=csv").status_code == 422


def test_people_journeys_and_versions_are_told_by_name(house: House) -> None:
    store, now = house.runtime.store, house.runtime.clock()
    version = house.runtime.engine.plans.current["welcome"].hash[:8]
    note(store, Act("person:3", "handoff answered for", "R-1/look", 23, "person:24", "person:3", "done"), now)
    note(store, Act("ana", "journey published", "welcome", after=version), now)
    text = house.visitor("auditor").get("/audit").text
    assert "person:" not in text
    assert f"version 1 ({version})" in text
    assert "(welcome)" in text


def test_how_many_an_act_was_about_is_read_with_its_thousands_and_nothing_else_is(house: House) -> None:
    store, now = house.runtime.store, house.runtime.clock()
    note(store, Act("ana", "starts released", "welcome", after="4916"), now)
    note(store, Act("ana", "held events tried again", after="1204 decided"), now)
    note(store, Act("ana", "journey published", "welcome", after="12345678"), now)
    for path in ("/audit", "/audit?format=csv"):
        text = house.visitor("auditor").get(path).text
        assert "4,916" in text
        assert "1,204 decided" in text
        assert "12345678" in text, "a version is a name"
