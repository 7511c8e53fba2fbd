"""Holds the house's sizes and names, as the style asks; run by `make check`.

What ruff, mypy and import-linter can hold is left to them. A size that makes one piece of code worse is excepted below, with its reason.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES_MAX = {"module": 500, "function": 60, "test": 40, "class": 250}
PARAMETERS_MAX = 6
MODULES_MAX = 12
WORDS_MAX = {"README.md": 500, "ARCHITECTURE.md": 1500}
BANNED_NAMES = {"utils", "helpers", "common", "manager", "base", "misc", "process", "handle", "data", "info"}
LATER = re.compile(r"\b(?:TO[D]O|FIX[M]E|HA[C]K)\b")
MOCK = re.compile(r"^\s*(?:from|import)\s+unittest(?:\.mock|\s+import\s+mock)", re.MULTILINE)

# "path: what" -> why it may be so. One that is no longer needed is a problem too.
EXCEPTIONS: dict[str, str] = {
    "src/handrail/cli/changing/override.py: set_": "one command, and a parameter for each of its options, as Typer wants it",
    "src/handrail/cli/serving.py: publish": "one command, and a parameter for each of its options, as Typer wants it",
    "src/handrail/cli/looking.py: handoffs": "one command, and a parameter for each of its options, as Typer wants it",
    "src/handrail/cli/reporting.py: report": "one command, and a parameter for each of its options, as Typer wants it",
    "src/handrail/terms: folder": "one module for each of the words that every room speaks in; a room inside would hide them",
}


def functions_and_classes(path: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each function or class that is too long, and each function with too many parameters."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        kind = "class" if isinstance(node, ast.ClassDef) else "test" if node.name.startswith("test_") else "function"
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > LINES_MAX[kind]:
            yield f"{path}: {node.name}", f"this {kind} has {lines} lines, at most {LINES_MAX[kind]}: split it"
        if not isinstance(node, ast.ClassDef):
            taken = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            count = len([name for name in taken if name not in {"self", "cls"}])
            if count > PARAMETERS_MAX and kind != "test":
                yield (
                    f"{path}: {node.name}",
                    f"{count} parameters, at most {PARAMETERS_MAX}: hand in one value that holds them",
                )


def module(file: Path) -> Iterator[tuple[str, str]]:
    """Everything that is wrong with one Python file."""
    path, text = file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")
    if file.stem in BANNED_NAMES:
        yield f"{path}: name", f'"{file.stem}" says nothing of what lives there: name the thing'
    if (lines := text.count("\n")) > LINES_MAX["module"]:
        yield f"{path}: module", f"{lines} lines, at most {LINES_MAX['module']}: make two modules of it"
    if LATER.search(text):
        yield f"{path}: later", "a note to do it later: do it, or file it where it is seen"
    if MOCK.search(text):
        yield f"{path}: mock", "unittest.mock: use the practice systems, or a fake that passes the contract"
    yield from functions_and_classes(path, ast.parse(text))


def everything() -> Iterator[tuple[str, str]]:
    """Everything that is wrong anywhere: what (the key of an exception) and the sentence about it."""
    for top in ("src", "tests", "tools", "bench"):
        for file in sorted((ROOT / top).rglob("*.py")):
            yield from module(file)
    rooms = Counter(f.parent for f in (ROOT / "src").rglob("*.py") if f.name != "__init__.py")
    for folder, count in sorted(rooms.items()):
        if count > MODULES_MAX and folder.name != "versions":
            yield (
                f"{folder.relative_to(ROOT).as_posix()}: folder",
                f"{count} modules, at most {MODULES_MAX}: make a room inside",
            )
    for name, most in WORDS_MAX.items():
        if (count := len((ROOT / name).read_text(encoding="utf-8").split())) > most:
            yield f"{name}: words", f"{count} words, at most {most}: shorten it"


def main() -> int:
    """Print what is wrong, sorted; 1 when something is."""
    found = sorted(everything())
    wrong = [f"{what}: {why}" for what, why in found if what not in EXCEPTIONS]
    wrong += [
        f"{what}: excepted in tools/tidy.py, but needs it no longer"
        for what in sorted(set(EXCEPTIONS) - {w for w, _ in found})
    ]
    print("\n".join(wrong) or "Sizes and names are as the style asks.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
