# positions that leave out, where there may be none, and ranges whose ends the script gives
x = c(5, 6, 7)
none = x[-which(x > 100)]
some = x[-which(x > 5)]
k = c(TRUE, FALSE, TRUE)
w = which(k)
others = x[-w]
inner = x[-c(1, length(x))]
neg = -1
behind = x[neg]
largest = order(x, decreasing = TRUE)[1:2]
top = x[largest]
found = x[!is.na(x)]
y = c(4, NA, 2)
there = y[!is.na(y)]
total = sum(there > 1)
names(x) = c('a', 'b', 'c')
big = x[x > 5]
days = 4
path = numeric(days)
path[1] = 1
for (t in 2:days) path[t] = path[t - 1] * 2
window = 2
means = rep(NA, days)
for (t in window:days) means[t] = mean(path[(t - window + 1):t])
low = 3
high = 1
falling = low:high
longer = append(there, 9)

#> x: 5 6 7
#> none: 
#> some: 5
#> others: 6
#> inner: 6
#> neg: -1
#> behind: 6 7
#> top: 7 6
#> found: 5 6 7
#> y: 4 NA 2
#> there: 4 2
#> total: 2
#> big: 6 7
#> days: 4
#> path: 1 2 4 8
#> window: 2
#> means: NA 1.5 3 6
#> low: 3
#> high: 1
#> falling: 3 2 1
#> longer: 4 2 9
