"""Everything wrong with a workspace, or with single files of one: what `handrail check` shows.

A journey file is checked against the workspace it lies in, found by looking upward for handrail.yaml. Without one it is checked against
what is always there, and whatever team, role or message it names is taken to exist; a note says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from handrail.app.catalogs import catalog_for_one
from handrail.app.reading.shelf import SETTINGS_FILE, Shelf
from handrail.app.workspace import Reading, Workspace, read_workspace
from handrail.conditions.problems import NO_SUCH_PATH
from handrail.language.compile import Compiled, compile_text
from handrail.language.problems import print_problem
from handrail.language.source.reader import read, source_of
from handrail.language.source.tree import Source
from handrail.people.mappings.read import read_mapping
from handrail.terms.catalog import Catalog
from handrail.terms.person import FIELDS
from handrail.terms.plan import Plan, Tell, TellMove
from handrail.terms.problem import JourneyProblems, Place, Problem

_QUESTION: Final = "# QUESTION: "
"""What stands before what `handrail init --from` is not sure of."""

OPEN_QUESTION: Final = "W115"

_EVERYWHERE = frozenset({"person", "handoff", "start", "today"})


class Checked(Struct, frozen=True):
    """What was found, by place; the lines that problems point into, by file; what was taken to be so; how many files."""

    problems: tuple[Problem, ...]
    sources: Mapping[str, Source]
    notes: tuple[str, ...] = ()
    files: int = 0

    @property
    def right(self) -> bool:
        """Whether there is nothing to mend (remarks apart)."""
        return all(problem.severity == "remark" for problem in self.problems)

    @property
    def open(self) -> int:
        """How many questions of a proposal are still open."""
        return sum(problem.code == OPEN_QUESTION for problem in self.problems)


class _Check:
    """What was found so far, each workspace read once."""

    def __init__(self) -> None:
        self.problems: dict[Problem, None] = {}
        self.sources: dict[str, Source] = {}
        self.notes: dict[str, None] = {}
        self.readings: dict[Path, Reading] = {}

    def reading(self, folder: Path) -> Reading:
        """The workspace in a folder."""
        if folder not in self.readings:
            self.readings[folder] = read_workspace(folder)
        return self.readings[folder]

    def take(self, problems: Iterable[Problem]) -> None:
        self.problems |= dict.fromkeys(problems)

    def keep(self, sources: Mapping[str, Source]) -> None:
        self.sources = {**sources, **self.sources}


def check_paths(paths: Iterable[Path]) -> Checked:
    """Everything wrong with these folders and files, by place; each problem once."""
    check = _Check()
    for path in paths:
        _check_path(check, path)
    ordered = sorted(check.problems, key=lambda problem: (problem.place, problem.code, problem.message))
    return Checked(tuple(ordered), check.sources, tuple(check.notes), len(check.sources))


def compiled(workspace: Workspace) -> dict[str, Compiled]:
    """Every journey of a workspace compiled, by name. Raises `JourneyProblems` with what is wrong in all of them."""
    found: dict[str, Compiled] = {}
    problems: list[Problem] = []
    for name, (file, text) in workspace.journeys.items():
        try:
            found[name] = compile_text(text, file, workspace.catalog)
        except JourneyProblems as error:
            problems += error.problems
        else:
            problems += _messages_of(found[name].plan, workspace)
    if problems:
        raise JourneyProblems(tuple(sorted(problems, key=lambda problem: (problem.place, problem.code))))
    return found


def as_printed(problems: Iterable[Problem], folder: Path) -> tuple[str, ...]:
    """What is to be mended, each as `handrail check` says it in the workspace's folder: place, line, what may stand there, what to do."""
    texts = []
    for problem in problems:
        if problem.severity == "problem":
            file = Path(problem.place.file)
            shown = str(file.relative_to(folder)) if file.is_relative_to(folder) else problem.place.file
            text = Shelf(folder).text(file) if file.is_file() else None
            source = source_of(text, shown) if text is not None else Source(shown, ())
            texts.append(print_problem(replace(problem, place=replace(problem.place, file=shown)), source))
    return tuple(texts)


def compiled_one(workspace: Workspace, name: str) -> Compiled | None:
    """One journey of a workspace compiled; None: there is none of that name. Raises `JourneyProblems` with what is wrong in it."""
    if name not in workspace.journeys:
        return None
    file, text = workspace.journeys[name]
    return compile_text(text, file, workspace.catalog)


def _check_path(check: _Check, path: Path) -> None:
    if path.name == SETTINGS_FILE and path.is_file():
        path = path.parent
    if (path / SETTINGS_FILE).is_file():
        _check_workspace(check, path)
    elif path.is_dir():
        files = sorted(path.glob("*.yaml"))
        if not files:
            place = Place(str(path), 1, 1)
            message = "there is no handrail.yaml here, and no journey"
            check.take([Problem(place, "W101", message, advice="`handrail init` writes a workspace to begin with.")])
        for file in files:
            _check_file(check, file)
    else:
        _check_file(check, path)


