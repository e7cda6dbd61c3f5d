# paste, cat, nchar, substr
a = 'x'
joined = paste('a', a)
tight = paste0('n', 1:3)
dashed = paste('a', 'b', sep = '-')
collapsed = paste(c('a', 'b', 'c'), collapse = '+')
number = paste('value', 0.1 + 0.2)
fraction = paste(1/3)
upper = toupper('abc')
letters3 = substr('portfolio', 1, 4)
size = nchar('portfolio')
quoted = "it's \"here\""
raw = r"(a\b)"
cat('sum is', 1 + 2, '\n')
cat('a', 'b', sep = '')
cat('\n')
formatted = sprintf('%d of %.2f', 3L, 2.5)
same = a == 'x'
symbols = c('SPY', 'TLT')
chosen = symbols[symbols != 'SPY']
found = which(symbols == 'TLT')
place = found[1]

#> a: x
#> joined: a x
#> tight: n1 n2 n3
#> dashed: a-b
#> collapsed: a+b+c
#> number: value 0.3
#> fraction: 0.333333333333333
#> upper: ABC
#> letters3: port
#> size: 9
#> quoted: it's "here"
#> raw: a\b
#> formatted: 3 of 2.50
#> same: TRUE
#> symbols: SPY TLT
#> chosen: TLT
#> found: 2
#> place: 2
