"""A text cut into the words and signs of the language, each with its place.

Signs of other languages (`==`, `&&`, 'single quotes') are noted and read as what was meant, so that the
parser can go on and report the rest. What the words mean together is the parser's matter.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.conditions.problems import FOREIGN_SIGN, NOT_READABLE, TOO_LARGE, ConditionError, Finding
from handrail.terms.expression import Span

DEPTH_MAX: Final = 20

TokenKind: TypeAlias = Literal["text", "number", "date", "word", "list:", "sign", "end"]


class Token(Struct, frozen=True):
    """`text` is what stands there; for a text in quotes, what it says without them."""

    kind: TokenKind
    text: str
    span: Span


_PATTERN: Final = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<single>'(?:[^'\\]|\\.)*')
    | (?P<curly>[“„”][^“”"]*[“”])
    | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-]))
    | (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<list>list:[\w-]*)
    | (?P<word>[^\W\d]\w*)
    | (?P<foreign>===?|!==?|<>|&&?|\|\|?|=|≤|≥|≠)
    | (?P<sign><=|>=|[<>()\[\],.+-])
    """,
    re.VERBOSE | re.DOTALL,
)
_MEANT: Final = {
    "=": "is", "==": "is", "===": "is",
    "!=": "is not", "!==": "is not", "<>": "is not", "≠": "is not",
    "&": "and", "&&": "and", "|": "or", "||": "or",
    "≤": "<=", "≥": ">=",
}  # fmt: skip
_KINDS: Final[dict[str, tuple[TokenKind, int]]] = {
    "text": ("text", 0),
    "date": ("date", 0),
    "number": ("number", 0),
    "list": ("list:", len("list:")),
    "word": ("word", 0),
    "sign": ("sign", 0),
}
_QUOTES: Final = "\"'“„”"
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def plain(quoted: str) -> str:
    """What a quoted text says: without its quotes, `\\"` and `\\\\` read."""
    return _ESCAPED.sub(r"\1", quoted[1:-1])


def _foreign(sign: str, span: Span, findings: list[Finding]) -> list[Token]:
    meant = _MEANT[sign]
    findings.append(Finding(span, FOREIGN_SIGN, f"`{sign}` is a sign of another language", advice=f"Write `{meant}`."))
    return [Token("sign" if meant in {"<=", ">="} else "word", word, span) for word in meant.split()]


def _misquoted(written: str, span: Span, findings: list[Finding]) -> Token:
    says = plain(written)
    findings.append(
        Finding(span, FOREIGN_SIGN, f"{written} is not in straight double quotes", advice=f'Write "{says}".')
    )
    return Token("text", says, span)


def _unreadable(text: str, at: int, end: int) -> Finding:
    if text[at] in _QUOTES:
        return Finding((at, end), NOT_READABLE, "this text has no closing quote", advice='Close it with ".')
    advice = "Write the bare number." if text[at] in "%€$£" else "Leave it out, or write a text in double quotes."
    return Finding((at, at + 1), NOT_READABLE, f"`{text[at]}` has no meaning in a condition", advice=advice)


def tokens_of(text: str, start: int, end: int, findings: list[Finding]) -> list[Token]:
    """The tokens of `text[start:end]`, closed by an "end"; what is wrong is added to `findings`."""
    tokens: list[Token] = []
    at = start
    while at < end:
        found = _PATTERN.match(text, at, end)
        if found is None:
            wrong = _unreadable(text, at, end)
            findings.append(wrong)
            if text[at] in _QUOTES:
                tokens.append(Token("text", text[at + 1 : end], wrong.span))
            at = wrong.span[1]
            continue
        tokens += _tokens_from(found, findings)
        at = found.end()
    tokens.append(Token("end", "", (end, end)))
    return tokens


def _tokens_from(found: re.Match[str], findings: list[Finding]) -> list[Token]:
    written, span, group = found.group(), found.span(), str(found.lastgroup)
    if group == "space":
        return []
    if group == "foreign":
        return _foreign(written, span, findings)
    if group in {"single", "curly"}:
        return [_misquoted(written, span, findings)]
    kind, skipped = _KINDS[group]
    return [Token(kind, plain(written) if kind == "text" else written[skipped:], span)]


class Cursor:
    """Reads the tokens of one text; `depth` counts what is open around the place where it stands."""

    def __init__(self, text: str, start: int, end: int, findings: list[Finding]) -> None:
        self.findings = findings
        self.tokens = tokens_of(text, start, end, findings)
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def next(self) -> Token:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these words or signs."""
        return self.token.kind in {"word", "sign"} and self.token.text in texts

    def takes(self, text: str) -> bool:
        """Goes past `text` if it stands here."""
        found = self.sees(text)
        if found:
            self.next()
        return found

    def span_from(self, start: int) -> Span:
        """From `start` to the end of what was read last."""
        return (start, self.tokens[self.at - 1].span[1])

    def refusal(
        self, message: str, *, code: str = NOT_READABLE, allowed: tuple[str, ...] = (), advice: str = ""
    ) -> ConditionError:
        """What to raise: it is the token that stands here that is wrong."""
        self.findings.append(Finding(self.token.span, code, message, allowed, advice))
        return ConditionError(self.findings)

    def expect(self, text: str, why: str) -> None:
        if not self.takes(text):
            raise self.refusal(f"`{text}` is missing {why}", allowed=(text,), advice=f"Write `{text}` here.")

    def deeper(self) -> None:
        """Goes one level down; callers come up again by restoring `depth`."""
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self.refusal(
                f"this is nested more than {DEPTH_MAX} levels deep",
                code=TOO_LARGE,
                advice="Split it: a `check` or `choose` of its own reads better.",
            )
