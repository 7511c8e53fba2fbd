"""What a sighting changes, and which events it makes."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from handrail.people.canonical import Sighting
from handrail.people.compare import Difference, Told, absent, arrived, difference, stale_fields
from handrail.people.values import Wrong
from handrail.terms.person import Origin, Person

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
TOLD = Told("hris", NOW, NOW, "Europe/Berlin")
OLD = datetime(2026, 3, 2, tzinfo=UTC)
ANN = Person(
    5,
    3,
    Origin("hris", OLD),
    name="Ann",
    title="Clerk",
    source_status="active",
    status="active",
    hired_on=date(2020, 1, 1),
)


def seen(**values: object) -> Sighting:
    return Sighting("k", values, {}, {})  # type: ignore[arg-type]


def kinds(made: Difference | None) -> list[str]:
    return [event.kind.removeprefix("person.") for event in made.events] if made else []


@pytest.mark.parametrize(
    ("hired_on", "kind"),
    [
        (date(2026, 1, 15), "hired"),
        (date(2026, 1, 14), "appeared"),
        (date(2026, 5, 15), "hired"),
        (date(2026, 5, 16), "appeared"),
        (None, "appeared"),
    ],
)
def test_somebody_new_is_hired_within_sixty_days_of_their_first_day(hired_on: date | None, kind: str) -> None:
    assert kinds(difference(None, seen(name="Dan", hired_on=hired_on, status="active"), {}, TOLD, 9)) == [kind]


def test_somebody_new_only_appears_in_a_first_sync_or_when_they_have_left() -> None:
    hired = seen(name="Dan", hired_on=date(2026, 3, 16), status="active")
    assert kinds(difference(None, hired, {}, msgspec.structs.replace(TOLD, first=True), 9)) == ["appeared"]
    assert kinds(difference(None, seen(hired_on=date(2026, 3, 9), status="left"), {}, TOLD, 9)) == ["appeared"]


def test_what_is_told_twice_makes_no_difference() -> None:
    assert difference(ANN, seen(name="Ann", title="Clerk"), {}, TOLD, 0) is None


def test_a_change_joins_two_versions_and_names_its_fields() -> None:
    made = difference(ANN, seen(title="Lead"), {"manager": 7}, TOLD, 0)
    assert made is not None
    assert made.fields == ("manager", "title")
    (event,) = made.events
    assert (event.kind, event.before_version, event.after_version) == ("person.changed", 3, 4)
    assert (made.person.title, made.person.manager, made.person.origin.as_of) == ("Lead", 7, NOW)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status": "left"}, ["left"]),
        ({"status": "left", "title": "Lead"}, ["left"]),
        ({"status": "on leave"}, ["leave_began"]),
        ({"status": "on leave", "leave_to": date(2026, 4, 1)}, ["leave_began"]),
        ({"status": "on leave", "title": "Lead"}, ["leave_began", "changed"]),
        ({"hired_on": date(2026, 4, 1)}, ["changed"]),
    ],
)
def test_leaving_stands_alone_and_a_leave_may_come_with_another_change(
    values: dict[str, object], expected: list[str]
) -> None:
    assert kinds(difference(ANN, seen(**values), {}, TOLD, 0)) == expected


def test_who_had_left_and_is_there_again_is_hired_again() -> None:
    gone = msgspec.structs.replace(ANN, source_status="left", status="left", left_on=date(2026, 3, 1))
    made = difference(gone, seen(status="active"), {}, TOLD, 0)
    assert made is not None
    assert kinds(made) == ["hired"]
    assert (made.events[0].fields["again"], made.person.left_on) == (True, None)


def test_a_leave_that_ends_says_how_many_days_it_was() -> None:
    away = msgspec.structs.replace(
        ANN, source_status="on leave", status="on leave", leave_from=date(2026, 3, 2), leave_to=date(2026, 3, 15)
    )
    made = arrived(away, NOW, "Europe/Berlin")
    assert made is not None
    assert kinds(made) == ["leave_ended"]
    assert made.events[0].fields["days"] == 14
    early = difference(away, seen(status="active", leave_from=None, leave_to=None), {}, TOLD, 0)
    assert early is not None
    assert early.events[0].fields["days"] == 14


def test_a_first_day_that_arrives_is_a_change_without_any_row() -> None:
    coming = msgspec.structs.replace(ANN, status="preboarding", hired_on=date(2026, 3, 16))
    made = arrived(coming, NOW, "Europe/Berlin")
    assert made is not None
    assert (kinds(made), made.person.status, made.fields) == (["changed"], "active", ())
    assert arrived(ANN, NOW, "Europe/Berlin") is None


def test_the_day_counts_in_the_zone_of_the_person() -> None:
    coming = msgspec.structs.replace(ANN, status="preboarding", hired_on=date(2026, 3, 17))
    assert arrived(coming, NOW, "Europe/Berlin") is None
    assert arrived(msgspec.structs.replace(coming, time_zone="Pacific/Kiritimati"), NOW, "Europe/Berlin") is not None


def test_a_withheld_value_stays_as_it_was_and_is_marked_stale_without_an_event() -> None:
    row = Sighting("k", {"name": "Ann"}, {"title": Wrong("unknown value", "X")}, {})
    made = difference(ANN, row, {}, TOLD, 0)
    assert made is not None
    assert (made.events, made.fields, made.person.title) == ((), (), "Clerk")
    assert stale_fields(made.person) == {"title": NOW}
    assert made.person.origins["title"].as_of == OLD
    assert difference(made.person, row, {}, TOLD, 0) is None


def test_what_another_source_told_keeps_its_origin() -> None:
    other = msgspec.structs.replace(ANN, origins={"title": Origin("crm", OLD)})
    made = difference(other, seen(name="Anna"), {}, TOLD, 0)
    assert made is not None
    assert (made.person.origins["title"].source, made.person.origin.as_of) == ("crm", NOW)


def test_who_is_absent_has_left_on_the_day_the_file_is_of() -> None:
    made = absent(ANN, TOLD)
    assert (kinds(made), made.person.status, made.person.left_on) == (["left"], "left", date(2026, 3, 16))


def test_a_field_of_the_organizations_own_is_kept_beside_the_others() -> None:
    made = difference(ANN, seen(**{"extra.badge": 7.0}), {}, TOLD, 0)
    assert made is not None
    assert (made.fields, made.person.extra["badge"]) == (("extra.badge",), 7.0)
