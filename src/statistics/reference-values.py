"""Recreates reference-values.json, beside this file, which the tests here read (null: Infinity).

Needs Python 3.11, mpmath 1.4.1, scipy 1.17.1 and statsmodels 0.15.0:

    python3 reference-values.py > reference-values.json

Every value is computed at 50 digits from the definition and written with twelve. Limits that
have no closed form are found by bisection of the definition itself: the binomial or posterior tail,
the score with its constrained likelihood maximised numerically. Nothing is shared with the
TypeScript. Each value is then compared with scipy or statsmodels, as far as these are accurate.
"""

import json
import math
import sys

import mpmath as mp
import scipy
import scipy.special
import scipy.stats
import statsmodels
from mpmath import mpf
from statsmodels.stats.proportion import confint_proportions_2indep

mp.mp.dps = 50
LEVELS = [0.5, 0.95, 0.999999]
ALL_LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.999999, 0.999999999]


def main():
    json.dump(
        {
            "source": f"mpmath {mp.__version__} at 50 digits (reference-values.py); cross-checked with "
            f"scipy {scipy.__version__} and statsmodels {statsmodels.__version__}",
            "intervals": {
                "jeffreys": intervals(jeffreys),
                "wilson": intervals(wilson),
                "clopper-pearson": intervals(clopper_pearson),
            },
            "newcombe": [two_groups(t, level, newcombe) for t in TABLES for level in LEVELS],
            "miettinenNurminen": [
                two_groups(t, level, miettinen_nurminen) for t in TABLES for level in LEVELS
            ],
            "fisher": [fisher(t) for t in TABLES],
        },
        sys.stdout,
    )


