"""The folder an organization keeps in git, read as a whole: settings, mappings, messages, playbooks, journeys.

Journeys are only named here; whether they are right is `checking`. Every problem of every file is reported at once. People and
teams are as written: `organization` looks them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from handrail.app.catalogs import Texts, catalog_of, extra_of
from handrail.app.reading.handrail_yaml import read_settings
from handrail.app.reading.meant import with_who_is_meant
from handrail.app.reading.messages import MessageText, read_message
from handrail.app.reading.sheet import Sheet
from handrail.app.reading.shelf import SETTINGS_FILE, Shelf
from handrail.app.reading.translations import read_translation
from handrail.app.settings import Guards, Settings, people_named
from handrail.language.source.reader import read, source_of
from handrail.language.source.tree import Scalar, Source
from handrail.people.mappings.mapping import Guard, SourceMapping, sealed, sources_of_record
from handrail.people.mappings.read import read_mapping
from handrail.terms.catalog import Catalog
from handrail.terms.person import FIELDS
from handrail.terms.problem import JourneyProblems, Place, Problem

PARTS: Final = ("journeys", "mappings", "messages", "playbooks", "translations")
"""The folders within a workspace that are read."""

Translations: TypeAlias = Mapping[str, Mapping[str, Mapping[str, str]]]


class Workspace(Struct, frozen=True):
    """All of it. `journeys`: file and text by the journey's name; `messages`: texts by template and language.

    `translations` are the texts of journeys by journey, language and key; `playbooks` texts by name; `mapping_texts` file
    and text by the mapping's name. Files are paths from where the workspace was asked for, as they are shown.
    """

    folder: Path
    settings: Settings
    catalog: Catalog
    journeys: Mapping[str, tuple[str, str]] = {}
    mappings: tuple[SourceMapping, ...] = ()
    mapping_texts: Mapping[str, tuple[str, str]] = {}
    messages: Mapping[str, Mapping[str, MessageText]] = {}
    translations: Translations = {}
    playbooks: Mapping[str, str] = {}


class Reading(Struct, frozen=True):
    """A workspace as far as it can be read, everything wrong with it, and the lines that problems point into."""

    workspace: Workspace | None
    problems: tuple[Problem, ...]
    sources: Mapping[str, Source]


def standing_of(folder: Path) -> frozenset[tuple[str, int, int]]:
    """How the files of a workspace lie there now: each with its length and the moment of its last change (ns)."""
    files = [*folder.glob("*.yaml"), *(file for part in PARTS for file in (folder / part).glob("*"))]
    found = ((str(file), file.stat()) for file in files if file.is_file())
    return frozenset((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)


def load_workspace(folder: Path | str) -> Workspace:
    """The workspace in a folder. Raises `JourneyProblems` with all that is wrong, journeys' own problems apart."""
    reading = read_workspace(Path(folder))
    if reading.workspace is None or any(problem.severity == "problem" for problem in reading.problems):
        raise JourneyProblems(reading.problems)
    return reading.workspace


def read_workspace(folder: Path) -> Reading:
    """The workspace in a folder as far as it can be read, with the whole list of problems, by place."""
    shelf = Shelf(folder)
    sheet = shelf.sheet(folder / SETTINGS_FILE)
    settings = read_settings(sheet) if sheet else None
    if sheet:
        shelf.keep(sheet)
    if settings is None:
        return Reading(None, shelf.found(), shelf.sources)
    shelf.misplaced()
    mappings, mapping_texts = _mappings(shelf, settings)
    shelf.problems = [with_who_is_meant(problem, folder, mappings) for problem in shelf.problems]
    settings = _with_fields(shelf, settings, mappings)
    _check_sources(shelf, settings, mappings)
    messages, journeys = _messages(shelf, settings), _journeys(shelf)
    translations = _translations(shelf, settings, journeys)
    workspace = Workspace(
        folder,
        settings,
        catalog_of(settings, mappings, Texts(messages, journeys, translations)),
        journeys,
        mappings,
        mapping_texts,
        messages,
        translations,
        {path.stem: shelf.text(path) or "" for path in shelf.files("playbooks")},
    )
    return Reading(workspace, shelf.found(), shelf.sources)


