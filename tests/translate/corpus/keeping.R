# what is kept must not change when something else does
a = c(1, 2)
kept = list(v = a)
a[1] = 9
first = kept$v
w = rep(0, 3)
states = list()
for (i in 1:3) {
  w[i] = 1
  states[[i]] = w
}
early = states[[1]]
late = states[[3]]
by.name = list()
for (word in c('one', 'two')) {
  w[1] = w[1] + 1
  by.name[[word]] = w
}
one = by.name$one
same = function(k, v) v
b = c(1, 2)
handed = same(1, b)
b[1] = 9
outer.one = function() b
given = outer.one()
b[2] = 7
chosen = if (length(b) > 1) b else a
b[1] = 0
m = matrix(c(1, 2, 3, 4), 2)
d = diag(m)
row = m[1, ]
m[1, 1] = 50
x = c(5, 6)
copies = lapply(1:2, function(i) x)
x[1] = 0
copy = copies[[1]]
begun = numeric(0)
for (k in 1:3) begun[k] = k^2
begun[c(5, 6)] = 1

#> a: 9 2
#> first: 1 2
#> early: 1 0 0
#> late: 1 1 1
#> one: 2 1 1
#> b: 0 7
#> handed: 1 2
#> given: 9 2
#> chosen: 9 7
#> m: 50 2 3 4 | 2 2
#> d: 1 4
#> row: 1 3
#> x: 0 6
#> copy: 5 6
#> begun: 1 4 9 NA 1 1
