"""Maps of journeys with very long names, and in other scripts: everything wraps, and nothing is in the way of anything."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from msgspec.structs import replace
from tests.literacy.drawing.examples import found
from tests.literacy.drawing.measuring import faults_of

from handrail.literacy.drawing import map_of, svg
from handrail.literacy.drawing.placing.letters import width_of, wrapped
from handrail.terms.plan import OwnerPath, Plan

LONG = (
    "confirm_that_everyone_who_works_with_forklifts_has_been_told_about_the_new_rules_of_the_warehouse_in_time",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung",
    "新任経理担当者のための年次コンプライアンス研修の完了を確認する",
    "تأكيد_إتمام_التدريب_السنوي",
    "x",
    "< & > \" '",
)


def renamed(plan: Plan) -> Plan:
    """The plan with long names for its steps and the one who is accountable."""
    steps = tuple(
        replace(step, name=f"{LONG[number % len(LONG)]}_{number}", contract=replace(step.contract, owner=_team(number)))
        for number, step in enumerate(plan.steps)
    )
    return replace(plan, title=" ".join(LONG), accountable=_team(0), steps=steps)


def _team(number: int) -> tuple[OwnerPath, ...]:
    return (OwnerPath("team", name=LONG[number % len(LONG)].replace("_", "-")),)


@pytest.mark.parametrize("name", ["acme/new-manager", "programs/data-skills", "programs/external-course"])
@pytest.mark.parametrize("width", [1320, 990])
def test_long_names_wrap_and_nothing_comes_in_the_way_of_anything(name: str, width: int) -> None:
    shown = map_of(renamed(found(name).compiled.plan), width=width)
    assert faults_of(shown) == []
    assert "< & >" in " ".join(ElementTree.fromstring(svg(shown, alone=True)).itertext())


def test_a_word_that_is_too_long_is_broken_after_a_sign_else_anywhere() -> None:
    assert wrapped("people-experience-and-culture", 100, 12) == ("people-", "experience-", "and-culture")
    pieces = wrapped("W" * 30, 60, 12, most=9)
    assert "".join(pieces) == "W" * 30
    assert all(width_of(piece, 12) <= 60 for piece in pieces)


def test_what_is_over_the_last_line_is_left_out_and_said_so() -> None:
    lines = wrapped("one two three four five six seven eight nine ten", 60, 12, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(width_of(line, 12) <= 60 for line in lines)


def test_letters_that_no_table_has_count_as_wide_and_marks_on_letters_as_nothing() -> None:
    assert width_of("字", 10) >= 10
    assert width_of("e\N{COMBINING ACUTE ACCENT}", 10) == width_of("e", 10)
    assert width_of("Abc", 10, bold=True) > width_of("Abc", 10)
