# lists by name and by position, filled field by field
person = list(name = 'Ann', age = 40)
name = person$name
age = person[['age']]
person$age = age + 1
older = person$age
person$town = 'Oslo'
town = person[['town']]
size = length(person)
fields = names(person)
person$name = NULL
less = length(person)
copy = person
copy$town = 'Rome'
still = person$town
items = list()
for (i in 1:3) items[[i]] = i * i
third = items[[3]]
nested = list(inner = list(value = 3))
deep = nested$inner$value
has = is.null(person$nothing)

#> name: Ann
#> age: 40
#> older: 41
#> town: Oslo
#> size: 3
#> fields: name age town
#> less: 2
#> still: Oslo
#> i: 3
#> third: 9
#> deep: 3
#> has: TRUE
