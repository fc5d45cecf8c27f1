"""Recreates comparison-reference-values.json, beside this file, which the tests here read (null: Infinity, or not defined).

Needs Python 3.11, mpmath 1.3.0, scipy 1.17.1, statsmodels 0.15.0 and R 4.2 (`Rscript`):

    python3 comparison-reference-values.py > comparison-reference-values.json

As in reference-values.py, of which parts are used: every value is computed at 50 digits from the definition, the tables of
Boschloo's test are compared in whole numbers, and nothing is shared with the TypeScript. Each value is then compared with SciPy,
statsmodels or R, as far as these are accurate. The adjusted p-values are R's own.
"""

import importlib
import json
import math
import subprocess
import sys

import mpmath as mp
import numpy as np
import scipy
import statsmodels
from mpmath import mpf
from scipy.stats import binom, binomtest, boschloo_exact
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep

one_group = importlib.import_module("reference-values")
expect_close, written = one_group.expect_close, one_group.written
LEVELS = [0.5, 0.95, 0.999999]
ALTERNATIVES = ["two-sided", "less", "greater"]


def main():
    json.dump(
        {
            "source": f"mpmath {mp.__version__} at 50 digits (comparison-reference-values.py); cross-checked with scipy "
            f"{scipy.__version__}, statsmodels {statsmodels.__version__} and {r('cat(R.version.string)')}",
            "boschloo": [boschloo(*table) for table in BOSCHLOO_TABLES],
            "mcnemar": [mcnemar(b, c) for b, c in PAIRS],
            "oddsRatio": [odds_ratio(*table, level) for table in one_group.TABLES for level in LEVELS],
            "oneSided": one_sided(),
            "ratioExceeds": [
                ratio_exceeds(*table, ratio) for table in one_group.TABLES for ratio in [0.1, 1, 2, 10]
            ],
            "differenceInDifferences": [
                difference_in_differences(first, second, level) for first, second in QUADRUPLES for level in LEVELS
            ],
            "adjusted": [adjusted(p) for p in FAMILIES],
            "levels": [levels(level, m) for level in [0.5, 0.9, 0.95, 0.999, 0.999999999] for m in [1, 2, 3, 45, 1_000_000]],
        },
        sys.stdout,
    )


# Boschloo's test


def boschloo(k1, n1, k2, n2):
    values = {}
    for alternative in ALTERNATIVES:
        shares = extreme_shares(k1, n1, k2, n2, alternative)
        values[alternative] = supremum(shares)
        # SciPy searches for the supremum, and doubles where both sides are asked for.
        if alternative != "two-sided" and n1 + n2 <= 300 and values[alternative] > 1e-10:
            theirs = boschloo_exact([[k1, k2], [n1 - k1, n2 - k2]], alternative=alternative, n=64)
            expect_close(theirs.pvalue / float(values[alternative]), 1, 1e-6, f"boschloo {k1, n1, k2, n2}")
    return {"k1": k1, "n1": n1, "k2": k2, "n2": n2, **{a: written(p) for a, p in values.items()}}


def extreme_shares(k1, n1, k2, n2, alternative):
    """Given each total of events: the chance of a table whose Fisher p is at most the observed one's, as a fraction."""
    observed = fisher_numerators(n1, n2, k1 + k2, alternative)[k1]
    observed_total = math.comb(n1 + n2, k1 + k2)
    shares = []
    for events in range(n1 + n2 + 1):
        total = math.comb(n1 + n2, events)
        within = [
            p for p in fisher_numerators(n1, n2, events, alternative).values() if p * observed_total <= observed * total
        ]
        shares.append(mpf(max(within, default=0)) / total)
    return shares


