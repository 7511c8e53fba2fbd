"""One journey to look at: by its name in a workspace, or by its file, with what other files tell of what it names.

Nothing is stored and nothing else of the workspace needs to be right, so that a journey can be read while it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from handrail.app.catalogs import catalog_for_one
from handrail.app.reading.messages import MessageText
from handrail.app.reading.shelf import SETTINGS_FILE
from handrail.app.workspace import Workspace, read_workspace
from handrail.language.compile import Compiled, compile_text
from handrail.language.source.reader import read, source_of
from handrail.language.source.tree import Scalar
from handrail.literacy.explaining import Glossary, told_by
from handrail.terms.problem import JourneyProblems, SettingsError


class JourneyFound(Struct, frozen=True):
    """A journey compiled, what its workspace tells of what it names, and what was taken to be so."""

    compiled: Compiled
    glossary: Glossary
    notes: tuple[str, ...] = ()


def find_journey(wanted: str, folder: Path | None) -> JourneyFound:
    """The journey of that name in the workspace in `folder`, or in a file.

    Raises `JourneyProblems` with what is wrong with it, and `SettingsError` when there is none.
    """
    path = Path(wanted)
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        return _in_file(path)
    if folder is None:
        raise SettingsError(
            f'"{wanted}" is no file, and there is no {SETTINGS_FILE} here or above that could name a journey. '
            "Name the file, or type this in a workspace's folder."
        )
    return _by_name(wanted, _workspace(folder))


def glossary_of_workspace(workspace: Workspace) -> Glossary:
    """What the files of a workspace tell of what a journey only names."""
    told = told_by(workspace.catalog)
    language = workspace.settings.language
    return replace(
        told,
        roles={name: role.by for name, role in workspace.settings.roles.items()},
        messages={
            name: subject for name, texts in workspace.messages.items() if (subject := _subject(texts, language))
        },
        journeys={name: title for name, (file, text) in workspace.journeys.items() if (title := _title(text, file))},
    )


def _by_name(wanted: str, workspace: Workspace) -> JourneyFound:
    found = workspace.journeys.get(wanted)
    if found is None:
        close = get_close_matches(wanted, workspace.journeys, 1)
        there = ", ".join(sorted(workspace.journeys)) or "none yet"
        advice = f' Did you mean "{close[0]}"?' if close else ""
        raise SettingsError(f'There is no journey "{wanted}" in {workspace.folder}.{advice} Journeys there: {there}.')
    file, text = found
    return JourneyFound(compile_text(text, file, workspace.catalog), glossary_of_workspace(workspace))


def _in_file(path: Path) -> JourneyFound:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read as a journey: {_why(error)}. Name a file that is there.") from error
    folder = next((above for above in path.absolute().parents if (above / SETTINGS_FILE).is_file()), None)
    if folder is not None:
        workspace = _workspace(folder)
        return JourneyFound(compile_text(text, str(path), workspace.catalog), glossary_of_workspace(workspace))
    note = f"{path}: there is no {SETTINGS_FILE} here or above, so every team, role, list, message and journey that it names is taken to exist."
    catalog = catalog_for_one(text)
    return JourneyFound(compile_text(text, str(path), catalog), replace(told_by(catalog), lists={}), (note,))


def _workspace(folder: Path) -> Workspace:
    reading = read_workspace(folder)
    if reading.workspace is None:
        raise JourneyProblems(reading.problems)
    return reading.workspace


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "it is not there" if isinstance(error, OSError) else "it is not text in UTF-8"


def _subject(texts: Mapping[str, MessageText], language: str) -> str:
    text = texts.get(language) or next(iter(texts.values()), None)
    return text.subject if text is not None else ""


def _title(text: str, file: str) -> str:
    tree, _ = read(source_of(text, file))
    title = tree.get("title") if tree is not None else None
    return title.text if isinstance(title, Scalar) else ""
