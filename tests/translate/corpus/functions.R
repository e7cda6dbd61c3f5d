# defaults, names, lazy defaults, implicit and early return, closures
add = function(a, b = 2) a + b
three = add(1)
five = add(b = 4, 1)
area = function(width, height = width) {
  # a default that depends on another argument
  width * height
}
square = area(3)
oblong = area(3, 4)
absolute <- function(x) {
  if (x < 0) return(-x)
  x
}
left = absolute(-4)
sign.of = function(x) {
  if (x > 0) {
    1
  } else if (x < 0) {
    -1
  } else {
    0
  }
}
s = sign.of(-3)
second = function(v) v[2]
got = second(c(5, 6, 7))
last.of = function(v, n = length(v)) v[n]
end = last.of(c(5, 6, 7))
compose = function(f, g) function(x) g(f(x))
twice.plus = compose(function(x) x * 2, function(x) x + 1)
seven = twice.plus(3)
power = function(x, p) x^p
cubes = power(1:3, p = 3)
optional = function(x, by) if (missing(by)) x else x * by
plain = optional(4)
scaled = optional(4, 2)

#> three: 3
#> five: 5
#> square: 9
#> oblong: 12
#> left: 4
#> s: -1
#> got: 6
#> end: 7
#> seven: 7
#> cubes: 1 8 27
#> plain: 4
#> scaled: 8
