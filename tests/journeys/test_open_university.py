"""Real learners of one module, in the order in which they registered, handed in and left; the data itself is the judge."""

import runpy
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest
from bench.open_university import EXAMPLE, RESULTS, Passage, Played, account, hand_ins, passages, played, rows

from handrail.app.checking import check_paths
from handrail.insight.past import Past
from handrail.insight.replay import replay
from handrail.store.moments import DISPOSITION

MODULE = "DDD"
CARRIED_OVER, LEFT = "305535", "403052"


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    found = played(tmp_path_factory.mktemp("open-university"), [MODULE])
    with closing(found.engine.store):
        yield found


def run_of(module: Played, learner: str) -> Passage:
    return next(run for run in passages(module.engine) if run.row.person == module.people[learner])


def by_the_data() -> dict[str, object]:
    """The same figures, counted from the data alone by the rules of the page."""
    due = {one["id_assessment"]: int(one["date"]) for one in rows("assessments.csv") if one["code_module"] == MODULE}
    left = {
        one["id_student"]: one["date_unregistration"]
        for one in rows("studentRegistration.csv")
        if one["code_module"] == MODULE
    }
    ways = Counter(dict.fromkeys(("in_time", "late", "after_skip", "banked", "after_withdrawal"), 0))
    credited: Counter[str] = Counter()
    for one in rows("studentAssessment.csv"):
        if one["id_assessment"] in due:
            way = how_it_came(one, due[one["id_assessment"]], left[one["id_student"]])
            ways[way] += 1
            credited[one["id_student"]] += way != "after_withdrawal"
    outcomes = {group: dict.fromkeys(RESULTS, 0) for group in ("all", "some", "none", "withdrew")}
    for one in rows("studentInfo.csv"):
        if one["code_module"] == MODULE:
            many = credited[one["id_student"]]
            group = "withdrew" if left[one["id_student"]] else "all" if many == len(due) else "some" if many else "none"
            outcomes[group][one["final_result"]] += 1
    missing = len(left) * len(due) - sum(ways.values())
    return {"runs": len(left), "submissions": dict(ways), "missing": missing, "outcomes": outcomes}


def how_it_came(hand_in: dict[str, str], due: int, left: str) -> str:
    day = int(hand_in["date_submitted"])
    if left and day > int(left):
        return "after_withdrawal"
    if hand_in["is_banked"] == "1":
        return "banked"
    return "in_time" if day <= due else "late" if day <= due + 14 else "after_skip"


def test_what_became_of_every_hand_in_is_what_the_days_say(module: Played) -> None:
    assert account(passages(module.engine), hand_ins(module.engine.store), module.people) == by_the_data()


def test_a_result_carried_over_counts_though_it_was_told_before_the_registration(module: Played) -> None:
    run = run_of(module, CARRIED_OVER)
    assert list(run.ways.values()) == ["banked"] * 4
    told = module.engine.store.ledger_rows(list(run.ways))
    assert {row.disposition for row in told.values()} == {DISPOSITION["ignored"]}
    assert all(row.seq < run.row.last_seq for row in told.values())
    pointing = [row.cause for row in module.engine.store.ledger_of_run(run.row.id) if row.cause is not None]
    assert sorted(pointing) == sorted(run.ways)


def test_nothing_counts_after_a_withdrawal(module: Played) -> None:
    run = run_of(module, LEFT)
    assert (run.state.phase, run.state.reason, run.ways) == ("stopped", "withdrew", {})
    later = [work for work in hand_ins(module.engine.store) if work.person == run.row.person]
    assert len(later) == 4
    assert not any(work.matched for work in later)


def test_every_way_of_passing_is_decided_again_as_it_was(module: Played) -> None:
    past = Past(module.engine.store, module.engine.worlds.organization)
    some = passages(module.engine)[::60]
    for run in (run_of(module, CARRIED_OVER), run_of(module, LEFT), *some):
        assert replay(past, run.row).recomputed, f"R-{run.row.id}"


def test_the_workspace_is_right_and_there_is_nothing_to_remark() -> None:
    assert check_paths([EXAMPLE]).problems == ()


def test_the_journeys_follow_from_the_assessments_alone() -> None:
    written = runpy.run_path(str(EXAMPLE / "write_journeys.py"))
    for name, text in written["journeys"]().items():
        assert (EXAMPLE / "journeys" / name).read_text(encoding="utf-8") == text
        assert len(text.splitlines()) <= 60
    assert (EXAMPLE / "data" / "people-2013-03-01.csv").read_text(encoding="utf-8") == written["people"]()
