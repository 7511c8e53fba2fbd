"""Whatever a program sends that the description allows: no fault of ours, and no answer that the description does not name."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.web.house import House

EXAMPLES = 10
"""Of each path; with some fifty paths that is half a minute each."""

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
QUICK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def tried(operation: Any, token: str, mode: GenerationMode) -> None:  # noqa: ANN401 - of schemathesis
    """Send what the description allows, or forbids, to one path."""

    @QUICK
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:  # noqa: ANN401
        answer = case.call(headers={"Authorization": token}, timeout=30)
        case.validate_response(answer, checks=CHECKS)

    send()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
def test_every_path_keeps_its_description_whatever_is_sent(house: House, mode: GenerationMode) -> None:
    token = house.client("admin").headers["Authorization"]
    schema = schemathesis.openapi.from_url(f"{house.url}/api/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 20
    wrong = []
    for operation in operations:
        try:
            tried(operation, token, mode)
        except Unsatisfiable:
            continue  # nothing that it forbids can be sent, as where a path takes nothing
        except (AssertionError, BaseExceptionGroup) as error:
            wrong.append(f"{operation.method.upper()} {operation.path}: {error}")
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("path", ["/api/openapi.json", "/api/docs"])
def test_the_description_loads_nothing_from_elsewhere(house: House, path: str) -> None:
    answer = house.client().get(path)
    assert answer.status_code == 200
    assert not any(f'{attribute}="http' in answer.text for attribute in ("src", "href", "action"))
