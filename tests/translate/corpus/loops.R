# for, while, repeat, break and next
x = c(2, 4, 8)
total = 0
for (i in 1:length(x)) total = total + x[i] * i
differences = rep(0, 2)
for (i in 2:3) {
  # the step from the one before
  differences[i - 1] = x[i] - x[i - 1]
}
for (value in x) last = value
n = 10
count = 0
while (n > 1) {
  if (n %% 2 == 0) n = n / 2 else n = 3 * n + 1
  count = count + 1
}
skipped = 0
for (i in seq(2, 10, by = 2)) {
  if (i == 4) next
  if (i > 8) break
  skipped = skipped + i
}
k = 0
repeat {
  k = k + 3
  if (k >= 7) break
}
nested = matrix(0, 2, 3)
for (i in 1:nrow(nested)) for (j in 1:ncol(nested)) nested[i, j] = 10 * i + j
factorial20 = 1
for (i in 1:20) factorial20 = factorial20 * i
words = ''
for (s in c('a', 'b')) words = paste(words, s, sep = '')

#> x: 2 4 8
#> total: 34
#> i: 20
#> differences: 2 4
#> value: 8
#> last: 8
#> n: 1
#> count: 6
#> skipped: 16
#> k: 9
#> nested: 11 21 12 22 13 23 | 2 3
#> j: 3
#> factorial20: 2.432902008e+18
#> words: ab
#> s: b
