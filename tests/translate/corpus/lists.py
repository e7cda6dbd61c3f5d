"""lists.R, translated from R."""

from copy import deepcopy

import sitpy.r as r
from sitpy.translate import like_r

# lists by name and by position, filled field by field
person = r.list(name="Ann", age=40)
name = person.name
age = deepcopy(person["age"])
person.age = age + 1
older = deepcopy(person.age)
person.town = "Oslo"
town = deepcopy(person["town"])
size = len(person)
fields = like_r.names(person)
del person.name
less = len(person)
copy = deepcopy(person)
copy.town = "Rome"
still = person.town
items = r.list()
for i in range(1, 4):
    items = like_r.put_item(items, i * i, i)
third = deepcopy(items[2])
nested = r.list(inner=r.list(value=3))
deep = nested.inner.value
has = "nothing" not in person
