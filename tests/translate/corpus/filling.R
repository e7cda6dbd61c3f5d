# assignments to parts change a copy, never what another name holds
x = rep(0, 4)
x[2] = 1.5
y = x
y[1] = 9
x[3:4] = c(7, 8)
x[x > 5] = 5
whole = c(1, 2, 3)
whole[2] = 2.5
m = matrix(0, 2, 2)
m[1, 2] = 3
m[2, ] = c(4, 5)
m[m == 4] = -4
diag(m) = 1
grown = c(1, 2)
grown[4] = 8
words = c('a', 'b')
words[2] = 'longer'
squares = c()
for (i in 1:4) squares[i] = i^2
add.one = function(v) {
  v[1] = v[1] + 1
  v
}
before = c(1, 1)
later = add.one(before)
counts = 1:3
counts[2] = 10L

#> x: 0 1.5 5 5
#> y: 9 1.5 0 0
#> whole: 1 2.5 3
#> m: 1 -4 3 1 | 2 2
#> grown: 1 2 NA 8
#> words: a longer
#> squares: 1 4 9 16
#> i: 4
#> before: 1 1
#> later: 2 1
#> counts: 1 10 3