def _mappings(shelf: Shelf, settings: Settings) -> tuple[tuple[SourceMapping, ...], dict[str, tuple[str, str]]]:
    """All mappings, with the settings' guard where they have none; each field with one source of record."""
    found: dict[str, SourceMapping] = {}
    texts: dict[str, tuple[str, str]] = {}
    for path in shelf.files("mappings"):
        text = shelf.text(path)
        if text is None:
            continue
        try:
            mapping = read_mapping(text, str(path))
        except JourneyProblems as error:
            shelf.problems += error.problems
            continue
        if mapping.name in found:
            message = f'there is a mapping "{mapping.name}" already, in {found[mapping.name].place}'
            shelf.problems.append(Problem(Place(str(path), 1, 1), "W109", message, advice="Rename one of the two."))
            continue
        _check_owner(shelf, settings, mapping)
        found[mapping.name] = _guarded(mapping, text, settings.guards)
        texts[mapping.name] = (str(path), text)
    shelf.problems += sources_of_record(tuple(found.values()))[1]
    return tuple(found.values()), texts


def _guarded(mapping: SourceMapping, text: str, guards: Guards | None) -> SourceMapping:
    root, _ = read(source_of(text, mapping.place))
    if guards is None or root is None or root.get("guard") is not None:
        return mapping
    return sealed(replace(mapping, guard=Guard(guards.leavers, guards.percent)))


def _check_owner(shelf: Shelf, settings: Settings, mapping: SourceMapping) -> None:
    name = mapping.owner.removeprefix("team:")
    if not mapping.owner.startswith("team:") or name in settings.teams:
        return
    sheet = Sheet(shelf.sources[mapping.place])
    root, _ = read(sheet.source)
    node = root.get("owner") if root else None
    sheet.there(node.place if node else sheet.top, name, settings.teams, "team")
    shelf.problems += sheet.problems


def _check_sources(shelf: Shelf, settings: Settings, mappings: tuple[SourceMapping, ...]) -> None:
    """Whether each source by which somebody is named has a mapping; with no mapping at all the first is still to come."""
    sources = {mapping.source for mapping in mappings}
    named = [(path, who.partition(":")[0]) for path, who in people_named(settings) if "@" not in who]
    named += [(f"connections.{one.name}", one.people_by) for one in settings.connections.values()]
    sheet = Sheet(shelf.sources[str(shelf.folder / SETTINGS_FILE)])
    for path, source in named if sources else ():
        if source != "email":
            sheet.there(settings.places[path], source, sources, "source")
    shelf.problems += sheet.problems


def _with_fields(shelf: Shelf, settings: Settings, mappings: tuple[SourceMapping, ...]) -> Settings:
    """The settings with the fields that mappings add to a person, and the closed lists that their words make."""
    extra = dict(settings.extra)
    for mapping in mappings:
        for name, kind, place in extra_of(mapping):
            if extra.setdefault(name, kind).name != kind.name:
                message = f'"extra.{name}" is filled as {kind.name}, and handrail.yaml has it as {extra[name].name}'
                shelf.problems.append(Problem(place, "W113", message, advice="Let both say the same."))
    return replace(settings, extra=extra)


def _messages(shelf: Shelf, settings: Settings) -> dict[str, dict[str, MessageText]]:
    found = {}
    for path in shelf.files("messages"):
        sheet = shelf.sheet(path) if path.suffix == ".md" else None
        if sheet:
            found[path.stem] = read_message(sheet, settings.languages, (*FIELDS, "id", "extra"))
            shelf.keep(sheet)
    return found


def _journeys(shelf: Shelf) -> dict[str, tuple[str, str]]:
    """File and text by the journey's name, or by the file's where it says none."""
    found: dict[str, tuple[str, str]] = {}
    for path in shelf.files("journeys"):
        text = shelf.text(path)
        if text is None:
            continue
        source = shelf.sources[str(path)]
        root, _ = read(source)
        node = root.get("journey") if root else None
        name = node.text if isinstance(node, Scalar) and node.text else path.stem
        if name in found:
            place = node.place if node else Place(str(path), 1, 1)
            message = f'there is a journey "{name}" already, in {found[name][0]}'
            shelf.problems.append(Problem(place, "W109", message, advice="Rename one of the two."))
            name = str(path)
        found[name] = (str(path), text)
    return found


def _translations(shelf: Shelf, settings: Settings, journeys: Mapping[str, tuple[str, str]]) -> Translations:
    """The texts of journeys in other languages, by journey, language and key."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for path in shelf.files("messages"):
        sheet = shelf.sheet(path) if path.suffix == ".yaml" else None
        if sheet is None:
            continue
        journey, _, language = path.stem.rpartition(".")
        sheet.there(sheet.top, journey, journeys, "journey")
        sheet.there(sheet.top, language, settings.languages, "language")
        found.setdefault(journey, {})[language] = read_translation(sheet)
        shelf.keep(sheet)
    return found