def fisher_numerators(n1, n2, events, alternative):
    first, second = binomial_row(n1), binomial_row(n2)
    ways = {x: first[x] * second[events - x] for x in range(max(0, events - n2), min(n1, events) + 1)}
    order = sorted(ways)
    if alternative == "greater":
        order.reverse()
    if alternative == "two-sided":
        order.sort(key=lambda x: ways[x])
    sums, running = {}, 0
    for x in order:
        running += ways[x]
        sums[x] = running
    if alternative == "two-sided":
        for one, other in zip(reversed(order[:-1]), reversed(order[1:])):
            if ways[one] == ways[other]:
                sums[one] = sums[other]
    return sums


ROWS = {}


def binomial_row(n):
    if n not in ROWS:
        ROWS[n] = [math.comb(n, k) for k in range(n + 1)]
    return ROWS[n]


def supremum(shares):
    """The mean of the shares over a binomial, on 8001 angles by doubles, and around each of the best peaks at 50 digits."""
    n = len(shares) - 1
    weights = np.array([float(share) for share in shares])
    steps = 8000
    angles = np.linspace(0, np.pi / 2, steps + 1)
    means = np.array([binom.pmf(np.arange(n + 1), n, math.sin(angle) ** 2) @ weights for angle in angles])
    best = means.max()
    peaks = [
        i
        for i in range(steps + 1)
        if means[i] >= best * (1 - 1e-3) and means[i] >= means[max(0, i - 1)] and means[i] >= means[min(steps, i + 1)]
    ]
    peaks.sort(key=lambda i: -means[i])
    return max(golden(shares, angles[max(0, i - 1)], angles[min(steps, i + 1)]) for i in peaks[:8])


def golden(shares, low, high):
    n = len(shares) - 1
    weights = [mp.binomial(n, s) * share for s, share in enumerate(shares)]

    def mean(angle):
        rate = mp.sin(angle) ** 2
        if rate == 0 or angle >= mp.pi / 2:
            return shares[0] if rate == 0 else shares[-1]
        # Horner's scheme in the odds.
        odds, total = rate / (1 - rate), mpf(0)
        for weight in reversed(weights):
            total = total * odds + weight
        return total * (1 - rate) ** n

    low, high, part = mpf(low), min(mpf(high), mp.pi / 2), (mp.sqrt(5) - 1) / 2
    ends = max(mean(low), mean(high))
    # Near the peak the mean is flat: 1e-10 in the angle is 1e-16 in the mean.
    while high - low > mpf(10) ** -10:
        left, right = high - part * (high - low), low + part * (high - low)
        low, high = (left, high) if mean(left) < mean(right) else (low, right)
    return max(ends, mean((low + high) / 2))


BOSCHLOO_TABLES = [
    (7, 12, 1, 12), (7, 12, 1, 15), (1, 15, 7, 12), (1, 1, 0, 1), (2, 2, 0, 3), (0, 4, 4, 4), (3, 10, 0, 7), (9, 10, 3, 10),
    (79, 100, 7, 100), (10, 100, 20, 100), (0, 100, 5, 100), (100, 100, 95, 100), (50, 100, 51, 100), (5, 56, 0, 29),
    (1, 3, 60, 80), (0, 20, 1, 300), (30, 400, 14, 400), (0, 500, 6, 700),
    (30, 1000, 10, 1000), (14, 50, 490, 2500),
]  # fmt: skip


# McNemar's test