def _check_workspace(check: _Check, folder: Path) -> None:
    reading = check.reading(folder)
    check.take(reading.problems)
    check.keep(reading.sources)
    workspace = reading.workspace
    if workspace is None:
        return
    check.take(_questions(reading.sources.values()))
    used: set[str] = set()
    for file, text in workspace.journeys.values():
        plan = _compile_in(check, reading, workspace, text, file)
        if plan is not None:
            used |= set(_templates(plan))
            check.take(_messages_of(plan, workspace))
        else:
            used |= {name for name in workspace.messages if name in text}
    check.take(_remark_unused(workspace, used))


def _check_file(check: _Check, path: Path) -> None:
    """One file: a mapping, or a journey, in the workspace it lies in or by itself."""
    shelf = Shelf(path.parent)
    text = shelf.text(path)
    check.take(shelf.problems)
    check.keep(shelf.sources)
    if text is None:
        return
    tree, _ = read(source_of(text, str(path)))
    if tree is not None and tree.get("mapping") is not None:
        try:
            read_mapping(text, str(path))
        except JourneyProblems as error:
            check.take(error.problems)
        return
    folder = _workspace_above(path)
    workspace = check.reading(folder).workspace if folder else None
    if workspace is not None:
        plan = _compile_in(check, check.reading(workspace.folder), workspace, text, str(path))
        check.take(_messages_of(plan, workspace) if plan else ())
        check.keep(check.reading(workspace.folder).sources)
        return
    why = f"{folder / SETTINGS_FILE} cannot be read" if folder else "there is no handrail.yaml here or above"
    check.notes[f"{path}: {why}, so every team, role, list, message and journey that it names is taken to exist."] = (
        None
    )
    _compile(check, text, str(path), catalog_for_one(text))


def _workspace_above(path: Path) -> Path | None:
    """The nearest folder above that has a handrail.yaml, as it is written from here."""
    for folder in (*path.parents, *path.absolute().parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    return None


def _compile_in(check: _Check, reading: Reading, workspace: Workspace, text: str, file: str) -> Plan | None:
    """The plan of a journey of a workspace. While a mapping is broken, every field of a person is taken to exist."""
    broken = next((one for one in reading.problems if _in_mapping(one)), None)
    if broken is None:
        return _compile(check, text, file, workspace.catalog)
    check.notes[f"{broken.place.file} is not right yet, so every field of a person is taken to exist."] = None
    apart = _Check()
    plan = _compile(apart, text, file, replace(workspace.catalog, filled=frozenset(FIELDS)))
    check.take(one for one in apart.problems if one.code != NO_SUCH_PATH or ".extra." not in one.message)
    return plan


def _in_mapping(problem: Problem) -> bool:
    return problem.severity == "problem" and Path(problem.place.file).parent.name == "mappings"


def _questions(sources: Iterable[Source]) -> Iterator[Problem]:
    """What was not sure when the workspace was proposed, and is open still."""
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            before, mark, question = line.partition(_QUESTION)
            if mark:
                place = Place(source.file, number, len(before) + 1, len(line) - len(before))
                advice = "Answer it in the file, then take the line out (of a comment, its words)."
                yield Problem(place, OPEN_QUESTION, f"an open question: {question}", advice=advice, severity="remark")


def _compile(check: _Check, text: str, file: str, catalog: Catalog) -> Plan | None:
    try:
        found = compile_text(text, file, catalog)
    except JourneyProblems as error:
        check.take(error.problems)
        return None
    check.take(found.remarks)
    return found.plan


def _templates(plan: Plan) -> Iterator[str]:
    """The messages that a plan sends."""
    yield from (step.body.message for step in plan.steps if isinstance(step.body, Tell))
    yield from (move.message for ladder in plan.ladders for move in ladder.moves if isinstance(move, TellMove))


def _messages_of(plan: Plan, workspace: Workspace) -> Iterator[Problem]:
    """What the messages that a journey sends speak of and the journey does not know."""
    known = _EVERYWHERE | {step.name for step in plan.steps}
    for name in sorted(set(_templates(plan))):
        for text in workspace.messages.get(name, {}).values():
            for first, place in text.names.items():
                if first not in known:
                    message = f'the message speaks of "{first}", and the journey "{plan.journey}", which sends it, has no such step'
                    steps = tuple(sorted(known - {"handoff", "start", "today", "person"}))
                    yield Problem(
                        place, "W108", message, steps, "steps there", "Use one of them, or a message of its own."
                    )


def _remark_unused(workspace: Workspace, used: set[str]) -> Iterator[Problem]:
    for name in sorted(set(workspace.messages) - used):
        place = Place(str(workspace.folder / "messages" / f"{name}.md"), 1, 1)
        message = f'no journey sends the message "{name}"'
        yield replace(Problem(place, "W108", message, advice="Take it out, or send it."), severity="remark")
