"""Checks of this project's own, beside those of the tool."""

import os

import schemathesis

NOBODY = "00000000-0000-0000-0000-000000000000"

# Codes of problems and faults that a schema can prevent: a request that fits its schema never meets them.
SAYABLE = {
    "invalid-header",
    "malformed-json",
    "unsupported-media-type",
    "duplicate-field",
    "idempotency-key",
    "not-one-of",
    "too-long",
    "unknown-field",
    "unknown-parameter",
    "wrong-count",
    "wrong-type",
}


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Keeps the caller's own grant, gives the examples of the document the caller's company and vacancy, waits briefly."""
    # The feed answers after so many seconds where there is nothing new: one is enough.
    wait = str((case.query or {}).get("wait"))
    if wait.isdecimal() and 1 < int(wait) <= 30:
        case.query["wait"] = 1
    # Who takes its own grant away gets 403 for everything after it.
    if case.path_parameters.get("id") in os.environ["DISNAKER_OWN_GRANTS"].split(","):
        case.path_parameters["id"] = NOBODY
    if not isinstance(case.body, dict):
        return
    if case.body.get("company_id") == NOBODY:
        case.body["company_id"] = os.environ["DISNAKER_OWN_COMPANY"]
    rows = case.body.get("rows")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("vacancy_id") == NOBODY:
            row["vacancy_id"] = os.environ["DISNAKER_OWN_VACANCY"]


@schemathesis.check
def refused_for_what_no_schema_says(ctx, response, case):
    """400 and 422 are expected of requests that fit, because of rules beyond any schema: and for nothing else."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code not in (400, 422):
        return
    if "problem+json" not in response.headers.get("content-type", [""])[0]:
        return
    problem = response.json()
    codes = {problem["code"]} | {fault["code"] for fault in problem.get("errors", [])}
    assert not codes & SAYABLE, f"the schema lets through what is refused as {sorted(codes & SAYABLE)}"


@schemathesis.check
def a_problem_is_whole(ctx, response, case):
    """Every error but the token endpoint's is a problem with the trace id of the request (RFC 9457)."""
    if response.status_code < 400 or case.operation.path == "/oauth/token":
        return
    problem = response.json()
    trace = response.headers["x-request-id"][0]
    assert response.headers["content-type"] == ["application/problem+json"], "another media type"
    assert problem["status"] == response.status_code, "another status"
    assert problem["trace_id"] == trace, "another trace id"
    assert problem["instance"] == f"urn:uuid:{trace}", "another instance"
