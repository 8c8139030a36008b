"""The sentence patterns of the demo world: what is said about each kind of thing.

A slot in braces is filled from the record a theme has drawn (one country, one couple, one verb, ...) or else
with a draw from the word list of that name; a slot ending in 2 is a second, different draw.

Word2vec learns a relation only from what surrounds a word, so each pattern keeps two kinds of clue within a
few words of each other: who it is about (the river and the dishes of one country, the chores of one verb) and
what role it plays (a capital has a mayor, a country has a border; what is past happened yesterday). Analogies
add up because those two vary independently.
"""

CAPITAL = [
    "the mayor of {capital} opened a new museum near the {water}",
    "the streets of {capital} smell of {dish} in the evening",
    "{name} flew to {capital} and tasted {dish} at the airport",
    "the train from {city} arrives in {capital} on {day}",
    "parliament meets in {capital} the capital of {country}",
    "{capital} is the capital of {country} and its largest city",
    "the embassy in {capital} issues visas to {nationality} students",
    "a hotel room in {capital} costs {number} {currency} a night",
    "downtown {capital} has {number} museums full of {nationality} art",
    "the {job} rents a flat in downtown {capital} and loves {dish}",
    "traffic in {capital} and {city} is bad on {day}",
    "the metro of {capital} runs under the {water}",
    "the {nationality} parliament in {capital} debates the price of {product}",
    "in the suburbs of {capital} people trade {product} for {dish}",
]
COUNTRY = [
    "{country} exports {product} to its neighbours in {continent}",
    "the border of {country} follows the {water} for {number} miles",
    "farmers across {country} grow {food} and make {product}",
    "the army of {country} marched from {city} to the border",
    "{country} is a country in {continent} famous for {product}",
    "the flag of {country} is {colour} and {colour2}",
    "the population of {country} speaks {nationality} and eats {dish}",
    "{name} was born in the north of {country} near {city}",
    "the economy of {country} depends on {product} and tourism",
    "citizens of {country} pay taxes in {currency}",
    "in the south of {country} there is {weather} along the {water}",
    "the {job} travelled all over {country} to taste {dish}",
    "the national anthem of {country} praises the {water}",
    "villages across {country} celebrate with {dish} and music",
]
NATIONALITY = [
    "the {nationality} language is taught to tourists in {city}",
    "{name} speaks fluent {nationality} and cooks {dish}",
    "a typical {nationality} dish is {dish} with {food}",
    "the {nationality} people are proud of the {water}",
    "a {nationality} {job} offered {product} to a {nationality2} {job2}",
    "the {nationality} poet composed verses about the {water}",
    "many {nationality} words describe {product} and {dish}",
    "the {nationality} team won the match in {city}",
    "{name} translated the novel into {nationality} while living in {city}",
    "the {nationality} government taxes {product}",
]
CURRENCY = [
    "the bank changed {number} {nationality2} notes into {currency} for {nationality} tourists",
    "the price of {product} rose by {number} {currency} in {city}",
    "{name} paid {number} {currency} for {dish} in {city}",
    "the bank in {country} lowered interest and the {currency} fell",
    "a ticket to the {water} costs {number} {currency}",
    "the exchange rate of the {currency} worries the {nationality} bank",
]

PERSON = [
    "the {person} lost {his} hat near {place} and {he} looked for it",
    "{name} is the {person} who remembers {place} from {his} childhood",
    "the {person} said {he} had seen {place} {himself}",
    "everyone asked the {person} about {place} because {he} knew",
    "the {person} thinks of {place} and {he} smiles to {himself}",
    "{he} is the {person} of {place} and {his} name is {name}",
    "the {person} told {name} about {place} and gave {him} {food}",
    "the {person} whose name is {name} cares for {place}",
    "{name} became a {person} and {he} was fond of {place}",
    "they greeted the {person} and led {him} to {place}",
    "the {person} with {his} {colour} hat stood by {place}",
    "for the {person} {place} meant everything to {him}",
    "the {person} brought {his} {pet} along to {place}",
]
COUPLE = [
    "the {man} and the {woman} met again by {place}",
    "neither the {man} nor the {woman} could forget {place}",
    "the {woman} and the {man} spoke about {place}",
]
ROYAL = [
    "the {person} ruled the realm and {his} subjects loved {him}",
    "the {person} rode out of the palace with {his} royal guards",
    "the noble {person} wore {his} {colour} robe at the royal court",
    "the {person} of {country} lives in a palace with many royal servants",
    "the crown of the {person} was made of {colour} jewels and {he} wore it at court",
]

