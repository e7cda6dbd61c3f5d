# names, lists and growing tables
x = c(a = 1, b = 2)
y = x + c(10, 20)
ya = y[['b']]
s = sum(y)
m = cbind(p = c(1, 2), q = c(3, 4))
mp = m[, 'p']
mq = m[2, 'q']
m2 = m * 2
m3 = m2 %*% c(1, 1)
tot = apply(m, 2, sum)
f = function(w, names = NULL) {
  if (!is.null(names)) 'named' else 'plain'
}
p1 = f(1)
p2 = f(1, 'x')
g = function(n) {
  if (n == 0) return(0)
  n + g(n - 1)
}
g5 = g(5)
z = NULL
for (i in 1:3) z = rbind(z, c(i, i^2))
zz = z[2, ]
w = NULL
for (i in 1:3) w = cbind(w, c(i, i))
ws = sum(w)
k = 0
for (i in c(3, 1, 2)) if (i > 1) k = k + i
xs = c(5, 3, 8)
names(xs) = c('u', 'v', 'w')
best = names(xs)[which.max(xs)]
xr = rev(xs)
xo = xs[c('w', 'u')]
lst = list(1, 'b', c(1, 2))
n3 = length(lst[[3]])
b = lst[[2]]
cnt = 0
for (item in lst) cnt = cnt + length(item)
emp = list()
e0 = length(emp)
fn = list(sq = function(x) x^2, half = function(x) x / 2)
r4 = fn$sq(4)
rr = sapply(fn, function(f) f(10))
i1 = xs > 4 & xs < 9
sw = 0
while (sw < 3) sw = sw + 1
a = b2 = 7
v = 1:10
ev = v[v %% 2 == 0]
od = v[c(TRUE, FALSE)]
mat = matrix(v, 2)
col.max = apply(mat, 2, which.max)
dd = mat[, ncol(mat):1]
tri = sapply(1:3, function(n) sum(1:n))
frac = (1:5) / sum(1:5)
cum = cumsum(frac)
w1 = which(cum > 0.5)[1]
mod = (v - 1) %% 3 + 1

#> x: 1 2
#> y: 11 22
#> ya: 22
#> s: 33
#> m: 1 2 3 4 | 2 2
#> mp: 1 2
#> mq: 4
#> m2: 2 4 6 8 | 2 2
#> tot: 3 7
#> p1: plain
#> p2: named
#> g5: 15
#> z: 1 2 3 1 4 9 | 3 2
#> i: 2
#> zz: 2 4
#> w: 1 1 2 2 3 3 | 2 3
#> ws: 12
#> k: 5
#> xs: 5 3 8
#> best: w
#> xr: 8 3 5
#> xo: 8 5
#> n3: 2
#> b: b
#> cnt: 4
#> item: 1 2
#> e0: 0
#> r4: 16
#> rr: 100 5
#> i1: TRUE FALSE TRUE
#> sw: 3
#> a: 7
#> b2: 7
#> v: 1 2 3 4 5 6 7 8 9 10
#> ev: 2 4 6 8 10
#> od: 1 3 5 7 9
#> mat: 1 2 3 4 5 6 7 8 9 10 | 2 5
#> col.max: 2 2 2 2 2
#> dd: 9 10 7 8 5 6 3 4 1 2 | 2 5
#> tri: 1 3 6
#> frac: 0.06666666667 0.1333333333 0.2 0.2666666667 0.3333333333
#> cum: 0.06666666667 0.2 0.4 0.6666666667 1
#> w1: 4
#> mod: 1 2 3 1 2 3 1 2 3 1
