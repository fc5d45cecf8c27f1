"""Recreates sequence-reference.json, beside this file, which the tests of the confidence sequences read.

Needs Python 3.11 and mpmath 1.3.0:

    python3 sequence-reference.py > sequence-reference.json

Every value is computed at 50 digits from the definition: the martingale by mpmath's own log-gamma, a
limit of a proportion by bisection on the rate, a limit of a difference by bisection on the
difference with the smallest product along each line p1 - p2 = d found by golden sections. Nothing
is shared with the TypeScript, which solves for a multiplier instead.
"""

import json
import sys

import mpmath as mp
from mpmath import mpf

mp.mp.dps = 50
HALF = mpf(1) / 2


def main():
    json.dump(
        {
            "source": f"mpmath {mp.__version__} at 50 digits (sequence-reference.py)",
            "logMixture": [log_mixture_row(*row) for row in MIXTURES],
            "proportion": [
                proportion_row(k, n, level)
                for n in [1, 2, 10, 15, 16, 100, 1000, 1_000_000, 10_000_000]
                for k in sorted({0, 1, n // 3, 79 * n // 100, n - 1, n})
                for level in ([0.5, 0.95, 1 - 0.05 / 26, 1 - 1e-12] if n != 10 else ALL_LEVELS)
            ],
            "difference": [difference_row(t, level) for t in TABLES for level in (0.5, 0.95, 1 - 1e-12)],
        },
        sys.stdout,
    )


def log_mixture(k, n, p, a=HALF, b=HALF):
    def log_beta(x, y):
        return mp.loggamma(x) + mp.loggamma(y) - mp.loggamma(x + y)

    value = log_beta(k + a, n - k + b) - log_beta(a, b)
    if k > 0:
        value -= k * mp.log(p)
    if k < n:
        value -= (n - k) * mp.log(1 - p)
    return value


def proportion_limits(k, n, level):
    threshold = -mp.log(1 - mpf(level))
    observed = mpf(k) / n

    def limit(side):
        # The distance from the end of the scale is halved in its logarithm: it can be tiny.
        far = mpf(0) if side < 0 else mpf(1)
        inside, outside = mp.log(abs(observed - far)), mpf(-120) * mp.log(10)
        for _ in range(190):
            middle = (inside + outside) / 2
            if log_mixture(k, n, abs(far - mp.exp(middle))) < threshold:
                inside = middle
            else:
                outside = middle
        return abs(far - mp.exp(inside))

    return (mpf(0) if k == 0 else limit(-1)), (mpf(1) if k == n else limit(1))


def smallest_product(k1, n1, k2, n2, d):
    """Over p2 of ln M1(p2 + d) + ln M2(p2), which is convex."""
    low, high = max(mpf(0), -d), min(mpf(1), 1 - d)

    def value(p2):
        for k, n, p in ((k1, n1, p2 + d), (k2, n2, p2)):
            if (p <= 0 and k > 0) or (p >= 1 and k < n):
                return mp.inf
        return log_mixture(k1, n1, p2 + d) + log_mixture(k2, n2, p2)

    ends = min(value(low), value(high))
    ratio = (mp.sqrt(5) - 1) / 2
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = value(left), value(right)
    for _ in range(95):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = value(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = value(right)
    return min(ends, at_left, at_right)


def largest_difference(k1, n1, k2, n2, level):
    if k1 == n1 and k2 == 0:
        return mpf(1)
    threshold = -mp.log(1 - mpf(level))
    inside, outside = mpf(k1) / n1 - mpf(k2) / n2, mpf(1)
    for _ in range(50):
        middle = (inside + outside) / 2
        if smallest_product(k1, n1, k2, n2, middle) < threshold:
            inside = middle
        else:
            outside = middle
    return inside


def log_mixture_row(k, n, p, a, b):
    value = log_mixture(mpf(k), mpf(n), mpf(p), mpf(a), mpf(b))
    return {"k": k, "n": n, "rate": p, "a": a, "b": b, "value": written(value)}


def proportion_row(k, n, level):
    low, high = proportion_limits(k, n, level)
    return {"k": k, "n": n, "level": level, "low": written(low), "high": written(high)}


def difference_row(table, level):
    k1, n1, k2, n2 = table
    low = -largest_difference(k2, n2, k1, n1, level)
    high = largest_difference(*table, level)
    return {"k1": k1, "n1": n1, "k2": k2, "n2": n2, "level": level, "low": written(low), "high": written(high)}


def written(value):
    return int(value) if value == int(value) else float(mp.nstr(value, 17))


ALL_LEVELS = [0.01, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1 - 0.05 / 26, 0.999999999, 1 - 1e-12]

MIXTURES = [
    (0, 0, 0.3, 0.5, 0.5), (0, 1, 0.5, 0.5, 0.5), (7, 100, 0.05, 0.5, 0.5), (79, 100, 0.05, 0.5, 0.5),
    (15, 16, 0.9, 0.5, 0.5), (16, 16, 0.9, 0.5, 0.5), (3, 1_000_000, 1e-7, 0.5, 0.5),
    (5_000_000, 10_000_000, 0.501, 0.5, 0.5), (9_999_999, 10_000_000, 0.999, 0.5, 0.5),
    (7, 100, 0.05, 1, 1), (7, 100, 0.05, 2, 38), (0, 1000, 0.01, 0.5, 49.5), (250, 1000, 0.25, 20, 30),
]  # fmt: skip

TABLES = [
    (79, 100, 7, 100), (7, 100, 79, 100), (0, 10, 0, 20), (10, 10, 0, 20), (0, 10, 10, 10),
    (10, 10, 10, 10), (1, 1, 0, 1), (0, 1, 1, 1), (0, 1, 0, 1), (1, 2, 1, 3), (50, 100, 50, 100),
    (3, 15, 12, 1000), (999, 1000, 998, 1000), (1, 1_000_000, 3, 1_000_000),
    (500_000, 1_000_000, 480_000, 1_000_000), (12, 50, 2_400_000, 10_000_000),
]  # fmt: skip

main()
