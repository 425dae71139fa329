"""Checks of the fuzz run that schemathesis does not have. schemathesis.toml says when they apply."""

import base64
import json
import os
import re

import schemathesis

# Documented answers to a fault of an upstream. Every other 5xx is a fault of the server.
UPSTREAM = {
    "discogs_failed",
    "discogs_busy",
    "musicbrainz_failed",
    "musicbrainz_busy",
    "provider_refused",
    "provider_failed",
    "provider_busy",
    "provider_timeout",
    "answer_cut_off",
}

# Why a request is refused although it has the documented form: path of the operation, field, message, reason.
# All three patterns must match.
REFUSALS = [
    (r"", r"cursor", r"is not a cursor", "a cursor is one that an answer gave; its form alone does not make one"),
    (r"", r"(.*\.)?(\w+_at|last_sync)", r"must be a (date|time)", "a pattern does not know the calendar"),
    (r"", r"(.*\.)?uid", r"is the uid of another record", "depends on what is stored"),
    (r"", r"(.*\.)?custom", r"must have at most", "a schema cannot limit the bytes of an object"),
    (r"", r"(.*\.)?(genres|styles|labels|format_descriptions)", r"must have at most", "it limits all values together"),
    (r"", r"(.*\.)?discogs_id", r"is not a release", "depends on Discogs"),
    (r"/collection/", r"(.*\.)?parent", r"must be a crate", "depends on what is stored"),
    (r"/collection/", r"id", r"is \d+ here and \d+ in the path", "a schema cannot compare two parts of a request"),
    (r"/sync$", r"(albums|deleted_ids)\[\d+\](\.id)?", r"is not an album", "depends on what is stored"),
    (r"/owned$", r"barcode", r"or catno, or artist and album", "parameters cannot depend on each other in OpenAPI"),
    (r"/discogs/search$", r"\w+", r"is required|cannot be combined|is only for", "the same"),
    (r"/musicbrainz/release$", r"artist", r"is required, with album", "the same"),
    (r"/(discogs/search|musicbrainz/release)$", r"barcode", r"must have", "a pattern cannot compute a check digit"),
    (r"/discogs/search$", r"catno", r"at least one letter", "letters of every script count"),
    (r"/import/discogs$", r"token", r"is the token of another user|cannot be used", "depends on Discogs"),
    (r"/import/discogs$", r"username", r"or token must be given", "depends on what is stored"),
    (r"/import$", r".*", r".*", "a file may be any text: what is in it decides"),
    (r"/auth/me$", r"current_password", r"is required to change", "`dependentRequired` is unknown to most generators"),
    (r"/auth/", r"(new_)?password", r".*", "common passwords, the email and the name of the service are refused"),
    (r"/auth/", r"email", r"must be an email", "`format: email` allows more forms than mail servers do"),
    (r"/chat$", r"provider", r"must be one of", "depends on the providers that the operator configured"),
]

# Refusals that depend on what is stored, and not on the form of the request.
CODES_OF_STATE = {"version_conflict", "cursor_expired", "quota_exceeded", "storage_full"}


def problem(response):
    try:
        return json.loads(response.content)
    except ValueError:
        return {}


@schemathesis.check
def faults_of_the_server(ctx, response, case):
    if response.status_code >= 500:
        code = problem(response).get("code")
        assert code in UPSTREAM, f"a fault of the server: {response.status_code} {code}"


def is_valid(case):
    # A case that counts as valid may have an invalid header beside a valid body.
    return case.meta is not None and all(part.mode.is_positive for part in case.meta.components.values())


def is_known(fault, case):
    """JSON Schema counts 7.0 as an integer; the server wants it written as one."""
    if "must be a whole number" in fault["message"] and ".0" in json.dumps(case.body, default=str):
        return True
    return any(
        re.search(path, case.path) and re.fullmatch(field, fault["field"]) and re.search(message, fault["message"])
        for path, field, message, _ in REFUSALS
    )


@schemathesis.check
def reasons_of_refusals(ctx, response, case):
    if not is_valid(case) or response.status_code not in (400, 410, 412, 422, 507):
        return
    refusal = problem(response)
    if refusal.get("code") in CODES_OF_STATE:
        return
    if refusal.get("code") == "malformed_json" and case.path.endswith("/import"):
        return
    faults = refusal.get("errors") or []
    assert faults, f"a valid request is refused: {refusal.get('detail')}"
    for fault in faults:
        refused = f"{fault['field']}: {fault['message']}"
        assert is_known(fault, case), f"the document allows what the server refuses: {refused}"


def session_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sid"]


@schemathesis.hook
def before_call(ctx, case, **kwargs):
    """Keeps the session of the run: without it, every later answer would be 401."""
    own = session_of(os.environ["FUZZ_TOKEN"]) if os.environ.get("FUZZ_TOKEN", "").count(".") == 2 else None
    if case.method.upper() == "DELETE" and own and own in str((case.path_parameters or {}).get("id")):
        case.path_parameters["id"] = "00000000-0000-7000-8000-000000000000"
