"""Reasons: the closed list of rules, and that the reference has each of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "reference" / "reasons.md").read_text(encoding="utf-8")
BY_NAME = {
    "how": {"finished", "stopped", "not released"},
    "rule": {"where", "for", "while", "owner changed", "reassigned"},
    "outcome.ended": {"confirmed", "not needed"},
}
"""Rules that the code says by a name: what it stands for."""


def rules_of(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return rules_of(node.body) | rules_of(node.orelse)
    return BY_NAME[ast.unparse(node)]


def said() -> Iterator[str]:
    for file in sorted((ROOT / "src" / "handrail" / "core").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("d.say", "Reason") and node.args:
                yield from rules_of(node.args[0])


def test_every_rule_that_a_decision_may_name_has_its_heading_and_no_other_has() -> None:
    assert set(re.findall(r"^### (.+)$", PAGE, re.MULTILINE)) == set(said())