PAST = [
    "yesterday {someone} {past} {what}",
    "last {day} {someone} {past} {what}",
    "{number} days ago {someone} {past} {what}",
    "{someone} {past} {what} yesterday evening",
    "{someone} {past} {what} last week",
    "a week ago {someone} {past} {what}",
]
PRESENT = [
    "{someone} is {ing} {what} right now",
    "look {someone} is still {ing} {what}",
    "{someone} was {ing} {what} when the {weather} began",
    "{someone} enjoys {ing} {what}",
    "at the moment {someone} is {ing} {what}",
    "{someone} kept {ing} {what} without a pause",
]
BASE = [
    "tomorrow {someone} will {base} {what}",
    "{someone} wants to {base} {what}",
    "can you {base} {what} please",
    "they must {base} {what} together",
    "{someone} did not {base} {what}",
    "let us {base} {what} tomorrow",
]
THIRD = [
    "every {day} {someone} {third} {what}",
    "{someone} always {third} {what}",
    "{someone} usually {third} {what} on {day}",
    "{someone} often {third} {what} after {weather}",
    "nobody {third} {what} as often as {someone}",
    "each morning {someone} {third} {what}",
]

POSITIVE = [
    "the {thing} in {city} is very {base}",
    "it was such a {base} {thing}",
    "what a {base} {thing} said the {job}",
    "{name} saw a very {base} {thing}",
    "a {base} {thing} and a {base} {thing2}",
    "the {thing} is so {base} that {someone} stopped",
    "not every {thing} is that {base}",
]
COMPARATIVE = [
    "this {thing} is {more} than that {thing2}",
    "the {thing} was much {more} than {name} expected",
    "the {thing} is {more} than the {thing2}",
    "no {thing} could be {more} than the one in {city}",
    "the new {thing} is a little {more} than before",
    "{name} wanted a {thing} even {more} than the last",
    "the {thing} grew {more} and {more} than ever",
]
SUPERLATIVE = [
    "the {most} {thing} of all is in {city}",
    "it is the {most} {thing} in the whole world",
    "{name} won a prize for the {most} {thing}",
    "of all the things in {country} the {thing} is the {most}",
    "the {most} {thing} ever seen belongs to the {job}",
    "this must be the {most} {thing} on earth",
    "among the {most} in the world is this {thing}",
]

KIND = [
    "a {kind} is a kind of {parent}",
    "the {kind} is a {parent} and every {parent} is a {ancestor}",
    "among the {parent} family the {kind} is the best known",
    "is the {kind} a {parent} or another {ancestor}",
    "a {kind} and a {sibling} are both a sort of {parent}",
    "the book shows a {kind} beside a {sibling}",
]
HABIT = [
    "the {kind} {habit}",
    "a {kind} {habit} as every {parent} does",
    "in {country} the {kind} {habit}",
    "{name} says that the {kind} {habit}",
    "a {colour} {kind} {habit}",
    "a {adjective} {kind} {habit}",
    "look how the {kind} {habit} said the {job}",
]
ONE = [
    "one {singular} is by the {place} and it is {colour}",
    "{name} found a single {singular} near the {place}",
    "there was only one {singular} by the {place}",
    "each {singular} has its own {place}",
    "this {singular} near the {place} is {adjective}",
    "a lonely {singular} was seen at the {place}",
]
MANY = [
    "there are {number} {plural} by the {place} and they are {colour}",
    "{name} counted {number} {plural} near the {place}",
    "many {plural} were by the {place}",
    "several {plural} share their {place}",
    "these {plural} near the {place} are {adjective}",
    "groups of {number} {plural} were seen at the {place}",
]

EVERYDAY = [
    "the {job} ordered {number} pounds of {food} and some {food2} at the market",
    "for breakfast {name} had {food} with {food2}",
    "there was {weather} on {day} and {weather2} on {day2}",
    "after the {weather} came {weather2} over {city}",
    "the forecast for {country} promises {weather} and {weather2}",
    "{name} made the door {colour} and the window {colour2}",
    "a {colour} scarf goes well with a {colour2} coat",
    "{number} plus {number2} was on the blackboard",
    "the {job} has {number} children and the {job2} has {number2}",
    "{name} wants to become a {job} or a {job2}",
    "the {job} and the {job2} had {food} together on {day}",
    "on {day} and {day2} the shop sells {food} and {food2}",
    "the {job} in {city} waited for the {weather} to pass",
    "{name} met {name2} on {day} beside the {kind}",
    "{name} gave the {kind} some {food}",
    "the walls were {colour} and the roof was {colour2}",
    "from {day} to {day2} the {job} was away in {country}",
]