def mcnemar(b, c):
    n = b + c
    at = mp.exp(log_binomial(n, b))

    def tail(k):
        """P(X ≤ k) by terms from k downwards."""
        term, total = mp.exp(log_binomial(n, k)), mpf(0)
        for x in range(k, -1, -1):
            total += term
            if term < total * mpf(10) ** -40:
                break
            term = term * x / (n - x + 1)
        return total

    def less(b, c):
        return tail(b) if b <= c else 1 - tail(c) + at

    exact = {"two-sided": min(mpf(1), 2 * tail(min(b, c))), "less": less(b, c), "greater": less(c, b)}
    mid = {
        "two-sided": 1 - at / 2 if b == c else exact["two-sided"] - at,
        "less": exact["less"] - at / 2,
        "greater": exact["greater"] - at / 2,
    }
    for alternative, p in exact.items():
        if p > mpf(10) ** -300 and n > 0:
            theirs = binomtest(b, n, alternative=alternative).pvalue
            expect_close(theirs / p, 1, 1e-7, f"mcnemar {b, c}")
            in_r = float(r(f"cat(format(binom.test({b}, {n}, alternative = '{R_NAMES[alternative]}')$p.value, digits = 15))"))
            expect_close(in_r / p, 1, 1e-7, f"mcnemar in R {b, c}")
    if exact["two-sided"] > mpf(10) ** -300 and n > 0:
        theirs = their_mcnemar([[0, b], [c, 0]], exact=True).pvalue
        expect_close(theirs / exact["two-sided"], 1, 1e-7, f"mcnemar {b, c}")
    return {
        "onlyFirst": b,
        "onlySecond": c,
        **{a: {"exact": written(exact[a]), "midP": written(mid[a])} for a in ALTERNATIVES},
    }


def log_binomial(n, k):
    return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1) - n * mp.log(2)


R_NAMES = {"two-sided": "two.sided", "less": "less", "greater": "greater"}
PAIRS = [
    (1, 7), (7, 1), (59, 6), (121, 59), (0, 1), (1, 0), (0, 5), (6, 0), (3, 3), (1, 1), (0, 100), (40, 41), (500, 500),
    (400, 600), (49_000, 51_000), (500_000, 502_000), (0, 1100),
]  # fmt: skip


# The odds ratio


def odds_ratio(k1, n1, k2, n2, level):
    y1, y2 = n1 - k1, n2 - k2
    z = one_group.critical_value(level)
    start = mp.log((k1 + mpf(1) / 2) * (y2 + mpf(1) / 2) / (y1 + mpf(1) / 2) / (k2 + mpf(1) / 2))

    def solve(target):
        return mp.exp(one_group.decreasing_root(lambda t: odds_score(k1, n1, k2, n2, mp.exp(t)) - target, start))

    low = solve(z) if k1 > 0 and y2 > 0 else mpf(0)
    high = solve(-z) if k2 > 0 and y1 > 0 else mp.inf
    if min(k1, y1, k2, y2) >= 5 and max(n1, n2) <= 1000:
        theirs = confint_proportions_2indep(k1, n1, k2, n2, method="score", compare="odds-ratio", alpha=1 - level)
        expect_close(theirs[0] / low, 1, 1e-6, "odds ratio")
        expect_close(theirs[1] / high, 1, 1e-6, "odds ratio")
    over, under = k1 * y2, y1 * k2
    estimate = None if under == 0 else written(mpf(over) / under)
    limits = {"low": written(low), "high": None if high == mp.inf else written(high)}
    return {"k1": k1, "n1": n1, "k2": k2, "n2": n2, "level": level, "oddsRatio": estimate, **limits}


def odds_score(k1, n1, k2, n2, ratio):
    """The likelihood under a common odds ratio is maximised in the log-odds of p2 by bisection of its derivative."""

    def rate(log_odds):
        return 1 / (1 + mp.exp(-log_odds))

    shift = mp.log(ratio)
    low, high = mpf(-60) - abs(shift), mpf(60) + abs(shift)
    for _ in range(180):
        middle = (low + high) / 2
        rising = k1 + k2 - n1 * rate(middle + shift) - n2 * rate(middle) > 0
        low, high = (middle, high) if rising else (low, middle)
    p1, p2 = rate(low + shift), rate(low)
    n = n1 + n2
    precision = 1 / (n1 * p1 * (1 - p1)) + 1 / (n2 * p2 * (1 - p2))
    return (k1 - n1 * p1) * mp.sqrt(precision * (n - 1) / n)


# One-sided bounds


