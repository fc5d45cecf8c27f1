# Recreates regression-reference.json, beside this file, which the tests here read.
#
# Needs R 4.2 with brglm2 and sandwich, and the file R/logistf.R of logistf as it first stood on CRAN (version of 27 November 2002, plain
# R without compiled code): github.com/cran/logistf, commit 1792b7100d2d86baf52240fbc52433d1e5d7bbbe.
#
#     Rscript regression-reference.R path/to/logistf.R > regression-reference.json
#
# It is run with tighter limits of convergence than its own. Its coefficients must agree with those of brglm2 to 1e-7, else this script stops.

options(digits = 15, warn = 1)
suppressMessages(library(brglm2))
suppressMessages(library(sandwich))
formula.default <- function(x, ...) stats::formula(x)
source(commandArgs(TRUE)[1])

# Heinze's data on urinary tract infections, aggregated (`sexagg` of logistf): case age oc vic vicl vis dia count.
sexagg <- matrix(scan(quiet = TRUE, text = "
0 0 0 0 0 1 0 1   0 0 0 1 0 0 0 2   0 0 0 1 0 1 0 1   0 0 0 1 1 0 0 8   0 0 0 1 1 1 0 18  0 0 1 0 0 0 0 42
0 0 1 0 0 1 0 1   0 0 1 1 0 0 0 1   0 0 1 1 1 0 0 5   0 0 1 1 1 1 0 6   0 1 0 1 1 0 0 2   0 1 0 1 1 1 0 4
0 1 1 0 0 0 0 14  0 1 1 0 0 1 0 1   0 1 1 1 0 0 0 1   0 1 1 1 1 1 0 2   1 0 0 0 0 1 0 1   1 0 0 1 0 0 0 14
1 0 0 1 0 1 0 3   1 0 0 1 1 0 0 10  1 0 0 1 1 1 0 12  1 0 0 1 1 1 1 1   1 0 1 0 0 0 0 44  1 0 1 0 0 0 1 3
1 0 1 1 0 0 0 15  1 0 1 1 0 0 1 1   1 0 1 1 0 1 0 2   1 0 1 1 1 0 0 7   1 0 1 1 1 1 0 3   1 1 0 1 0 0 0 2
1 1 0 1 0 1 0 1   1 1 0 1 0 1 1 1   1 1 0 1 1 0 0 1   1 1 0 1 1 1 1 1   1 1 1 0 0 0 0 5   1 1 1 1 0 0 0 3"),
  ncol = 8, byrow = TRUE, dimnames = list(NULL, c("case", "age", "oc", "vic", "vicl", "vis", "dia", "count")))
sex2 <- data.frame(sexagg[rep(seq_len(nrow(sexagg)), sexagg[, "count"]), 1:7])

data(endometrial)

# Events and trials of cells as a study has them: three agents, three instructions, one agent that never does it.
cells <- data.frame(
  b = c(0, 0, 0, 1, 1, 1, 0, 0, 0), c = c(0, 0, 0, 0, 0, 0, 1, 1, 1),
  allow = c(0, 1, 0, 0, 1, 0, 0, 1, 0), forbid = c(0, 0, 1, 0, 0, 1, 0, 0, 1),
  k = c(24, 2, 29, 7, 0, 11, 0, 0, 0), n = c(30, 30, 30, 30, 30, 30, 30, 30, 12))

ungroup <- function(d) {
  rows <- d[rep(seq_len(nrow(d)), d$n), setdiff(names(d), c("k", "n")), drop = FALSE]
  rows$y <- unlist(lapply(seq_len(nrow(d)), function(i) rep(c(1, 0), c(d$k[i], d$n[i] - d$k[i]))))
  rows
}
group <- function(x, y) {
  key <- apply(x, 1, paste, collapse = " ")
  first <- !duplicated(key)
  list(x = unname(x[first, , drop = FALSE]), k = as.vector(tapply(y, factor(key, unique(key)), sum)),
    n = as.vector(table(factor(key, unique(key)))))
}

json <- function(x) {
  if (is.list(x)) paste0("{", paste0('"', names(x), '":', sapply(x, json), collapse = ","), "}")
  else if (is.matrix(x)) paste0("[", paste(apply(x, 1, json), collapse = ","), "]")
  else if (is.character(x)) { s <- paste0('"', x, '"'); if (length(s) == 1) s else paste0("[", paste(s, collapse = ","), "]") }
  else { s <- formatC(x, digits = 13, format = "g", width = 1); paste0("[", paste(s, collapse = ","), "]") }
}

fitted <- function(name, source, formula, data) {
  fit <- logistf(formula, data, maxit = 1000, epsilon = 1e-12)
  reference <- coef(glm(formula, binomial, data, method = "brglmFit", type = "AS_mean", epsilon = 1e-13, maxit = 5000))
  stopifnot(max(abs(fit$coefficients - reference)) < 1e-7)
  x <- model.matrix(formula, data)
  overall <- logistftest(formula, data, maxit = 1000, epsilon = 1e-12)
  test <- function(which) {
    t <- logistftest(formula, data, test = which, values = 0, maxit = 1000, epsilon = 1e-12)
    c(2 * diff(t$loglik), t$df, t$prob)
  }
  # As `flic` of logistf has it: the intercept of a plain fit with the rest as an offset.
  offset <- as.vector(x[, -1, drop = FALSE] %*% fit$coefficients[-1])
  flic <- coef(glm(fit$y ~ 1 + offset(offset), family = binomial, control = list(epsilon = 1e-15, maxit = 100)))
  # The limits of the predictor of the last row: those of the intercept once all else is counted from that row.
  moved <- data.frame(sweep(x, 2, x[nrow(x), ])[, -1, drop = FALSE], outcome = fit$y)
  last <- logistf(outcome ~ ., moved, maxit = 1000, epsilon = 1e-12)
  c(list(source = source, columns = colnames(x)), group(x, fit$y), list(
    coefficients = fit$coefficients, errors = sqrt(diag(fit$var)), low = fit$ci.lower, high = fit$ci.upper,
    p = fit$prob, overall = c(2 * diff(overall$loglik), overall$df, overall$prob), lastTwo = test((ncol(x) - 1):ncol(x)),
    flicIntercept = flic, lastPredictor = c(last$ci.lower[1], last$ci.upper[1]), lastRow = x[nrow(x), ]))
}

clustered <- function() {
  set.seed(5)
  d <- expand.grid(agent = 0:1, cluster = 1:24)
  d$forbid <- as.numeric(d$cluster %% 3 == 0)
  d$n <- 20
  d$k <- rbinom(nrow(d), d$n, plogis(-1 + 0.8 * d$agent + 1.1 * d$forbid + rnorm(24)[d$cluster]))
  x <- cbind(1, d$agent, d$forbid)
  plain <- glm(cbind(k, n - k) ~ agent + forbid, binomial, d, control = list(epsilon = 1e-15, maxit = 100))
  firth <- glm(cbind(k, n - k) ~ agent + forbid, binomial, d, method = "brglmFit", type = "AS_mean", epsilon = 1e-13, maxit = 5000)
  p <- as.vector(plogis(x %*% coef(firth)))
  w <- d$n * p * (1 - p)
  bread <- solve(t(x) %*% (w * x))
  hat <- w * rowSums((x %*% bread) * x)
  score <- rowsum(x * (d$k - d$n * p + hat * (0.5 - p)), d$cluster)
  list(source = "sandwich::vcovCL(type = HC0, cadjust = TRUE) on glm; the penalised one by matrices at the coefficients of brglm2",
    cluster = d$cluster, x = unname(x), k = d$k, n = d$n,
    plain = unname(vcovCL(plain, cluster = d$cluster, type = "HC0", cadjust = TRUE)),
    penalised = unname(24 / 23 * bread %*% (t(score) %*% score) %*% bread))
}

# Trials one by one, in 22 texts and with 25 seeds, each seed once in each cell; the last two texts lack some.
twoWay <- function() {
  set.seed(7)
  d <- expand.grid(seed = 1:25, agent = 0:1, text = 1:22)
  d$forbid <- as.numeric(d$text %% 3 == 0)
  d <- d[!(d$text > 20 & d$seed > 13), ]
  d$y <- rbinom(nrow(d), 1, plogis(-1 + 0.8 * d$agent + 1.1 * d$forbid + rnorm(22)[d$text] + rnorm(25)[d$seed]))
  x <- cbind(1, d$agent, d$forbid)
  plain <- glm(y ~ agent + forbid, binomial, d, control = list(epsilon = 1e-15, maxit = 100))
  firth <- glm(y ~ agent + forbid, binomial, d, method = "brglmFit", type = "AS_mean", epsilon = 1e-13, maxit = 5000)
  p <- as.vector(plogis(x %*% coef(firth)))
  bread <- solve(t(x) %*% (p * (1 - p) * x))
  hat <- p * (1 - p) * rowSums((x %*% bread) * x)
  by <- function(cluster) {
    score <- rowsum(x * (d$y - p + hat * (0.5 - p)), cluster)
    nrow(score) / (nrow(score) - 1) * bread %*% (t(score) %*% score) %*% bread
  }
  list(source = "sandwich::vcovCL with two clusters on glm; the penalised one by matrices at the coefficients of brglm2",
    # One string for each agent and text, with a digit for each seed.
    outcomes = as.vector(tapply(d$y, list(d$agent, d$text), paste, collapse = "")),
    plain = unname(vcovCL(plain, cluster = d[c("text", "seed")], type = "HC0", cadjust = TRUE)),
    penalised = unname(by(d$text) + by(d$seed) - by(paste(d$text, d$seed))))
}

tails <- expand.grid(x = c(0, 1e-8, 0.5, 3.84, 25, 300, 1400), df = c(1, 2, 3, 10, 31))
students <- expand.grid(level = c(0.5, 0.95, 0.999), df = c(1, 19, 400))
cat(json(list(
  source = paste0("logistf of 27 November 2002, checked against brglm2 ", packageVersion("brglm2"), "; sandwich ", packageVersion("sandwich"), "; ", R.version.string),
  fits = list(
    sex2 = fitted("sex2", "logistf run on its own data set sex2: the only cases with dia = 1 are events",
      case ~ age + oc + vic + vicl + vis + dia, sex2),
    endometrial = fitted("endometrial", "logistf run on brglm2's data set endometrial (Heinze and Schemper 2002): with NV = 1 there are events alone",
      HG ~ NV + PI + EH, endometrial),
    twoGroups = fitted("twoGroups", "logistf run on the 2 x 2 table of K. Kleinman and N. Horton (SAS and R, example 8.15), with an empty cell",
      y ~ pred, ungroup(data.frame(pred = 0:1, k = c(20, 20), n = c(220, 20)))),
    complete = fitted("complete", "logistf run on two groups of ten: none in the one, all in the other",
      y ~ x, ungroup(data.frame(x = 0:1, k = c(0, 10), n = c(10, 10)))),
    cells = fitted("cells", "logistf run on nine cells, those of one agent without an event", y ~ b + c + allow + forbid, ungroup(cells))),
  clusters = clustered(),
  twoWay = twoWay(),
  tails = cbind(as.matrix(tails), pchisq(tails$x, tails$df, lower.tail = FALSE)),
  students = cbind(as.matrix(students), qt(0.5 + students$level / 2, students$df)))))
cat("\n")
