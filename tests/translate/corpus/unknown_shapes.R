# values whose shape only the run knows
rows = list(c(1, 2), c(3, 4), c(5, 6))
table = do.call(rbind, rows)
sums = rowSums(table)
means = colMeans(table)
back = rev(list(1, 'two', 3))
last = back[[1]]
f = function(x, na = 0) {
  if (!is.null(x) && length(x) > 1) x[1] + na else na
}
f1 = f(c(4, 5))
f2 = f(NULL)

#> table: 1 3 5 2 4 6 | 3 2
#> sums: 3 7 11
#> means: 3 4
#> last: 3
#> f1: 4
#> f2: 0
