"""Two independent checkers against the fixture: `jbt-mcpcheck` over HTTP, and `mcp-groundtruth`, which watches whether tools do what their hints say."""

from lib import checkers, mcp
from lib.tally import Tally

# What groundtruth calls, and with what; the other tools need an answer that it cannot give.
TOOLS = {
    "test_simple_text": {}, "test_structured_add": {"a": 2, "b": 3}, "test_error_handling": {}, "test_touch_watched_resource": {}, "test_trigger_tool_change": {},
    "test_confirmation": {"what": "nothing"},
}

tally = Tally()
tally.run("jbt-mcpcheck", lambda: checkers.mcpcheck(tally, [mcp.fixture(), "--http", "0"]))
tally.run("mcp-groundtruth", lambda: checkers.groundtruth(tally, "fixture", [mcp.fixture()], TOOLS))
tally.finish()