def intervals(limits):
    rows = []
    for n in [1, 2, 10, 20, 100, 100_000, 1_000_000]:
        for k in sorted({0, 1, n // 3, 79 * n // 100, n - 1, n}):
            for level in ALL_LEVELS if n in (20, 1_000_000) and k <= 1 else LEVELS:
                low, high = limits(k, n, level)
                rows.append({"k": k, "n": n, "level": level, "low": written(low), "high": written(high)})
    return rows


def jeffreys(k, n, level):
    tail, half = (1 - mpf(level)) / 2, mpf(1) / 2
    low = beta_quantile(tail, k + half, n - k + half) if k > 0 else mpf(0)
    high = 1 - beta_quantile(tail, n - k + half, k + half) if k < n else mpf(1)
    return low, high


def clopper_pearson(k, n, level):
    tail = (1 - mpf(level)) / 2
    low = beta_quantile(tail, mpf(k), mpf(n - k + 1)) if k > 0 else mpf(0)
    high = 1 - beta_quantile(tail, mpf(n - k), mpf(k + 1)) if k < n else mpf(1)
    return low, high


def wilson(k, n, level):
    z, p = critical_value(level), mpf(k) / n
    a, b = 1 + z * z / n, 2 * p + z * z / n
    root = mp.sqrt(b * b - 4 * a * p * p)
    low = (b - root) / (2 * a) if k > 0 else mpf(0)
    high = (b + root) / (2 * a) if k < n else mpf(1)
    return low, high


def newcombe(k1, n1, k2, n2, level):
    (l1, u1), (l2, u2) = wilson(k1, n1, level), wilson(k2, n2, level)
    p1, p2 = mpf(k1) / n1, mpf(k2) / n2
    low = p1 - p2 - mp.sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = p1 - p2 + mp.sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    theirs = confint_proportions_2indep(
        k1, n1, k2, n2, method="newcomb", compare="diff", alpha=1 - level
    )
    expect_close(theirs[0], low, 1e-9, "newcombe")
    expect_close(theirs[1], high, 1e-9, "newcombe")
    return low, high


def miettinen_nurminen(k1, n1, k2, n2, level):
    if k1 == 0 and k2 == 0:
        return mpf(0), mp.inf
    z = critical_value(level)
    start = mp.log((k1 + mpf(1) / 2) / (n1 + 1) / ((k2 + mpf(1) / 2) / (n2 + 1)))

    def solve(target):
        return mp.exp(decreasing_root(lambda t: score(k1, n1, k2, n2, mp.exp(t)) - target, start))

    low = solve(z) if k1 > 0 else mpf(0)
    high = solve(-z) if k2 > 0 else mp.inf
    # statsmodels 0.15 loses the constrained estimate (even to complex numbers) where a group has
    # no event or no non-event, and near there at a million trials.
    if min(k1, n1 - k1, k2, n2 - k2) >= 5 and max(n1, n2) <= 1000:
        theirs = confint_proportions_2indep(
            k1, n1, k2, n2, method="score", compare="ratio", alpha=1 - level, correction=True
        )
        expect_close(theirs[0] / low, 1, 1e-7, "miettinen-nurminen")
        expect_close(theirs[1] / high, 1, 1e-7, "miettinen-nurminen")
    return low, high


def score(k1, n1, k2, n2, ratio):
    """The likelihood under p1 = ratio p2 is maximised in p2 by bisection of its derivative."""

    def slope(p):
        pull1 = (n1 - k1) * ratio * p / (1 - ratio * p) if k1 < n1 else 0
        pull2 = (n2 - k2) * p / (1 - p) if k2 < n2 else 0
        return k1 + k2 - pull1 - pull2

    difference = mpf(k1) / n1 - ratio * mpf(k2) / n2
    if difference == 0:
        return mpf(0)
    low, high = mpf(0), min(mpf(1), 1 / ratio)
    for _ in range(170):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    p2 = (low + high) / 2
    p1 = ratio * p2
    n = n1 + n2
    variance = (p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2) * mpf(n) / (n - 1)
    return difference / mp.sqrt(variance)


def fisher(table):
    k1, n1, k2, n2 = table
    n, m = n1 + n2, k1 + k2
    lowest, highest = max(0, m - n2), min(n1, m)
    if n <= 2500:
        weights = {x: mpf(math.comb(n1, x) * math.comb(n2, m - x)) for x in range(lowest, highest + 1)}
        total = mpf(math.comb(n, m))
    else:
        weights = hypergeometric(n1, n2, m, lowest, highest)
        total = mpf(1)
    tolerated = weights[k1] * (1 + mpf(10) ** -7)
    values = {
        "two-sided": sum(w for w in weights.values() if w <= tolerated) / total,
        "less": sum(w for x, w in weights.items() if x <= k1) / total,
        "greater": sum(w for x, w in weights.items() if x >= k1) / total,
    }
    for alternative, p in values.items():
        if p > mpf(10) ** -300:
            theirs = scipy.stats.fisher_exact([[k1, n1 - k1], [k2, n2 - k2]], alternative=alternative)
            expect_close(theirs.pvalue / p, 1, 1e-6, "fisher")
    return {"k1": k1, "n1": n1, "k2": k2, "n2": n2, **{a: written(p) for a, p in values.items()}}


def hypergeometric(n1, n2, m, lowest, highest):
    """Probabilities by log-gamma at 50 digits, from the mode out to 1e-420."""

    def probability(x):
        return mp.exp(log_choose(n1, x) + log_choose(n2, m - x) - log_choose(n1 + n2, m))

    mode = max(lowest, min(highest, (m + 1) * (n1 + 1) // (n1 + n2 + 2)))
    weights = {}
    for direction in (range(mode, highest + 1), range(mode - 1, lowest - 1, -1)):
        for x in direction:
            weights[x] = probability(x)
            if weights[x] < mpf(10) ** -420:
                break
    expect_close(sum(weights.values()), 1, 1e-25, "hypergeometric")
    return weights


def log_choose(n, k):
    return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)


def critical_value(level):
    return mp.sqrt(2) * mp.erfinv(mpf(level))


def beta_quantile(p, a, b):
    """Newton's method in the log-odds of x, started from scipy."""
    start = scipy.special.betaincinv(float(a), float(b), float(p))
    log_odds = mp.log(mpf(start) / (1 - mpf(start)))
    log_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    for _ in range(60):
        x = 1 / (1 + mp.exp(-log_odds))
        slope = mp.exp(a * mp.log(x) + b * mp.log(1 - x) - log_beta)
        step = (incomplete_beta(a, b, x) - p) / slope
        log_odds -= step
        if abs(step) < mpf(10) ** -32:
            x = 1 / (1 + mp.exp(-log_odds))
            expect_close(start / x, 1, 1e-10, "beta quantile")
            return x
    raise ArithmeticError(f"no convergence for {p} {a} {b}")


def incomplete_beta(a, b, x):
    """Regularised, by Lentz's method on the continued fraction 8.17.22 of https://dlmf.nist.gov."""
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    log_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    front = mp.exp(a * mp.log(x) + b * mp.log1p(-x) - log_beta) / a
    c, d = mpf(1), 1 / (1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 1_000_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for coefficient in (even, odd):
            d = 1 / (1 + coefficient * d)
            c = 1 + coefficient / c
            fraction *= c * d
        if abs(c * d - 1) < mpf(10) ** -(mp.mp.dps - 2):
            return front * fraction
    raise ArithmeticError(f"no convergence for {a} {b} {x}")


def decreasing_root(f, start):
    low, high, step = start - 1, start + 1, 1
    while f(low) < 0:
        low, step = low - step, 2 * step
    step = 1
    while f(high) > 0:
        high, step = high + step, 2 * step
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return (low + high) / 2


def two_groups(table, level, limits):
    k1, n1, k2, n2 = table
    low, high = limits(*table, level)
    limits_json = {"low": written(low), "high": None if high == mp.inf else written(high)}
    return {"k1": k1, "n1": n1, "k2": k2, "n2": n2, "level": level, **limits_json}


def written(value):
    return int(value) if value == int(value) else float(mp.nstr(value, 12))


def expect_close(actual, expected, tolerance, what):
    if not abs(actual - expected) <= tolerance:
        raise ArithmeticError(f"{what}: {actual} is not {expected}")


TABLES = [
    # The published shutdown example, both ways round, and Newcombe's worked examples.
    (79, 100, 7, 100), (7, 100, 79, 100), (56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7),
    (5, 56, 0, 29), (0, 10, 0, 20), (0, 10, 0, 10), (10, 10, 0, 20), (10, 10, 0, 10), (10, 10, 20, 20),
    # No events, or nothing but events, in one group; single trials; ties.
    (0, 100, 5, 100), (5, 100, 0, 100), (100, 100, 95, 100), (95, 100, 100, 100),
    (1, 1, 0, 1), (0, 1, 1, 1), (1, 1, 1, 1), (0, 1, 0, 1), (1, 2, 1, 3), (50, 100, 50, 100),
    # Unequal and large groups, rates near 0 and 1.
    (3, 15, 12, 1000), (30, 1000, 10, 1000), (970, 1000, 990, 1000), (0, 1000, 300, 1000),
    (1, 1_000_000, 0, 1_000_000), (1, 1_000_000, 3, 1_000_000), (0, 1_000_000, 20, 1_000_000),
    (999_999, 1_000_000, 999_990, 1_000_000), (1_000_000, 1_000_000, 999_997, 1_000_000),
    (500_000, 1_000_000, 501_000, 1_000_000), (500_000, 1_000_000, 480_000, 1_000_000),
    (12, 50, 240_000, 1_000_000),
]  # fmt: skip

if __name__ == "__main__":
    main()
