"""Counts what held and what did not, and says so at the end: `N passed, N failed`."""

import signal
import sys
import traceback


def _stop(*_):
    sys.exit(143)


# `timeout` ends a peer by this signal: as an exit it passes through every `with` and `finally`, and the servers are ended.
signal.signal(signal.SIGTERM, _stop)


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, holds, sentence):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {sentence}", flush=True)
        return holds

    def equal(self, found, wanted, sentence):
        return self.check(found == wanted, f"{sentence}: {found!r} instead of {wanted!r}")

    def run(self, name, scenario, *arguments):
        """A scenario that breaks off is one failure, with the place where it did."""
        try:
            scenario(*arguments)
        except Exception:
            self.check(False, f"{name} broke off\n{traceback.format_exc(limit=-4)}")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed else 0)
