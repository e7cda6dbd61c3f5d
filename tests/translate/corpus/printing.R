# what is printed
lines = c()
say = function(word, times = 1) {
  for (i in seq_len(times)) cat(i, word, '')
  cat('\n')
}
say('hello')
say('again', 2)
x = c(2, 4)
print(x)
cat('sum', sum(x), '\n')
cat('values:', x, sep = ' ')
cat('\n')
cat(NULL)
n = length(x)
message('done')

#> x: 2 4
#> n: 2
