# c, rep, seq, and what runs along a vector
mixed = c(1, c(2, 3), 4)
from.parts = c(rep(0, 2), rep(1, 2), -rep(1, 1))
text = c('a', 1, TRUE)
each = rep(c(1, 2), each = 2)
times = rep(1:2, times = 3)
uneven = rep(1:2, c(1, 3))
long = rep(c(1, 2, 3), length.out = 5)
steps = seq(0, 1, by = 0.25)
falling = seq(5, 1)
points = seq(1, 2, length.out = 3)
along = seq_along(c('a', 'b'))
three = seq(3)
running = cumsum(1:4)
growth = cumprod(c(1.1, 1.2))
products = prod(1:25)
changes = diff(c(1, 4, 9))
reversed = rev(1:3)
sorted = sort(c(3, 1, 2))
falls = sort(c(3, 1, 2), decreasing = TRUE)
ranks = order(c(30, 10, 20))
by.rank = c(30, 10, 20)[order(c(30, 10, 20))]
top = which.max(c(1, 5, 2))
spread = range(c(3, 1, 2))
deviation = sd(c(1, 2, 3, 4))
half = median(c(1, 3, 2))
quarter = quantile(c(1, 2, 3, 4), 0.25)
rounded = round(2.567, 2)
whole = 7 %/% 2
left = -7 %% 3
distinct = unique(c(2, 1, 2))
first.two = head(c(5, 6, 7), 2)
last.two = tail(c(5, 6, 7), 2)
hex = 0x1F + 1L + 1e-3
joint = pmin(c(1, 5), c(3, 2))
best = max(3, 7, 5)

#> mixed: 1 2 3 4
#> from.parts: 0 0 1 1 -1
#> text: a 1 TRUE
#> each: 1 1 2 2
#> times: 1 2 1 2 1 2
#> uneven: 1 2 2 2
#> long: 1 2 3 1 2
#> steps: 0 0.25 0.5 0.75 1
#> falling: 5 4 3 2 1
#> points: 1 1.5 2
#> along: 1 2
#> three: 1 2 3
#> running: 1 3 6 10
#> growth: 1.1 1.32
#> products: 1.551121004e+25
#> changes: 3 5
#> reversed: 3 2 1
#> sorted: 1 2 3
#> falls: 3 2 1
#> ranks: 2 3 1
#> by.rank: 10 20 30
#> top: 2
#> spread: 1 3
#> deviation: 1.290994449
#> half: 2
#> quarter: 1.75
#> rounded: 2.57
#> whole: 3
#> left: 2
#> distinct: 2 1
#> first.two: 5 6
#> last.two: 6 7
#> hex: 32.001
#> joint: 1 2
#> best: 7
