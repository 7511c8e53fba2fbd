"""A folder is read as a whole: mappings, messages, translations, playbooks, and journeys by name."""

from pathlib import Path

from tests.unit.app.folders import FILES, JOURNEY, MAPPING, MESSAGE, SETTINGS, said, small

from handrail.app.workspace import load_workspace


def test_everything_in_the_folder_is_found(tmp_path: Path) -> None:
    workspace = load_workspace(small(tmp_path))
    assert set(workspace.journeys) == {"hello"}
    assert workspace.journeys["hello"][1] == JOURNEY
    assert [mapping.source for mapping in workspace.mappings] == ["hris"]
    assert workspace.messages["greeting"]["de"].subject == "Hallo"
    assert workspace.messages["greeting"]["en"].body.startswith("You are looked after")
    assert workspace.playbooks == {"late": "# Late\n"}


def test_a_mapping_without_a_guard_has_that_of_the_organization(tmp_path: Path) -> None:
    guard = load_workspace(small(tmp_path)).mappings[0].guard
    assert (guard.leavers, guard.percent) == (10, 20.0)


def test_a_mapping_with_a_guard_keeps_it(tmp_path: Path) -> None:
    text = MAPPING + "guard: { leavers: 3, percent: 1 }\n"
    guard = load_workspace(small(tmp_path, {"mappings/workers.yaml": text})).mappings[0].guard
    assert (guard.leavers, guard.percent) == (3, 1.0)


def test_a_mapping_owned_by_nobody_here_is_told(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"mappings/workers.yaml": MAPPING.replace("team:admins", "team:nobody")}))
    assert 'there is no team "nobody"' in told
    assert "mappings/workers.yaml:4:8" in told


def test_what_is_wrong_with_a_mapping_is_told_with_the_rest(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"mappings/workers.yaml": MAPPING.replace("email: mail", "emial: mail")}))
    assert "[M106]" in told


def test_a_field_of_the_organization_has_one_kind(tmp_path: Path) -> None:
    text = MAPPING + "  extra.shoe_size: { column: shoe, kind: text }\n"
    told = said(small(tmp_path, {"mappings/workers.yaml": text}))
    assert "[W113]" in told


def test_two_journeys_cannot_have_one_name(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"journeys/other.yaml": JOURNEY}))
    assert 'there is a journey "hello" already' in told
    assert "[W109]" in told


def test_a_file_with_another_ending_is_not_left_out_in_silence(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"journeys/other.yml": JOURNEY}))
    assert '"other.yml" is not read: in journeys/ stand *.yaml [W110]' in told


def test_a_journey_beside_the_settings_is_told_where_it_belongs(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"other.yaml": JOURNEY.replace("journey: hello", "journey: other")}))
    assert '"other.yaml" is not read: a journey stands in journeys/' in told


def test_a_message_in_a_language_nobody_here_writes_is_told(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"messages/greeting.md": MESSAGE.replace("# de:", "# fr:")}))
    assert 'there is no language "fr"' in told


def test_a_message_without_a_subject_is_told(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"messages/greeting.md": "Hello you.\n"}))
    assert "[W108]" in told


def test_a_message_with_an_unknown_field_is_told_the_nearest(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"messages/greeting.md": MESSAGE.replace("person.name", "person.nmae")}))
    assert 'there is no "person.nmae"' in told
    assert 'Did you mean "person.name"?' in told


def test_a_message_with_a_brace_too_many_is_told_where(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"messages/greeting.md": MESSAGE.replace("Um dich", "Um } dich")}))
    assert "messages/greeting.md:7:4" in told


def test_the_texts_of_a_journey_are_found_in_another_language(tmp_path: Path) -> None:
    workspace = load_workspace(small(tmp_path, {"messages/hello.de.yaml": "title: Hallo\n"}))
    assert workspace.translations == {"hello": {"de": {"title": "Hallo"}}}
    assert workspace.catalog.translations == {"hello": {"de": frozenset({"title"})}}


def test_a_translation_of_no_journey_is_told(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"messages/helo.de.yaml": "title: Hallo\n"}))
    assert 'there is no journey "helo"' in told


def test_a_file_that_is_not_utf8_is_told_where(tmp_path: Path) -> None:
    folder = small(tmp_path)
    (folder / "messages" / "greeting.md").write_bytes(MESSAGE.replace("kümmert", "kummert").encode() + b"\xff")
    assert "is not UTF-8" in said(folder)


def test_a_workspace_without_a_mapping_may_name_people_of_any_source(tmp_path: Path) -> None:
    assert "source" not in said(small(tmp_path, {"mappings/workers.yaml": ""}))


def test_the_small_workspace_is_right() -> None:
    assert FILES["handrail.yaml"] == SETTINGS
