"""The folder an organization keeps in git, read as a whole: settings, mappings, messages, playbooks, journeys.

Journeys are only named here; whether they are right is `checking`. Every problem of every file is reported at once. People and
teams are as written: `organization` looks them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from handrail.app.catalogs import catalog_of, extra_of
from handrail.app.reading.handrail_yaml import read_settings
from handrail.app.reading.messages import MessageText, read_message
from handrail.app.reading.sheet import Sheet
from handrail.app.settings import Guards, Settings
from handrail.language.source.reader import decode, read, source_of
from handrail.language.source.tree import Scalar, Source
from handrail.people.mappings.mapping import Guard, SourceMapping, sealed, sources_of_record
from handrail.people.mappings.read import read_mapping
from handrail.terms.catalog import Catalog
from handrail.terms.person import FIELDS
from handrail.terms.problem import JourneyProblems, Place, Problem

SETTINGS_FILE: Final = "handrail.yaml"
FOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "journeys": (".yaml",),
    "mappings": (".yaml",),
    "messages": (".md", ".yaml"),
    "playbooks": (".md",),
}
"""The folders of a workspace, and what the names of the files in each end in."""


class Workspace(Struct, frozen=True):
    """All of it. `journeys`: file and text by the journey's name; `messages`: texts by template and language.

    `translations` are the texts of messages/JOURNEY.LANGUAGE.yaml by file name; `playbooks` texts by name; `mapping_texts` by the mapping's name, with its
    file. Files are paths from where the workspace was asked for, as they are shown.
    """

    folder: Path
    settings: Settings
    catalog: Catalog
    journeys: Mapping[str, tuple[str, str]] = {}
    mappings: tuple[SourceMapping, ...] = ()
    mapping_texts: Mapping[str, tuple[str, str]] = {}
    messages: Mapping[str, Mapping[str, MessageText]] = {}
    translations: Mapping[str, str] = {}
    playbooks: Mapping[str, str] = {}


class Reading(Struct, frozen=True):
    """A workspace as far as it can be read, everything wrong with it, and the lines that problems point into."""

    workspace: Workspace | None
    problems: tuple[Problem, ...]
    sources: Mapping[str, Source]


def load_workspace(folder: Path | str) -> Workspace:
    """The workspace in a folder. Raises `JourneyProblems` with all that is wrong, journeys' own problems apart."""
    reading = read_workspace(Path(folder))
    if reading.workspace is None or any(problem.severity == "problem" for problem in reading.problems):
        raise JourneyProblems(reading.problems)
    return reading.workspace


def read_workspace(folder: Path) -> Reading:
    """The workspace in a folder as far as it can be read, with the whole list of problems, by place."""
    shelf = _Shelf(folder)
    sheet = shelf.sheet(SETTINGS_FILE)
    settings = read_settings(sheet) if sheet else None
    if sheet:
        shelf.keep(sheet)
    if settings is None:
        return Reading(None, shelf.found(), shelf.sources)
    mappings, mapping_texts = _mappings(shelf, settings)
    settings = _with_fields(shelf, settings, mappings)
    messages = _messages(shelf, settings)
    journeys = _journeys(shelf)
    workspace = Workspace(
        folder,
        settings,
        catalog_of(settings, mappings, messages, journeys),
        journeys,
        mappings,
        mapping_texts,
        messages,
        {path.name: shelf.text(path) or "" for path in shelf.files("messages") if path.suffix == ".yaml"},
        {path.stem: shelf.text(path) or "" for path in shelf.files("playbooks")},
    )
    return Reading(workspace, shelf.found(), shelf.sources)


class _Shelf:
    """The files of the folder, and what was found in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.sources: dict[str, Source] = {}

    def files(self, name: str) -> list[Path]:
        """The files of one of the folders, by name; what does not belong there is said."""
        found = []
        for path in sorted((self.folder / name).glob("*")) if (self.folder / name).is_dir() else ():
            if path.suffix in FOLDERS[name] and path.is_file():
                found.append(path)
            elif not path.name.startswith(".") and path.suffix in {".yml", ".yaml", ".md", ".txt"}:
                kinds = " or ".join(f"*{kind}" for kind in FOLDERS[name])
                message = f'"{path.name}" is not read: in {name}/ stand {kinds}'
                problem = Problem(Place(str(path), 1, 1), "W110", message, advice="Rename it, or take it out.")
                if problem not in self.problems:
                    self.problems.append(problem)
        return found

    def text(self, path: Path) -> str | None:
        """The text of a file; None, with a problem, where it cannot be read."""
        try:
            text, problems = decode(path.read_bytes(), str(path))
        except OSError as error:
            message = f"the file cannot be read: {error.strerror or error}"
            advice = (
                "Begin with `handrail init`." if path.name == SETTINGS_FILE else "Make it readable for this account."
            )
            self.problems.append(Problem(Place(str(path), 1, 1), "W101", message, advice=advice))
            return None
        if problems:
            self.problems += problems
            return None
        self.sources[str(path)] = source_of(text, str(path))
        return text

    def sheet(self, name: str | Path) -> Sheet | None:
        """A file to be read with places."""
        path = self.folder / name
        return Sheet(self.sources[str(path)]) if self.text(path) is not None else None

    def keep(self, sheet: Sheet) -> None:
        """Keep what was found in a sheet."""
        self.problems += sheet.problems
        self.sources[sheet.source.file] = sheet.source

    def found(self) -> tuple[Problem, ...]:
        """Everything, by place."""
        return tuple(sorted(self.problems, key=lambda problem: (problem.place, problem.code, problem.message)))


def _mappings(shelf: _Shelf, settings: Settings) -> tuple[tuple[SourceMapping, ...], dict[str, tuple[str, str]]]:
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


def _check_owner(shelf: _Shelf, settings: Settings, mapping: SourceMapping) -> None:
    name = mapping.owner.removeprefix("team:")
    if not mapping.owner.startswith("team:") or name in settings.teams:
        return
    sheet = Sheet(shelf.sources[mapping.place])
    root, _ = read(sheet.source)
    node = root.get("owner") if root else None
    sheet.there(node.place if node else sheet.top, name, settings.teams, "team")
    shelf.problems += sheet.problems


def _with_fields(shelf: _Shelf, settings: Settings, mappings: tuple[SourceMapping, ...]) -> Settings:
    """The settings with the fields that mappings add to a person, and the closed lists that their words make."""
    extra = dict(settings.extra)
    for mapping in mappings:
        for name, kind, place in extra_of(mapping):
            if extra.setdefault(name, kind).name != kind.name:
                message = f'"extra.{name}" is filled as {kind.name}, and handrail.yaml has it as {extra[name].name}'
                shelf.problems.append(Problem(place, "W113", message, advice="Let both say the same."))
    return replace(settings, extra=extra)


def _messages(shelf: _Shelf, settings: Settings) -> dict[str, dict[str, MessageText]]:
    found = {}
    for path in shelf.files("messages"):
        sheet = shelf.sheet(path.relative_to(shelf.folder)) if path.suffix == ".md" else None
        if sheet:
            found[path.stem] = read_message(sheet, settings.languages, (*FIELDS, "id", "extra"))
            shelf.keep(sheet)
    return found


def _journeys(shelf: _Shelf) -> dict[str, tuple[str, str]]:
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
