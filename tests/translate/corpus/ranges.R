# positions and slices, all counted from 1
x = c(10, 20, 30, 40, 50)
n = 3
first = x[1]
last = x[length(x)]
middle = x[2:4]
upto = x[1:n]
after = x[(n + 1):5]
one = x[n]
shifted = x[n - 1 + 2]
rest = x[-1]
but.last = x[-length(x)]
but.some = x[-c(1, 3)]
but.three = x[-(1:3)]
odd = x[c(1, 3, 5)]
down = x[5:1]
twice = x[c(n, n)]
large = x[x > 25]
none = x[x > 100]
k = 2
from.k = x[k:n]
backwards = 3:1
empty = seq_len(0)
# a loop over nothing does not run
runs = 0
for (i in seq_len(0)) runs = runs + i

#> x: 10 20 30 40 50
#> n: 3
#> first: 10
#> last: 50
#> middle: 20 30 40
#> upto: 10 20 30
#> after: 40 50
#> one: 30
#> shifted: 40
#> rest: 20 30 40 50
#> but.last: 10 20 30 40
#> but.some: 20 40 50
#> but.three: 40 50
#> odd: 10 30 50
#> down: 50 40 30 20 10
#> twice: 30 30
#> large: 30 40 50
#> none: 
#> k: 2
#> from.k: 20 30
#> backwards: 3 2 1
#> empty: 
#> runs: 0
