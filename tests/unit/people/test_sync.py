"""What becomes of the rows of a file: applied, no change, held or refused; and of a file as a whole."""

from pathlib import Path

import pytest
from tests.unit.people.small import ANN, BEN, CAT, DAN, FILES, HEADER, TEXT, Company, on

from handrail.people.ports import Sum
from handrail.people.syncing.leaving import SyncRefused


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Three people, known since the first sync."""
    company = Company(tmp_path)
    company.sync("03-02", ANN, BEN, CAT)
    return company


def test_somebody_new_is_hired_and_has_the_manager_of_the_same_file(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.sync("03-02", ANN)
    record = company.sync(
        "03-09", "4,Dan Eck,dan@x.example,ENG,5,active,2026-03-09", "5,Eve Fox,,ENG,1,active,2026-03-09", ANN
    )
    assert record.stands == Sum(applied=2, no_change=1, new=2)
    assert company.directory.person("hris", "4").manager == company.directory.person("hris", "5").id
    assert company.kinds(record) == ["hired", "hired"]


def test_an_unknown_department_holds_somebody_new_and_leaves_somebody_known_as_they_were(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN.replace("FIN", "XYZ"), CAT, DAN.replace("ENG", "XYZ"))
    assert record.stands == Sum(no_change=3, held=1)
    assert company.kept(record) == [(5, "held", 'department: unknown value "XYZ"')]
    ben = company.directory.person("hris", "2")
    assert ben.department == "Finance"
    assert ben.origins["department"].stale_since == record.as_of
    listed = [(value.key, value.field, value.seen, value.owner) for value in company.directory.not_applied(record.id)]
    assert listed == [("2", "department", "XYZ", "team:people-data")]


def test_a_value_told_right_again_is_no_longer_stale(company: Company) -> None:
    company.sync("03-09", ANN, BEN.replace("FIN", "XYZ"), CAT)
    record = company.sync("03-16", ANN, BEN, CAT)
    assert record.stands == Sum(no_change=3)
    assert company.directory.person("hris", "2").origins == {}
    assert company.kinds(record) == []


def test_a_manager_who_comes_later_is_linked_though_the_row_is_the_same(company: Company) -> None:
    cat = CAT.replace(",1,", ",9,")
    company.sync("03-09", ANN, BEN, cat)
    record = company.sync("03-16", ANN, BEN, cat, "9,Ida Jung,ida@x.example,ENG,1,active,2026-03-16")
    assert record.stands == Sum(applied=2, no_change=2, new=1)
    assert company.directory.person("hris", "3").manager == company.directory.person("hris", "9").id


def test_somebody_new_under_a_manager_who_is_held_is_taken_in_without_one(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN, CAT, DAN.replace(",1,", ",5,"), "5,Eve Fox,,XYZ,1,active,2026-03-09")
    assert record.stands == Sum(applied=1, no_change=3, held=1, new=1)
    assert not isinstance(company.directory.person("hris", "4").manager, int)


def test_held_rows_are_replayed_after_the_mapping_is_mended(company: Company) -> None:
    held = company.sync("03-09", ANN, BEN, CAT, DAN.replace("ENG", "OPS"))
    company.mend(TEXT.replace("FIN: Finance", "FIN: Finance, OPS: Operations"))
    record = company.syncs.replay(held.id, on("03-10"))
    assert record.reported == Sum(no_change=3, held=1)
    assert record.stands == Sum(applied=1, no_change=3, new=1)
    assert company.kinds(record) == ["hired"]
    assert company.kept(record) == []


def test_a_mended_mapping_that_would_make_many_leave_needs_a_named_person(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN, CAT)
    company.mend(TEXT.replace("active: active", "active: left"))
    with pytest.raises(SyncRefused, match=r"3 of 3 people \(100%\) would leave"):
        company.syncs.replay(record.id, on("03-10"))
    assert company.directory.sync(record.id) == record
    replayed = company.syncs.replay(record.id, on("03-10"), by="person:7")
    assert (replayed.stands, replayed.ended_by) == (Sum(applied=3), "person:7")


def test_a_replay_of_what_a_newer_file_has_overtaken_is_refused(company: Company) -> None:
    held = company.sync("03-09", ANN, BEN, CAT, DAN.replace("ENG", "OPS"))
    company.sync("03-16", ANN, BEN, CAT)
    with pytest.raises(SyncRefused, match=r"older than people-2026-03-16\.csv"):
        company.syncs.replay(held.id, on("03-16"))
    assert company.directory.sync(held.id).stands == Sum(no_change=3, refused=1)
    assert company.kept(held) == [(5, "refused", "superseded by people-2026-03-16.csv")]


def test_an_older_file_than_the_last_applied_is_refused_naming_it(company: Company) -> None:
    record = company.sync("02-23", ANN)
    assert (record.state, record.stands) == ("refused", Sum(refused=1))
    assert "people-2026-03-02.csv, which is newer" in record.reason


def test_two_rows_that_say_different_things_of_one_key_are_both_held() -> None:
    company = Company(FILES)
    record = company.syncs.take_in(FILES / "two-meanings.csv", on("03-02"))
    assert record.stands == Sum(applied=2, held=2, new=2)
    assert [line for line, _, _ in company.kept(record)] == [3, 5]


def test_a_row_without_a_key_and_a_row_that_cannot_be_read_are_refused_with_their_lines() -> None:
    company = Company(FILES)
    assert company.kept(company.syncs.take_in(FILES / "no-key.csv", on("03-02"))) == [(3, "refused", "it has no key")]
    company = Company(FILES)
    record = company.syncs.take_in(FILES / "wrong-width.csv", on("03-02"))
    assert company.kept(record) == [(3, "refused", "it has 8 columns, the header has 7")]


@pytest.mark.parametrize(
    ("name", "hold", "says"),
    [
        ("empty.csv", "empty", "the file is empty"),
        ("header-only.csv", "empty", "the file has a header and no rows"),
        ("no-header.csv", "key column", 'the key column "id" is gone'),
        ("cut-in-a-row.csv", "cut short", "in the middle of a row, in line 4"),
        ("cut-in-quotes.csv", "cut short", "inside a quoted field, which begins in line 3"),
        ("column-twice.csv", "columns", 'the column "dept" stands twice in the header'),
    ],
)
def test_a_file_that_cannot_be_trusted_is_held_as_a_whole(company: Company, name: str, hold: str, says: str) -> None:
    record = company.file("03-09", (FILES / name).read_bytes())
    assert (record.state, record.hold) == ("held", hold)
    assert says in record.reason
    assert record.stands == Sum(held=record.rows)


def test_a_file_of_a_day_to_come_is_held(company: Company) -> None:
    path = company.folder / "people-2026-04-20.csv"
    path.write_text(f"{HEADER}\n{ANN}\n")
    assert company.syncs.take_in(path, on("03-09")).hold == "future"


def test_a_column_that_is_gone_leaves_everybody_known_as_they_were(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN, CAT, DAN, header=HEADER.replace("dept", "department"))
    assert record.stands == Sum(no_change=3, held=1)
    assert [withheld.field for withheld in record.withheld] == ["department"]
    assert record.withheld[0].instead == "department"
    assert company.directory.person("hris", "2").department == "Finance"


def test_a_column_that_lost_half_its_values_is_read_as_missing_and_not_as_empty(company: Company) -> None:
    blank = [row.replace(f"{name}@x.example", "") for name, row in (("ann", ANN), ("ben", BEN))]
    record = company.sync("03-09", *blank, CAT)
    assert record.stands == Sum(no_change=3)
    assert "filled in 33% of the rows, before in 100%" in record.withheld[0].why
    assert company.directory.person("hris", "1").email == "ann@x.example"


def test_a_column_that_lost_exactly_half_its_values_is_read_as_missing_too(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.sync("03-02", ANN, BEN)
    record = company.sync("03-09", ANN.replace("ann@x.example", ""), BEN)
    assert [withheld.field for withheld in record.withheld] == ["email"]


def test_what_a_withheld_column_said_is_looked_at_when_the_column_is_whole_again(company: Company) -> None:
    cat = CAT.replace("cat@", "cat.new@")
    company.sync("03-09", ANN.replace("ann@x.example", ""), BEN.replace("ben@x.example", ""), cat)
    assert company.directory.person("hris", "3").email == "cat@x.example"
    record = company.sync("03-16", ANN, BEN, cat)
    assert record.stands == Sum(applied=1, no_change=2)
    assert company.directory.person("hris", "3").email == "cat.new@x.example"


def test_a_value_that_is_empty_in_a_whole_column_of_values_is_a_change(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN.replace("ben@x.example", ""), CAT)
    assert record.stands == Sum(applied=1, no_change=2)
    assert company.directory.person("hris", "2").email is None


def test_who_is_in_no_row_has_left(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN)
    assert record.stands == Sum(no_change=2, absent=1)
    assert company.kinds(record) == ["left"]
    cat = company.directory.person("hris", "3")
    assert (cat.status, str(cat.left_on)) == ("left", "2026-03-09")


def test_who_comes_back_after_being_absent_is_hired_again(company: Company) -> None:
    company.sync("03-09", ANN, BEN)
    record = company.sync("03-16", ANN, BEN, CAT)
    assert company.kinds(record) == ["hired"]
    assert company.directory.events_of(record.id)[0].fields["again"] is True
    assert company.directory.person("hris", "3").left_on is None


def test_a_file_that_is_not_the_whole_company_says_nothing_of_who_is_absent(tmp_path: Path) -> None:
    company = Company(tmp_path, TEXT.replace("key: id", "key: id\nabsent: stays"))
    company.sync("03-02", ANN, BEN, CAT)
    assert company.sync("03-09", ANN).stands == Sum(no_change=1)
    assert company.directory.person("hris", "3").status == "active"


def test_more_leavers_than_the_guard_lets_go_hold_the_file_until_somebody_releases_it(company: Company) -> None:
    held = company.sync("03-09", DAN)
    assert (held.state, held.hold) == ("held", "leavers")
    record = company.syncs.release(held.id, "person:7", on("03-10"))
    assert (record.state, record.ended_by) == ("applied", "person:7")
    assert (record.reported, record.stands) == (Sum(held=1), Sum(applied=1, new=1, absent=3))


def test_few_leavers_go_unasked_however_large_their_part_is(company: Company) -> None:
    record = company.sync("03-09", ANN)
    assert record.stands == Sum(no_change=1, absent=2)


def test_a_file_in_which_half_the_keys_are_blank_has_lost_its_keys(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN.replace("2,", ",", 1))
    assert (record.state, record.hold) == ("held", "keys")
    assert record.reason == "1 of 2 rows have no key that can be read"


def test_keys_that_changed_their_form_are_called_so_and_not_leavers(company: Company) -> None:
    record = company.sync("03-09", *[f"0{row}" for row in (ANN, BEN, CAT, DAN)])
    assert record.hold == "keys"
    assert 'as in "01"' in record.reason


def test_a_rejected_file_ends_refused(company: Company) -> None:
    held = company.sync("03-09", DAN)
    record = company.syncs.reject(held.id, "person:7")
    assert (record.state, record.stands, record.ended_by) == ("rejected", Sum(refused=1), "person:7")
    with pytest.raises(SyncRefused, match="it is over"):
        company.syncs.release(held.id, "person:7", on("03-10"))


def test_a_file_without_readable_keys_cannot_be_released(company: Company) -> None:
    held = company.file("03-09", (FILES / "no-header.csv").read_bytes())
    with pytest.raises(SyncRefused, match="Mend the mapping and replay it, or reject it"):
        company.syncs.release(held.id, "person:7", on("03-10"))


def test_what_is_not_held_cannot_be_released_or_rejected(company: Company) -> None:
    with pytest.raises(SyncRefused, match="nothing to release"):
        company.syncs.release(1, "person:7", on("03-10"))
    with pytest.raises(SyncRefused, match="nothing to reject"):
        company.syncs.reject(1, "person:7")


@pytest.mark.parametrize("slices", [0, 1, 2, 3])
def test_a_sync_that_was_killed_goes_on_and_counts_the_same(tmp_path: Path, slices: int) -> None:
    company = Company(tmp_path, TEXT.replace("key: id", "key: id\nabsent: stays"))
    company.sync("03-02", *[f"{n},P{n},,ENG,,active,2020-01-01" for n in range(3000)])
    rows = [f"{n},P{n},,FIN,,active,2020-01-01" for n in range(2000, 3000)]
    company.directory.fail_after = company.directory.slices + slices
    with pytest.raises(ConnectionError):
        company.sync(
            "03-09",
            *rows,
            "5000,New,,ENG,2001,active,2026-03-09",
            *[f"{n},P{n},,ENG,,active,2020-01-01" for n in range(1500)],
        )
    company.directory.fail_after = 1_000_000
    assert company.directory.events_of(2) == []
    record = company.syncs.resume(2, on("03-09"))
    assert record.stands == Sum(applied=1001, no_change=1500, new=1)
    assert sorted(set(company.kinds(record))) == ["changed", "hired"]
    assert len(company.kinds(record)) == 1001


def test_a_name_that_looks_like_a_formula_is_only_a_name(company: Company) -> None:
    company.sync("03-09", ANN, BEN, CAT, DAN.replace("Dan Eck", "=1+1"))
    assert company.directory.person("hris", "4").name == "=1+1"


def test_whoever_has_a_row_that_cannot_be_read_has_not_left(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN.replace("Cole", "Co\0le"))
    assert (record.stands.refused, record.stands.absent) == (1, 1)
    assert company.kinds(record) == ["left"]
    (left,) = company.directory.events_of(record.id)
    assert left.person is not None
    assert company.directory.people([left.person])[left.person].name == "Cat Dorn"


def test_nobody_is_taken_to_have_left_while_a_row_does_not_tell_whose_it_is(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN, f"{DAN},one column too many")
    assert (record.stands.refused, record.stands.absent) == (1, 0)
    assert company.kinds(record) == []
    (alert,) = record.alerts
    assert alert.text == (
        "1 row could not be read and is refused (line 4: it has 8 columns, the header has 7). "
        "1 person in no other row is not taken to have left, for one of these may be theirs."
    )
    assert company.kinds(company.sync("03-16", ANN, BEN)) == ["left"]
