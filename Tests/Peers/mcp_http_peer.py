"""The conformance driver against the fixture over Streamable HTTP; then, from its results, the scenarios that the official suite requires of a server."""

import re

from lib import mcp
from lib.tally import Tally

# Which checks of the driver stand for a scenario of the official suite. The driver tells the scenarios anew; this is not a run of the suite itself.
BOTH = {
    "completion-complete": ["completion", "fixture.completion"], "tools-list": ["tools.list", "tools.schemas"],
    "tools-call-simple-text": ["fixture.content"], "tools-call-image": ["fixture.content"], "tools-call-audio": ["fixture.content"],
    "tools-call-embedded-resource": ["fixture.content"], "tools-call-mixed-content": ["fixture.content"], "tools-call-error": ["fixture.error"],
    "tools-call-with-progress": ["progress", "fixture.progress"], "server-sse-multiple-streams": ["http.streams-not-mixed"], "resources-list": ["resources.list"],
    "resources-read-text": ["resources.read", "fixture.resources"], "resources-read-binary": ["resources.read", "fixture.resources"],
    "resources-templates-read": ["fixture.resources"], "prompts-list": ["prompts.list"], "prompts-get-simple": ["fixture.prompts"],
    "prompts-get-with-args": ["prompts.get", "fixture.prompts"], "prompts-get-embedded-resource": ["fixture.prompts"], "prompts-get-with-image": ["fixture.prompts"],
    "dns-rebinding-protection": ["http.host-rebinding", "http.origin", "http.origin-every-verb"],
}
LEGACY = {
    "server-initialize": ["lifecycle.initialize", "lifecycle.version-newest-echoed"], "logging-set-level": ["logging.set-level", "logging.filtered"], "ping": ["ping"],
    "tools-call-with-logging": ["fixture.logging"], "tools-call-sampling": ["fixture.sampling"], "tools-call-elicitation": ["fixture.elicitation", "elicitation"],
    "elicitation-sep1034-defaults": ["fixture.elicitation-defaults"], "elicitation-sep1330-enums": ["fixture.elicitation-enums"],
    "resources-subscribe": ["resources.subscribe", "resources.update-delivered"], "resources-unsubscribe": ["fixture.resource-subscription"],
}
MODERN = {
    "server-stateless": ["discover", "http.stateless", "meta.required-fields", "methods.removed", "version.unsupported", "tools.same-on-every-connection"],
    "sep-2164-resource-not-found": ["resources.not-found"], "caching": ["cacheable-results"], "input-required-result-result-type": ["input-required", "fixture.mrtr"],
    **{f"input-required-result-{x}": ["fixture.mrtr"] for x in (
        "basic-elicitation", "basic-sampling", "basic-list-roots", "request-state", "multiple-input-requests", "multi-round", "non-tool-request")},
    **{f"input-required-result-{x}": ["fixture.mrtr-edges", "input-required"] for x in (
        "missing-input-response", "unsupported-methods", "tampered-state", "capability-check", "ignore-extra-params", "validate-input")},
}


def required(tally, results, era, revision, scenarios):
    text = (mcp.DRIVER / "conformance" / f"{revision}.yaml").read_text()
    names = re.findall(r"^  - (\S+)$", text[text.index("\nserver:"):text.index("\nclient:")], re.M)
    held = 0
    for name in names:
        checks = scenarios.get(name, [])
        statuses = {check: results.get(f"{era}.{check}") for check in checks}
        held += tally.check(checks and set(statuses.values()) == {"PASS"}, f"{revision} {name}: {statuses}")
    print(f"{revision}: {held} of the {len(names)} scenarios that are required of a server", flush=True)


mcp.skip_without_driver()
tally = Tally()
port = mcp.free_port()
older = ["--py-v1", str(mcp.OLDER / "bin" / "python")]
results = mcp.drive(tally, "HTTP", *older, "--spawn", f"{mcp.fixture()} --http {port}", "--url", f"http://127.0.0.1:{port}/mcp")
required(tally, results, "legacy", "2025-11-25", {**BOTH, **LEGACY})
required(tally, results, "modern", "2026-07-28", {**BOTH, **MODERN})
port = mcp.free_port()
guarded = f"{mcp.fixture()} --http {port} --token sesame --issuer https://issuer.example"
mcp.drive(tally, "HTTP with a token", "--only", r"^(http\.|modern\.discover|legacy\.ping|sdk\.)", "--expect-auth", "--token", "sesame",
          "--spawn", guarded, "--url", f"http://127.0.0.1:{port}/mcp")
tally.finish()
