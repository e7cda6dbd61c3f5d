# names travel with values
w = c(a = 0.6, b = 0.4)
one = w['a']
labels = names(w)
total = sum(w)
scaled = w * 2
m = matrix(c(1, 2, 3, 4), 2)
colnames(m) = c('x', 'y')
column = m[, 'y']
heads = colnames(m)
cell = m[2, 1]
v = c(1, 2)
names(v) = c('p', 'q')
second = v[2]

#> w: 0.6 0.4
#> one: 0.6
#> labels: a b
#> total: 1
#> scaled: 1.2 0.8
#> m: 1 2 3 4 | 2 2
#> column: 3 4
#> heads: x y
#> cell: 2
#> v: 1 2
#> second: 2