def one_sided():
    rows = []
    for n in [1, 2, 20, 298, 299, 1000, 1_000_000]:
        for k in sorted({0, 1, n // 3, n - 1, n}):
            for level in [0.5, 0.95, 0.999, 0.999999999] if n != 20 else [0.05, 0.5, 0.9, 0.95, 0.99, 0.999999999]:
                tail = 1 - mpf(level)
                lower = one_group.beta_quantile(tail, mpf(k), mpf(n - k + 1)) if k > 0 else mpf(0)
                upper = 1 - one_group.beta_quantile(tail, mpf(n - k), mpf(k + 1)) if k < n else mpf(1)
                if k == 0:
                    expect_close(upper, 1 - tail ** (mpf(1) / n), mpf(10) ** -30, "one-sided")
                rows.append({"k": k, "n": n, "level": level, "lower": written(lower), "upper": written(upper)})
    return rows


# Ratios and differences


def ratio_exceeds(k1, n1, k2, n2, ratio):
    if k1 == 0 and k2 == 0:
        p = mpf(1)
    else:
        p = mp.erfc(one_group.score(k1, n1, k2, n2, mpf(ratio)) / mp.sqrt(2)) / 2
        if min(k1, n1 - k1, k2, n2 - k2) >= 5 and max(n1, n2) <= 1000 and p > mpf(10) ** -200:
            theirs = test_proportions_2indep(
                k1, n1, k2, n2, value=ratio, method="score", compare="ratio", alternative="larger", correction=True
            )
            expect_close(theirs.pvalue / p, 1, 1e-7, "ratio exceeds")
    return {"k1": k1, "n1": n1, "k2": k2, "n2": n2, "ratio": ratio, "p": written(p)}


def difference_in_differences(first, second, level):
    (a, b), (c, d) = first, second
    rates = [mpf(k) / n for k, n in (a, b, c, d)]
    limits = [one_group.wilson(k, n, level) for k, n in (a, b, c, d)]
    signs = [1, -1, -1, 1]
    value = sum(sign * rate for sign, rate in zip(signs, rates))

    def distance(side):
        parts = [limit[side if sign > 0 else 1 - side] - rate for sign, rate, limit in zip(signs, rates, limits)]
        return mp.sqrt(sum(part * part for part in parts))

    low, high = value - distance(0), value + distance(1)
    return {"first": list(first), "second": list(second), "level": level, "low": written(low), "high": written(high)}


QUADRUPLES = [
    (((79, 100), (7, 100)), ((50, 100), (48, 100))), (((0, 100), (0, 100)), ((0, 100), (0, 100))),
    (((10, 10), (0, 10)), ((0, 10), (10, 10))), (((0, 10), (10, 10)), ((10, 10), (0, 10))), (((1, 1), (0, 1)), ((1, 1), (0, 1))),
    (((3, 15), (12, 1000)), ((1, 2), (0, 30))), (((500_000, 1_000_000), (480_000, 1_000_000)), ((0, 1_000_000), (1, 1_000_000))),
]  # fmt: skip


# Several tests


def adjusted(p):
    vector = "c(" + ", ".join(repr(value) for value in p) + ")"
    row = {"p": p}
    for name, in_r, in_statsmodels in [("holm", "holm", "holm"), ("benjaminiHochberg", "BH", "fdr_bh")]:
        text = r(f"cat(format(p.adjust({vector}, '{in_r}'), digits = 15))")
        row[name] = [float(value) for value in text.split()]
        theirs = multipletests(p, method=in_statsmodels)[1]
        for one, other in zip(row[name], theirs):
            expect_close(one, other, 1e-12, name)
    return row


FAMILIES = [
    [0.04], [0.01, 0.04, 0.03, 0.005], [0.5, 0.5, 0.5], [0, 1, 0.2], [1e-300, 0.9, 1e-10, 0.04, 0.04, 0.011],
    [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0],
    [0.6528, 0.0344, 1.0, 0.0004, 0.0201],
]  # fmt: skip


def levels(level, m):
    """The double nearest to Bonferroni's level."""
    return {"level": level, "intervals": m, "each": float(1 - (1 - mpf(level)) / m)}


def r(code):
    return subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
