n = 1
x = c(5, 6, 7)
a = x[n:2]
b = x[2:n]
i = 0
z = x[i]
k = -1
neg = x[k]
f = function(v, i) v[i]
q1 = f(x, -2)
q2 = f(x, 1:2)
q3 = f(x, c(TRUE, FALSE, TRUE))
s = 0
for (j in 1:3) for (i in j:3) s = s + x[i] * j
m = matrix(1:9, 3)
tr = 0
for (i in 1:3) tr = tr + m[i, i]
r1 = m[2, , drop = FALSE]
r2 = m[-2, ]
r3 = m[c(TRUE, FALSE, TRUE), 2]
lastrow = m[nrow(m), ]
lastcol = m[, ncol(m)]
inner = m[2:nrow(m), 1]
tt = t(m)[1, ]
xx = x
xx[-1] = 0
yy = x
yy[c(1, 3)] = c(1, 2)
zz = x
zz[zz > 5] = zz[zz > 5] * 2
b1 = c(TRUE, FALSE, TRUE)
sumb = sum(b1)
b2 = b1 + 1
b3 = -b1
meanb = mean(b1)
p = 5 %/% 0.3

#> n: 1
#> x: 5 6 7
#> a: 5 6
#> b: 6 5
#> i: 3
#> z: 
#> k: -1
#> neg: 6 7
#> q1: 5 7
#> q2: 5 6
#> q3: 5 7
#> s: 65
#> j: 3
#> m: 1 2 3 4 5 6 7 8 9 | 3 3
#> tr: 15
#> r1: 2 5 8 | 1 3
#> r2: 1 3 4 6 7 9 | 2 3
#> r3: 4 6
#> lastrow: 3 6 9
#> lastcol: 7 8 9
#> inner: 2 3
#> tt: 1 2 3
#> xx: 5 0 0
#> yy: 1 6 2
#> zz: 5 12 14
#> b1: TRUE FALSE TRUE
#> sumb: 2
#> b2: 2 1 2
#> b3: -1 0 -1
#> meanb: 0.6666666667
#> p: 16
