# NA, NULL, Inf
x = c(1, NA, 3)
holes = is.na(x)
filled = x
filled[is.na(filled)] = 0
total = sum(x)
known = sum(x, na.rm = TRUE)
average = mean(x, na.rm = TRUE)
larger = x > 2
kept = x[!is.na(x)]
clean = na.omit(x)
infinite = c(1, Inf)
least = min(infinite)
ratio = 1 / Inf
nothing = c()
some = c(nothing, 5)
choice = ifelse(is.na(x), 0, x)
either = NA | TRUE
neither = NA & FALSE

#> x: 1 NA 3
#> holes: FALSE TRUE FALSE
#> filled: 1 0 3
#> total: NA
#> known: 4
#> average: 2
#> larger: FALSE NA TRUE
#> kept: 1 3
#> clean: 1 3
#> infinite: 1 Inf
#> least: 1
#> ratio: 0
#> some: 5
#> choice: 1 0 3
#> either: TRUE
#> neither: FALSE
