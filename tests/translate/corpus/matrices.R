# matrices are filled and read column by column
m = matrix(1:6, nrow = 2)
byrow = matrix(1:6, ncol = 3, byrow = TRUE)
square = matrix(c(2, 1, 1, 3), 2, 2)
row = m[1, ]
column = m[, 2]
cell = m[2, 3]
part = m[, 2:3]
kept = m[, 2, drop = FALSE]
without = m[, -1]
fifth = m[5]
corner = m[c(1, 2), c(1, 3)]
large = m[m > 3]
turned = t(m)
product = m %*% t(m)
vector.product = m %*% c(1, 0, 1)
inner = c(1, 2) %*% c(3, 4)
outer.product = c(1, 2) %*% t(c(3, 4))
solved = solve(square, c(3, 4))
inverse = solve(square)
sizes = dim(m)
rows = nrow(m); columns = ncol(m)
stacked = rbind(m, 7:9)
beside = cbind(square, c(5, 6))
unit = diag(3)
on.diagonal = diag(square)
spread = diag(c(1, 2))
means = colMeans(m)
totals = rowSums(m)
zeros = matrix(0, 2, rows + 1)

#> m: 1 2 3 4 5 6 | 2 3
#> byrow: 1 4 2 5 3 6 | 2 3
#> square: 2 1 1 3 | 2 2
#> row: 1 3 5
#> column: 3 4
#> cell: 6
#> part: 3 4 5 6 | 2 2
#> kept: 3 4 | 2 1
#> without: 3 4 5 6 | 2 2
#> fifth: 5
#> corner: 1 2 5 6 | 2 2
#> large: 4 5 6
#> turned: 1 3 5 2 4 6 | 3 2
#> product: 35 44 44 56 | 2 2
#> outer.product: 3 6 4 8 | 2 2
#> solved: 1 1
#> inverse: 0.6 -0.2 -0.2 0.4 | 2 2
#> sizes: 2 3
#> rows: 2
#> columns: 3
#> stacked: 1 2 7 3 4 8 5 6 9 | 3 3
#> beside: 2 1 1 3 5 6 | 2 3
#> unit: 1 0 0 0 1 0 0 0 1 | 3 3
#> on.diagonal: 2 3
#> spread: 1 0 0 2 | 2 2
#> means: 1.5 3.5 5.5
#> totals: 9 12
#> zeros: 0 0 0 0 0 0 | 2 3
