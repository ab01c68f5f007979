"""Our mathematics against independent implementations (numpy, scipy, mpmath at 50 digits) on random cases, to 1e-9.

Every case is asked through `aura-math-fixture`, so it is the function that the desk calls. AURA_PEER_SEED draws other cases, AURA_PEER_CASES more of them.
"""

import os

from lib import math_events, math_growth, math_judged, math_learned, math_spot, math_weather
from lib.tally import Tally

SEED = int(os.environ.get("AURA_PEER_SEED", "1"))
CASES = int(os.environ.get("AURA_PEER_CASES", "200"))

tally = Tally()
for subject in math_growth.ALL + math_events.ALL + math_learned.ALL + math_judged.ALL + math_spot.ALL + math_weather.ALL:
    tally.run(subject.__doc__, subject, tally, SEED, CASES)
tally.finish()
