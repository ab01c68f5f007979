"""The exchange's fees in whole numbers of a millionth of a dollar, and an event's states from its strikes, written from the rules and not from our code."""

from fractions import Fraction as F
from math import ceil, floor

RATES = {("quadratic", "taker"): F(7, 100), ("quadratic", "maker"): F(0), ("quadratic_with_maker_fees", "taker"): F(7, 100), ("quadratic_with_maker_fees", "maker"): F(7, 400)}
CENT, TENTH = F(1, 100), F(1, 10_000)


def up(value, grain):
    return ceil(value / grain) * grain


def charges(kind, multiplier, rounding, fills):
    """What each fill of one order is charged: trade fee, rounding fee, rebate; and what the account of roundings holds at the end."""
    found, account, exact, charged = [], F(0), F(0), F(0)
    for price, hundredths, liquidity in fills:
        p, count = F(price, 10_000), F(hundredths, 100)
        fee = RATES[kind, liquidity] * F(multiplier, 1000) * count * p * (1 - p)
        if rounding == "order":
            # The order's fee so far, rounded up, less what was charged before; nothing is given back.
            exact += fee
            more = max(up(exact, CENT) - charged, F(0))
            charged += more
            found.append((more, F(0), F(0)))
            continue
        grain = CENT if rounding == "cent" else TENTH
        trade = up(fee, TENTH)
        change = -(p * count) - trade
        taken = change - floor(change / grain) * grain
        account += taken
        back = CENT if account > CENT else F(0)
        account -= back
        found.append((trade, taken, back))
    return found, account


def net(kind, multiplier, price, contracts, liquidity):
    return sum(a + b - c for a, b, c in charges(kind, multiplier, "cent", [(price, contracts * 100, liquidity)])[0])


def resolves(strike, x):
    kind = strike["kind"]
    return x > strike["low"] if kind == "greater" else x < strike["high"] if kind == "less" else strike["low"] <= x <= strike["high"]


def states(strikes):
    """The different answers of all markets over a fine grid of numbers, ascending."""
    rows = []
    for tenth in range(-2000, 2001):
        row = [resolves(strike, tenth / 10) for strike in strikes]
        if row not in rows:
            rows.append(row)
    return rows
