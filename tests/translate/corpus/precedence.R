# what binds to what
a = -2^2
b = (-2)^2
d = 2^3^2
e = -1:3
f = -(1:3)
g = 2 * 1:3 + 1
h = 1:3^2
yes = 2 > 1; no = 1 > 2
i = !yes & no
j = !(yes & no)
k = 10 %% 3 * 2
w = 7 %/% 2 %% 2
m = 2^-1
n = 3
o = 1:n - 1
p = 1:(n - 1)
q = a < 0 || b < 0 && no
r = if (n > 2) 1 else 2 + 10
s = 5 - 3 - 1
u = 100 / 10 / 2
v = n %in% c(1, 3) & yes

#> a: -4
#> b: 4
#> d: 512
#> e: -1 0 1 2 3
#> f: -1 -2 -3
#> g: 3 5 7
#> h: 1 2 3 4 5 6 7 8 9
#> yes: TRUE
#> no: FALSE
#> i: FALSE
#> j: TRUE
#> k: 2
#> w: 1
#> m: 0.5
#> n: 3
#> o: 0 1 2
#> p: 1 2
#> q: TRUE
#> r: 1
#> s: 1
#> u: 5
#> v: TRUE
