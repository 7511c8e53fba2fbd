"""How an answer is refused, whatever way it came: what is wrong, and what to do. Each way says it in its own form."""

from __future__ import annotations

from typing import Literal, TypeAlias

Why: TypeAlias = Literal["unknown", "not theirs", "not right", "over", "not now"]


class NotTaken(Exception):
    """Why an answer does not count. `more` is said beside it: `allowed`, `fields`, `by`, `at`, `owner`."""

    def __init__(self, why: Why, error: str, what_to_do: str, **more: object) -> None:
        super().__init__(error)
        self.why, self.error, self.what_to_do, self.more = why, error, what_to_do, more


class WhoIsIt(NotTaken):
    """A name that is nobody's, or `many` people's. `field` is where it stands, `text` how it was written: for whoever wrote it only."""

    def __init__(self, field: str, text: str, many: int) -> None:
        said = f"{many} people are called so" if many else "Nobody is known by that name"
        advice = "Name one person: P-12, a key of the HR system (hris:010134), or an address."
        super().__init__("not right", f'"{field}": {said}.', advice)
        self.field, self.text, self.many = field, text, many
