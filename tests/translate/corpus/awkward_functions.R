g = function(x, ...) {
  args = list(...)
  length(args)
}
n0 = g(1)
n2 = g(1, 2, 3)
h = function(a, b) {
  if (a > b) {
    big = a
  } else big = b
  big
}
h1 = h(1, 2)
fib = function(n) if (n <= 2) 1 else fib(n - 1) + fib(n - 2)
f10 = fib(10)
outer.var = 10
shadow = function() {
  outer.var = 5
  outer.var + 1
}
sh = shadow()
still = outer.var
vec = function(n) {
  out = rep(NA, n)
  for (i in 1:n) out[i] = i * 2
  out
}
v = vec(3)
mk = function(n, value = 0) matrix(value, n, n)
m = mk(2)
m2 = mk(2, 7)
norm = function(w) w / sum(w)
w = norm(c(1, 3))
acc = c()
for (i in 1:3) acc = c(acc, i * 10)
lst = list()
for (nm in c('a', 'b')) lst[[nm]] = nchar(nm)
la = lst$a
swap = function(v) {
  tmp = v[1]
  v[1] = v[2]
  v[2] = tmp
  v
}
orig = c(1, 2)
sw = swap(orig)
res = sapply(1:3, function(i) sapply(1:2, function(j) i * 10 + j))

#> n0: 0
#> n2: 2
#> h1: 2
#> f10: 55
#> outer.var: 10
#> sh: 6
#> still: 10
#> v: 2 4 6
#> m: 0 0 0 0 | 2 2
#> m2: 7 7 7 7 | 2 2
#> w: 0.25 0.75
#> acc: 10 20 30
#> i: 3
#> nm: b
#> la: 1
#> orig: 1 2
#> sw: 2 1
#> res: 11 12 21 22 31 32 | 2 3
