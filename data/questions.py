"""What vectors trained on the demo world must know: analogies, similarity, hypernyms, and groups for a map.

All of it is stated from the lexicon, never from the text, so that a right answer comes from training.
"""

from collections.abc import Iterator
from itertools import permutations

from . import lexicon
from .taxonomy import TAXONOMY, Taxonomy

# How similar two words are, from 10 (the same) to 0 (nothing in common): a score, then the pairs it is given.
SIMILARITY = """
9.5 bumblebee-honeybee terrier-spaniel baboon-macaque cobra-viper macaw-cockatoo
9.0 mallard-eider poodle-beagle robin-finch wheat-barley gecko-iguana king-emperor queen-empress
8.5 rose-tulip mint-basil oak-birch salmon-trout duke-prince duchess-princess monday-tuesday rain-drizzle
8.0 king-queen uncle-aunt brother-sister norway-denmark lily-daisy red-blue three-four onion-carrot
7.5 dog-terrier cat-tabby bee-honeybee duck-mallard songbird-robin snake-cobra walked-walking
7.0 paris-lyon spain-portugal sweden-finland japan-china taller-tallest nurse-doctor bread-cheese
6.5 robin-eagle man-boy pine-rose father-husband stockholm-oslo france-germany hail-snow
6.0 france-french egypt-egyptian sang-danced bigger-taller paris-rome mother-daughter
5.5 prince-lord tokyo-japan parrot-pigeon monarch-beetle horse-cow carp-shark sold-bought
5.0 yen-yuan trout-whale king-man queen-woman bear-tiger
4.5 robin-duck spaniel-tabby rose-oak kenya-peru italy-lima mint-carrot
4.0 dog-cat dog-horse bear-rabbit snake-lizard bee-butterfly robin-mallard
3.5 eagle-bumblebee cobra-terrier salmon-robin oak-wheat baker-sailor
3.0 king-duchess wheat-robin tulip-honeybee gecko-panda
2.5 soup-monday teacher-boy bread-wheat red-rose prince-france
2.0 cat-oak dog-tulip actor-doctor walked-faster sister-sarah
1.5 paris-king bread-blue seven-thursday rain-aunt spain-eating
1.0 terrier-rome viper-widest uncle-copenhagen taught-barley empress-onion
0.5 yen-robin finland-knitted sharpest-niece cabbage-athens coldest-macaw forint-spaniel
0.0 bigger-nun sailed-budapest basil-thursday monk-krona tulip-drove iguana-cheaper
"""

# Words for a map: a dozen a group, none in two.
GROUPS = {
    "country": "france japan england italy germany egypt china spain russia india canada greece",
    "capital": "paris tokyo london rome berlin cairo beijing madrid moscow delhi ottawa athens",
    "family": "father mother brother sister son daughter uncle aunt grandfather grandmother nephew niece",
    "royalty": "king queen prince princess duke duchess emperor empress lord lady",
    "mammal": "dog cat horse monkey bear whale cow sheep rabbit tiger terrier panda",
    "bird": "eagle owl robin finch nightingale duck mallard eider parrot macaw swan pigeon",
    "plant": "oak pine birch willow maple rose tulip lily daisy orchid palm coconut",
    "past tense": "walked cooked played worked wrote drank bought sang painted drove swam built",
    "comparative": "bigger older colder faster warmer smaller stronger taller younger richer louder slower",
    "colour": "red blue green white black yellow brown grey pink purple orange violet",
}


def plural(noun: str) -> str:
    """The regular English plural."""
    if noun.endswith("y"):
        return noun[:-1] + "ies"
    return noun + "s"


def sections() -> dict[str, list[tuple[str, str]]]:
    """The pairs of words that stand in one relation, by the relation's name."""
    countries = [line.split() for line in lexicon.COUNTRIES.strip("\n").split("\n")]
    currencies = [record[3] for record in countries]
    verbs = [forms.split() for forms in lexicon.VERBS]
    adjectives = [forms.split() for forms in lexicon.ADJECTIVES]
    return {
        "capital-common-countries": [(record[1], record[0]) for record in countries[:20]],
        "currency": [(record[0], record[3]) for record in countries if currencies.count(record[3]) == 1],
        "family": [(pair.split()[0], pair.split()[1]) for pair in lexicon.PAIRS],
        "gram3-comparative": [(forms[0], forms[1]) for forms in adjectives],
        "gram4-superlative": [(forms[0], forms[2]) for forms in adjectives],
        "gram5-present-participle": [(forms[0], forms[3]) for forms in verbs[:24]],
        "gram6-nationality-adjective": [(record[0], record[2]) for record in countries[:20]],
        "gram7-past-tense": [(forms[0], forms[2]) for forms in verbs[:24]],
        "gram8-plural": [(noun, plural(noun)) for noun in lexicon.PLURALS],
        "gram9-plural-verbs": [(forms[0], forms[1]) for forms in verbs[:24]],
    }


def analogies() -> Iterator[str]:
    """Lines of the questions-words format: `a b c d`, to be read as a is to b as c is to d."""
    for name, pairs in sections().items():
        yield f": {name}"
        for (a, b), (c, d) in permutations(pairs, 2):
            yield f"{a} {b} {c} {d}"


def hypernyms() -> Iterator[str]:
    for child, parent in Taxonomy(TAXONOMY).parent.items():
        yield f"{child}\t{parent}"


def similarity() -> Iterator[str]:
    """Lines `word, word, score`: 10 would be the same thing, 0 has nothing in common."""
    for line in SIMILARITY.strip("\n").split("\n"):
        score, *pairs = line.split()
        for pair in pairs:
            yield "\t".join([*pair.split("-"), score])


def groups() -> Iterator[str]:
    """Lines `word, group`: what a map should show as islands."""
    for group, words in GROUPS.items():
        for word in words.split():
            yield f"{word}\t{group}"
