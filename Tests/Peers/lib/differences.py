"""The largest difference between two implementations over many cases, and whether it is small enough."""

import mpmath as mp

LIMIT = mp.mpf("1e-9")


class Differences:
    """Absolute below one, relative above."""

    def __init__(self, subject):
        self.subject, self.cases, self.worst, self.where = subject, 0, mp.mpf(0), ""

    def case(self):
        self.cases += 1

    def add(self, ours, theirs, where=""):
        if isinstance(ours, str):
            ours = mp.mpf(ours)
        size = abs(mp.mpf(ours) - mp.mpf(theirs)) / max(abs(mp.mpf(theirs)), 1)
        if not size <= self.worst:
            self.worst, self.where = size, f"{where}: {mp.nstr(mp.mpf(ours), 17)} and {mp.nstr(mp.mpf(theirs), 17)} in case {self.cases}"

    def told(self, tally, least=1):
        text = f"{self.subject}: {self.cases} cases, worst difference {mp.nstr(self.worst, 2)}"
        print(text, flush=True)
        tally.check(self.worst <= LIMIT and self.cases >= least, f"{text} ({self.where})")
