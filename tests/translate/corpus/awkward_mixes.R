# statements that stand in each other's way
x = c(1, 2, 3); y = x
y[2] = NA
z = y * 2
ok = !is.na(y)
w = y[ok]
t1 = sum(y, na.rm = TRUE)
big = y > 1
nb = sum(big, na.rm = TRUE)
lag = c(NA, x[-length(x)])
ret = x / lag - 1
rr = ret[-1]
mlast1 = x[length(x)]
f = function(a, b = a * 2, c = 3) {
  b = b + c
  list(total = a + b, parts = c(a, b))
}
res = f(1)
tot = res$total
parts = res$parts
p2 = res$parts[2]
tt = f(c = 1, a = 2)$total
if (tot > 3) {
  msg = 'over'
  if (tot > 100) msg = 'far over'
} else if (tot == 3) {
  msg = 'at'
} else msg = 'under'
g = function(x) {
  # comment inside
  y = x + 1   # trailing

  y * x
}
gx = g(x)
u = local <- 5
s = 0
for (i in seq(1, length(x), by = 2)) s = s + x[i]
for (i in length(x):1) s = s * 2 + x[i]
q = 10
while (q > 1) q = q / 3
v = numeric(3)
v[2] = 4
v2 = vector('numeric', 2)
ch = character(2)
ch[1] = 'word'
lg = logical(2)
lg[2] = TRUE
h = function(n) { out = c(); for (i in 1:n) out = c(out, i); out }
hh = h(3)
k = function(m) m[1, ] + m[, 1]
kk = k(matrix(1:4, 2))
ab = function(x) ifelse(x > 0, x, -x)
aa = ab(c(-1, 2))
outr = outer(1:2, 1:3)
d1 = diff(x)[1]
r0 = round(-1.5)
r1 = round(0.5)
r2 = round(1234.567, -2)
e1 = 5 == 5.0

#> x: 1 2 3
#> y: 1 NA 3
#> z: 2 NA 6
#> ok: TRUE FALSE TRUE
#> w: 1 3
#> t1: 4
#> big: FALSE NA TRUE
#> nb: 1
#> lag: NA 1 2
#> ret: NA 1 0.5
#> rr: 1 0.5
#> mlast1: 3
#> tot: 6
#> parts: 1 5
#> p2: 5
#> tt: 7
#> msg: over
#> gx: 2 6 12
#> u: 5
#> local: 5
#> s: 49
#> i: 1
#> q: 0.3703703704
#> v: 0 4 0
#> v2: 0 0
#> ch: word 
#> lg: FALSE TRUE
#> hh: 1 2 3
#> kk: 2 5
#> aa: 1 2
#> outr: 1 2 2 4 3 6 | 2 3
#> d1: 1
#> r0: -2
#> r1: 0
#> r2: 1200
#> e1: TRUE
