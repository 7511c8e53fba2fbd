"""The files of a workspace's folder: found, read as text, and kept for the lines that problems point into."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from handrail.app.reading.sheet import Sheet
from handrail.language.source.reader import decode, read, source_of
from handrail.language.source.tree import Source
from handrail.terms.problem import Place, Problem

SETTINGS_FILE: Final = "handrail.yaml"
FOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "journeys": (".yaml",),
    "mappings": (".yaml",),
    "messages": (".md", ".yaml"),
    "playbooks": (".md",),
}
"""The folders of a workspace, and what the names of the files in each end in."""

_LIKELY: Final = frozenset({".yml", ".yaml", ".md", ".txt"})


class Shelf:
    """The files of one folder, and what was found in them."""

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
            elif not path.name.startswith(".") and path.suffix in _LIKELY:
                kinds = " or ".join(f"*{kind}" for kind in FOLDERS[name])
                self.say(
                    "W110", path, f'"{path.name}" is not read: in {name}/ stand {kinds}', "Rename it, or take it out."
                )
        return found

    def misplaced(self) -> None:
        """Says which journeys and mappings lie beside handrail.yaml, where nobody reads them."""
        for path in sorted(self.folder.glob("*.yaml")):
            tree, _ = read(Source(path.name, tuple(path.read_text("utf-8", "replace").splitlines())))
            for key, folder in (("journey", "journeys"), ("mapping", "mappings")):
                if tree is not None and tree.get(key) is not None:
                    message = f'"{path.name}" is not read: a {key} stands in {folder}/'
                    self.say("W110", path, message, f"Move it to {folder}/{path.name}.")

    def say(self, code: str, path: Path, message: str, advice: str) -> None:
        """Notes a problem of a whole file."""
        problem = Problem(Place(str(path), 1, 1), code, message, advice=advice)
        self.sources.setdefault(str(path), Source(str(path), ()))
        if problem not in self.problems:
            self.problems.append(problem)

    def text(self, path: Path) -> str | None:
        """The text of a file; None, with a problem, where it cannot be read."""
        try:
            text, problems = decode(path.read_bytes(), str(path))
        except OSError as error:
            advice = (
                "`handrail init` writes one." if path.name == SETTINGS_FILE else "Make it readable for this account."
            )
            self.say("W101", path, f"the file cannot be read: {error.strerror or error}", advice)
            return None
        self.problems += problems
        self.sources[str(path)] = source_of(text, str(path)) if not problems else Source(str(path), ())
        if problems:
            return None
        return text

    def sheet(self, path: Path) -> Sheet | None:
        """A file to be read with places."""
        return Sheet(self.sources[str(path)]) if self.text(path) is not None else None

    def keep(self, sheet: Sheet) -> None:
        """Keep what was found in a sheet."""
        self.problems += sheet.problems
        self.sources[sheet.source.file] = sheet.source

    def found(self) -> tuple[Problem, ...]:
        """Everything, by place."""
        return tuple(sorted(self.problems, key=lambda problem: (problem.place, problem.code, problem.message)))
