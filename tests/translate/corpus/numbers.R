x = c(2, 4, 6)
y = c(1, 3, 5)
d = x - y
dot = sum(x * y)
mx = pmax(x, c(3, 3, 7))
r = range(x)
lo = r[1]; hi = r[2]
idx = which(x == 4)
val = y[idx]
o = order(y, decreasing = TRUE)
yo = y[o]
first.big = which(x > 3)[1]
nm = paste('asset', 1:3)
nm2 = paste('a', 'b', c('x', 'y'), sep = '.')
num = as.numeric('3.5') + 1
txt = paste(c(1.5, 2, 1e6))
t1 = paste(TRUE)
e = 1e-20 + 1
big = 123456 * 1000
ii = as.integer(3.7)
len0 = length(NULL)
cum = cumsum(x)[3]
mat = cbind(a = x, b = y)
cm = colMeans(mat)
e1 = exp(log(5))
lg = log(100, 10)
z = x %o% y
cc = crossprod(cbind(x, y))
w = rep(1/3, 3)
port = w %*% x
val2 = as.numeric(t(w) %*% x)
mm = rbind(x, y)
r1 = mm[1, ]
v1 = var(x)
c1 = cor(x, y)
q = quantile(x, c(0.1, 0.9))
u = unique(c(3, 1, 3))
sd0 = setdiff(1:5, 2:3)
tf = TRUE + TRUE
neg = -(1:3)
ev = x[x %% 4 == 0]
anyna = any(is.na(x))
i = 5
i = i + 1
fl = floor(-2.5)
sg = sign(-3)
ab = abs(c(-1, 2))
mn = min(x, 1)
sq = sqrt(16)

#> x: 2 4 6
#> y: 1 3 5
#> d: 1 1 1
#> dot: 44
#> mx: 3 4 7
#> r: 2 6
#> lo: 2
#> hi: 6
#> val: 3
#> yo: 5 3 1
#> first.big: 2
#> nm: asset 1 asset 2 asset 3
#> nm2: a.b.x a.b.y
#> num: 4.5
#> txt: 1.5 2 1e+06
#> t1: TRUE
#> e: 1
#> big: 123456000
#> ii: 3
#> len0: 0
#> cum: 12
#> mat: 2 4 6 1 3 5 | 3 2
#> cm: 4 3
#> e1: 5
#> lg: 2
#> z: 2 4 6 6 12 18 10 20 30 | 3 3
#> cc: 56 44 44 35 | 2 2
#> w: 0.3333333333 0.3333333333 0.3333333333
#> val2: 4
#> mm: 2 1 4 3 6 5 | 2 3
#> r1: 2 4 6
#> v1: 4
#> c1: 1
#> q: 2.4 5.6
#> u: 3 1
#> sd0: 1 4 5
#> tf: 2
#> neg: -1 -2 -3
#> ev: 4
#> anyna: FALSE
#> i: 6
#> fl: -3
#> sg: -1
#> ab: 1 2
#> mn: 1
#> sq: 4
