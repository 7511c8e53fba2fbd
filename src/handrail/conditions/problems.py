"""What is wrong with a condition, and where in its text: findings, and the error that carries them.

The codes stand in docs/reference/conditions.md, a heading each. `handrail.language` turns a finding into a
problem with file, line and caret; nothing here knows a file.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from handrail.terms.expression import Span

NOT_READABLE = "J200"
MIXED = "J201"
FOREIGN_SIGN = "J202"
TOO_LARGE = "J203"
NO_SUCH_CONSTANT = "J204"
NO_SUCH_PATH = "J210"
NO_SUCH_FUNCTION = "J211"
WRONG_ARGUMENT = "J212"
NO_SUCH_NAME = "J213"
KINDS_DIFFER = "J220"
NOT_ORDERED = "J221"
NOT_IN_CHOICES = "J222"
CURRENCIES_DIFFER = "J223"
NOT_A_TEST = "J224"
NOT_A_LIST = "J225"
NOT_SHIFTABLE = "J226"
NO_EARLIER_VERSION = "J227"
NEVER_TRUE = "J230"
ALWAYS_TRUE = "J231"


class Finding(Struct, frozen=True):
    """`span` is start and end in the text; `allowed` what may stand there, sorted; `advice` what to write."""

    span: Span
    code: str
    message: str
    allowed: tuple[str, ...] = ()
    advice: str = ""


class ConditionError(Exception):
    """A text that cannot be read as a condition, a value or a text with values. The findings stand by place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda finding: finding.span))
        super().__init__(self.findings[0].message)

    @property
    def message(self) -> str:
        """What is wrong first."""
        return self.findings[0].message

    @property
    def span(self) -> Span:
        """Where that is."""
        return self.findings[0].span

    @property
    def allowed(self) -> tuple[str, ...]:
        """What may stand there."""
        return self.findings[0].allowed

    @property
    def advice(self) -> str:
        """What to write."""
        return self.findings[0].advice
