"""The conformance driver against the fixture over stdio, in both eras, with PyPI's `mcp` 2.x and 1.x and `fastmcp` as clients."""

from lib import mcp
from lib.tally import Tally

mcp.skip_without_driver()
tally = Tally()
older = ["--py-v1", str(mcp.OLDER / "bin" / "python")]
# Ten names a page, so that every list has several; and a secret in the environment that must never come back.
mcp.drive(tally, "stdio", *older, "--canary", "AURA_SECRET=canary-7f3a9c", "--stdio", "--", mcp.fixture(), "--page-size", "10")
tally.finish()
