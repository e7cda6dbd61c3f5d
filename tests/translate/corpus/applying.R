# sapply, lapply, apply, with functions written in place, named, or of R's own
x = c(1, 4, 9)
roots = sapply(x, sqrt)
doubled = sapply(1:3, function(i) x[i] * 2)
both = sapply(1:3, function(i) c(i, x[i]))
held = lapply(1:2, function(i) i * 10)
second = held[[2]]
m = matrix(c(1, 2, 3, 4, 5, 6), 2)
by.row = apply(m, 1, sum)
by.column = apply(m, 2, function(v) max(v) - min(v))
spread = apply(m, 2, sd)
cube = function(v) v^3
cubes = sapply(x, cube)
scaled = sapply(x, function(v, by) v * by, by = 10)
normal = apply(m, 1, function(v) v / sum(v))
total = sum(sapply(held, function(v) v))
lengths = sapply(c('a', 'bb'), nchar)

#> x: 1 4 9
#> roots: 1 2 3
#> doubled: 2 8 18
#> both: 1 1 2 4 3 9 | 2 3
#> second: 20
#> m: 1 2 3 4 5 6 | 2 3
#> by.row: 9 12
#> by.column: 1 1 1
#> spread: 0.7071067812 0.7071067812 0.7071067812
#> cubes: 1 64 729
#> scaled: 10 40 90
#> normal: 0.1111111111 0.3333333333 0.5555555556 0.1666666667 0.3333333333 0.5 | 3 2
#> total: 30
#> lengths: 1 2
