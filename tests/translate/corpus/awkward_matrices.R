m = matrix(c(4, 2, 2, 3), 2)
inv = solve(m)
idn = m %*% inv
m[1, ] = 0
m[, 2] = m[, 2] * 2
m[2, 1] = m[1, 1] + 5
b = m + c(1, 2)
z = matrix(1:6, 3)
z2 = z
z2[z2 > 3] = 0
z2[2, ] = c(9, 8)
z3 = z[z[, 1] > 1, ]
z4 = z[order(-z[, 1]), ]
for (r in 1:nrow(z)) z[r, ] = z[r, ] / sum(z[r, ])
s = apply(z, 1, sum)
rows3 = lapply(1:3, function(i) z[i, ])
l2 = rows3[[2]][1]
names = c('p', 'q')
d = diag(2) * 3
k = 2
blk = rbind(cbind(d, diag(k)), cbind(0 * diag(k), d))
dims = dim(blk)
blk[3:4, 1:2] = 1
tri = blk[1:2, 3:4]
w = c(0.2, 0.8)
risk = sqrt(t(w) %*% d %*% w)
e = d %*% w
rs = rowSums(d)
st = rbind(1:2, 3:4)
cb = cbind(1, c(2, 3))
v = as.vector(st)
big = max(st)
wm = which(st > 2)
xx = st > 2
ss = sum(xx)

#> m: 0 5 0 6 | 2 2
#> inv: 0.375 -0.25 -0.25 0.5 | 2 2
#> idn: 1 0 0 1 | 2 2
#> b: 1 7 1 8 | 2 2
#> z: 0.2 0.2857142857 0.3333333333 0.8 0.7142857143 0.6666666667 | 3 2
#> z2: 1 9 3 0 8 0 | 3 2
#> z3: 2 3 5 6 | 2 2
#> z4: 3 2 1 6 5 4 | 3 2
#> s: 1 1 1
#> l2: 0.2857142857
#> names: p q
#> d: 3 0 0 3 | 2 2
#> k: 2
#> blk: 3 0 1 1 0 3 1 1 1 0 3 0 0 1 0 3 | 4 4
#> dims: 4 4
#> tri: 1 0 0 1 | 2 2
#> w: 0.2 0.8
#> rs: 3 3
#> st: 1 3 2 4 | 2 2
#> cb: 1 1 2 3 | 2 2
#> v: 1 3 2 4
#> big: 4
#> wm: 2 4
#> xx: FALSE TRUE FALSE TRUE | 2 2
#> ss: 2
