# the three arrows, chains, and several statements on a line
a = 1; b <- 2
3 -> d
e = f = a + b
my.value <- d * 2 # dots become underscores
my_value = 7
`odd name` = 5
list.of.x = c(a, b, d)
lambda = 0.5
max = 4
largest = max(list.of.x, max)
T

#> a: 1
#> b: 2
#> d: 3
#> e: 3
#> f: 3
#> my.value: 6
#> my_value: 7
#> list.of.x: 1 2 3
#> lambda: 0.5
#> max: 4
#> largest: 4
