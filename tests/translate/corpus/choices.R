# if as a statement and as a value, ifelse, logical operators
x = 5
if (x > 3) size = 'large' else size = 'small'
grade = if (x > 8) 'A' else if (x > 4) 'B' else 'C'
if (x > 3 && x < 10) {
  inside = TRUE
} else {
  inside = FALSE
}
v = c(1, 5, 9)
flags = v > 2 & v < 8
either = v < 2 | v > 8
opposite = !flags
chosen = ifelse(v > 4, v, 0)
words = ifelse(v > 4, 'big', 'small')
both = TRUE && !FALSE
has = 5 %in% v
have = c(1, 2) %in% v
anyone = any(v > 8); everyone = all(v > 8)
nothing = NULL
is.nothing = is.null(nothing)
where = which(v > 2)
number.of = length(where)
nested = if (x > 3) {
  y = x * 2
  y + 1
} else 0

#> x: 5
#> size: large
#> grade: B
#> inside: TRUE
#> v: 1 5 9
#> flags: FALSE TRUE FALSE
#> either: TRUE FALSE TRUE
#> opposite: TRUE FALSE TRUE
#> chosen: 0 5 9
#> words: small big big
#> both: TRUE
#> has: TRUE
#> have: TRUE FALSE
#> anyone: TRUE
#> everyone: FALSE
#> is.nothing: TRUE
#> where: 2 3
#> number.of: 2
#> nested: 11
#> y: 10
