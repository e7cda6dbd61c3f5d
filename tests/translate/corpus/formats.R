# numbers in texts
one = sprintf('%5.2f|%d', 3.14159, 7L)
many = sprintf('%-4s%6.1f%%', c('a', 'bb'), c(12.34, 5))
word = sprintf('%s is %s', 'x', 1.5)
plain = sprintf('100%%')
large = paste(100000)
larger = paste('n', 123456)
million = as.character(1e6)
small = paste0(0.0001, 'x')
missing.one = paste('a', NA)
nothing = paste('a', NULL)
spread = range(c(3, 1, 2) * 2)

#> one:  3.14|7
#> many: a     12.3% bb     5.0%
#> word: x is 1.5
#> plain: 100%
#> large: 1e+05
#> larger: n 123456
#> million: 1e+06
#> small: 1e-04x
#> missing.one: a NA
#> nothing: a 
#> spread: 2 6
