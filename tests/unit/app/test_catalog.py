"""What journeys may name: from connectors, mappings, messages, settings, and what is always there."""

from pathlib import Path

from tests.unit.app.folders import small, with_settings

from handrail.app.catalogs import catalog_for_one, own_events, standard_events
from handrail.app.workspace import load_workspace
from handrail.language.compile import compile_text

PROGRAMS = Path(__file__).parents[3] / "examples" / "programs" / "journeys"
GENERIC = """\
  finance:
    kind: generic
    url: env:FINANCE_URL
    owner: team:admins
    actions:
      reserve: { path: /reservations, takes: { cost_center: text, amount: money }, gives: { reserved: truth }, undo: release, body: { amount: "{amount}", hold: true } }
      release: { path: "/reservations/{given.id}", method: DELETE }
    events:
      approved: { type: budget.approved, user: person, at: decided_at, fields: { budget: data.budget } }

guards"""


def test_a_connection_brings_its_actions_and_events(tmp_path: Path) -> None:
    catalog = load_workspace(small(tmp_path)).catalog
    assert catalog.actions["lms.enroll"].bulk == 50
    assert catalog.events["lms.completed"].connection == "lms"
    assert catalog.limited == frozenset({"lms"})


def test_events_of_systems_that_are_not_connected_are_not_there(tmp_path: Path) -> None:
    assert "assessment.scored" not in load_workspace(small(tmp_path)).catalog.events


def test_what_handrail_tells_itself_is_always_there(tmp_path: Path) -> None:
    assert set(own_events()) <= set(load_workspace(small(tmp_path)).catalog.events)


def test_a_system_without_a_connector_is_declared_in_the_settings(tmp_path: Path) -> None:
    catalog = load_workspace(with_settings(tmp_path, "guards", GENERIC)).catalog
    assert catalog.actions["finance.reserve"].undo == "finance.release"
    assert catalog.actions["finance.reserve"].takes["amount"].name == "money"
    assert set(catalog.events["finance.approved"].fields) == {"budget"}
    assert "finance" not in catalog.limited


def test_only_fields_that_a_mapping_fills_are_there(tmp_path: Path) -> None:
    catalog = load_workspace(small(tmp_path)).catalog
    assert "country" in catalog.filled
    assert "manager" not in catalog.filled
    assert catalog.extra["shoe_size"].name == "number"
    assert catalog.choices["department"] == ("Sales", "Service")


def test_messages_are_known_with_their_languages(tmp_path: Path) -> None:
    assert load_workspace(small(tmp_path)).catalog.messages == {"greeting": frozenset({"en", "de"})}


def test_every_event_that_is_always_there_has_fields_to_tell_it_by() -> None:
    assert all(event.fields for event in {**own_events(), **standard_events()}.values())


def test_a_file_by_itself_may_name_teams_and_messages_of_its_own() -> None:
    text = (PROGRAMS / "annual-compliance.yaml").read_text(encoding="utf-8")
    plan = compile_text(text, "annual-compliance.yaml", catalog_for_one(text)).plan
    assert plan.journey == "annual-compliance"
