# switch by a text: alternatives, several names for one, with and without a value for all others
kind = 'MAD'
size = switch(kind, Risk = 1, MAD = 2, CVaR = 3)
other = switch(kind, Risk = 1, 0)
shared = switch(kind, Risk = , MAD = 5, CVaR = 7)
missing = switch(kind, Risk = 1, CVaR = 3)
none = is.null(missing)
label = paste('least', switch(kind, Risk = 'variance', MAD = 'deviation', 'loss'))
total = 10 * switch(kind, Risk = 1, MAD = 2, 3) + 1
sizes = c()
for (word in c('Risk', 'CVaR', 'Gini')) sizes = c(sizes, switch(word, Risk = 1, MAD = 2, CVaR = 3, -1))

#> size: 2
#> other: 0
#> shared: 5
#> none: TRUE
#> label: least deviation
#> total: 21
#> sizes: 1 3 -1
