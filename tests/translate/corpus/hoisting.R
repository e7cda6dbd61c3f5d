# functions that need more than an expression
scores = sapply(1:3, function(i) {
  total = 0
  for (j in 1:i) total = total + j
  total
})
weights = lapply(c(1, 2), function(v) {
  half = v / 2
  half + 1
})
first = weights[[1]]
apply.to = function(x, f) f(x)
result = apply.to(3, function(v) {
  w = v + 1
  w * w
})

#> scores: 1 3 6
#> first: 1.5
#> result: 16
