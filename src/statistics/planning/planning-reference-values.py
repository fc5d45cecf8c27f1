"""Recreates planning-reference-values.json, beside this file, which the tests of the planner's figures read.

Needs Python 3.11, mpmath 1.3.0 or later, scipy 1.17.1 and R 4.2:

    python3 planning-reference-values.py > planning-reference-values.json

Power is summed over every table, with no pruning, at 40 digits and from the definition (statmod's
power.fisher.test, which simulates, estimates the same number): Fisher's p by whole numbers, the score with
its constrained likelihood maximised by bisection. scipy's fisher_exact must agree on each p that is not tied
with the level. Normal approximations are R's power.prop.test.
"""

import json
import math
import subprocess
import sys
from fractions import Fraction

import mpmath as mp
import scipy.stats
from mpmath import mpf

mp.mp.dps = 40


def main():
    json.dump(
        {
            "source": f"mpmath {mp.__version__} at 40 digits (planning-reference-values.py), "
            f"cross-checked with scipy {scipy.__version__}; power.prop.test of R",
            "fisherPower": [
                {
                    "n1": n1, "p1": p1, "n2": n2, "p2": p2, "level": level,
                    "power": written(fisher_power(n1, p1, n2, p2, level)),
                }
                for n1, p1, n2, p2, level in FISHER
            ],
            "ratioPower": [
                {
                    "ratio": ratio, "n1": n1, "p1": p1, "n2": n2, "p2": p2, "level": level,
                    "power": written(ratio_power(ratio, n1, p1, n2, p2, level)),
                }
                for ratio, n1, p1, n2, p2, level in RATIO
            ],
            "bounds": [
                {"rate": rate, "level": level, "events": events, "n": bound(rate, level, events)}
                for rate, level, events in BOUNDS
            ],
            "normal": [
                {"p1": p1, "p2": p2, "level": level, "power": power, "n": prop_test(p1, p2, level, power)}
                for p1, p2, level, power in NORMAL
            ],
        },
        sys.stdout,
        indent=1,
    )
    print()


def fisher_power(n1, p1, n2, p2, level):
    first, second = pmf(n1, p1), pmf(n2, p2)
    power = mpf(0)
    for m in range(n1 + n2 + 1):
        ways = {x: math.comb(n1, x) * math.comb(n2, m - x) for x in range(max(0, m - n2), min(n1, m) + 1)}
        total = sum(ways.values())
        for x, w in ways.items():
            # (1 + 1e-7) w, in whole numbers
            extreme = sum(v for v in ways.values() if v * 10**7 <= w * (10**7 + 1))
            p = Fraction(extreme, total)
            if p * (1 + Fraction(1, 10**12)) < 1 - Fraction(str(level)) or is_tied(p, level):
                power += first[x] * second[m - x]
            if n1 <= 20 and not is_tied(p, level):
                theirs = scipy.stats.fisher_exact([[x, n1 - x], [m - x, n2 - m + x]]).pvalue
                assert abs(theirs - float(p)) < 1e-9, (theirs, p)
    return power


def is_tied(p, level):
    return p == 1 - Fraction(str(level))


def ratio_power(ratio, n1, p1, n2, p2, level):
    first, second = pmf(n1, p1), pmf(n2, p2)
    z = mp.sqrt(2) * mp.erfinv(mpf(level))
    power = mpf(0)
    for k1 in range(1, n1 + 1):
        for k2 in range(n2 + 1):
            if score(k1, n1, k2, n2, mpf(ratio)) > z:
                power += first[k1] * second[k2]
    return power


def score(k1, n1, k2, n2, ratio):
    difference = mpf(k1) / n1 - ratio * mpf(k2) / n2
    if difference <= 0:
        return mpf(0)

    def slope(p):
        pull1 = (n1 - k1) * ratio * p / (1 - ratio * p) if k1 < n1 else 0
        pull2 = (n2 - k2) * p / (1 - p) if k2 < n2 else 0
        return k1 + k2 - pull1 - pull2

    low, high = mpf(0), min(mpf(1), 1 / ratio)
    for _ in range(130):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    p2 = (low + high) / 2
    p1 = ratio * p2
    n = n1 + n2
    variance = (p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2) * mpf(n) / (n - 1)
    return difference / mp.sqrt(variance)


def bound(rate, level, events):
    n = events + 1
    while sum(mpf(math.comb(n, k)) * mpf(rate) ** k * (1 - mpf(rate)) ** (n - k) for k in range(events + 1)) > 1 - mpf(str(level)):
        n += 1
    return n


def prop_test(p1, p2, level, power):
    call = (
        f"cat(sprintf('%.13g', power.prop.test(p1={p1},p2={p2},sig.level=1-{level},power={power},tol=1e-14)$n))"
    )
    return float(subprocess.run(["Rscript", "-e", call], check=True, capture_output=True, text=True).stdout)


def pmf(n, p):
    p = mpf(p)
    return [mpf(math.comb(n, k)) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


def written(value):
    return float(mp.nstr(value, 14))


FISHER = [
    (3, 0.1, 3, 0.9, 0.95), (3, 0.1, 3, 0.9, 0.9), (1, 0.5, 1, 0.5, 0.95), (10, 0.2, 10, 0.8, 0.95),
    (20, 0.79, 20, 0.07, 0.95), (20, 0.5, 20, 0.5, 0.95), (15, 0.05, 40, 0.3, 0.99),
    (50, 0, 50, 0.1, 0.95), (50, 1, 50, 0.9, 0.95), (60, 0.02, 60, 0.2, 0.995), (100, 0.79, 100, 0.07, 0.95),
    (100, 0.01, 100, 0.1, 0.95), (120, 0.3, 80, 0.5, 0.9995), (50, 0, 50, 0, 0.95),
]  # fmt: skip
RATIO = [
    (1, 20, 0.79, 20, 0.07, 0.95), (2, 100, 0.4, 100, 0.1, 0.95), (10, 40, 0.79, 40, 0.02, 0.95),
    (10, 100, 0.79, 100, 0.07, 0.9), (0.5, 30, 0.3, 50, 0.3, 0.95), (2, 30, 0.5, 30, 0, 0.95),
    (3, 25, 1, 25, 0.1, 0.99), (1, 5, 0, 5, 0.5, 0.95),
]  # fmt: skip
BOUNDS = [
    (0.01, 0.95, 0), (0.05, 0.95, 0), (0.001, 0.99, 0), (0.5, 0.75, 0), (0.9, 0.5, 0), (0.01, 0.95, 1),
    (0.01, 0.95, 5), (0.05, 0.999, 3), (0.5, 0.95, 10),
]  # fmt: skip
NORMAL = [
    (0.5, 0.75, 0.95, 0.9), (0.01, 0.05, 0.95, 0.8), (0.79, 0.07, 0.95, 0.8), (0.1, 0.2, 0.995, 0.95),
    (0.02, 0, 0.95, 0.8), (0.5, 0.51, 0.95, 0.99),
]  # fmt: skip

main()
