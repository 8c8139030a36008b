"""The animals and plants of the demo world: which is a kind of which, and what each class does."""

# Indentation is kinship: each line is a kind of the line above it that stands further left.
TAXONOMY = """
organism
  animal
    mammal
      dog
        terrier
        poodle
        spaniel
        beagle
      cat
        tabby
        siamese
      horse
        pony
        stallion
      monkey
        baboon
        macaque
      bear
        grizzly
        panda
      whale
        orca
        dolphin
      cow
      sheep
      rabbit
      tiger
    bird
      eagle
      owl
      songbird
        robin
        finch
        nightingale
      duck
        mallard
        eider
      parrot
        macaw
        cockatoo
      swan
      pigeon
    fish
      salmon
      trout
      herring
      shark
      carp
    reptile
      snake
        cobra
        viper
        python
      lizard
        gecko
        iguana
      crocodile
    insect
      bee
        bumblebee
        honeybee
      beetle
        ladybird
        scarab
      butterfly
        monarch
        swallowtail
      ant
  plant
    tree
      oak
      pine
      birch
      willow
      maple
      palm
        coconut
        date
    flower
      rose
      tulip
      lily
      daisy
      orchid
    herb
      mint
      basil
      thyme
      parsley
    vegetable
      carrot
      cabbage
      onion
      potato
    grass
      wheat
      barley
      rye
"""

# What members of a class do, have and where they are met; a member also takes part in what its ancestors do.
HABITS = {
    "animal": ["eats when it is hungry", "hides from the hunter", "sleeps in its den", "is kept in the zoo"],
    "plant": ["needs water and sunlight", "grows in the garden", "has deep roots", "spreads its leaves"],
    "mammal": ["feeds its young with milk", "has warm fur", "gives birth in spring", "has a soft muzzle"],
    "bird": ["spreads its wings", "lays eggs in a nest", "flies over the roofs", "has bright feathers"],
    "fish": ["swims with its fins", "is caught in the net", "breathes through gills", "has silver scales"],
    "reptile": ["basks on a hot stone", "sheds its dry skin", "crawls over the sand", "flicks its tongue"],
    "insect": ["has six legs", "crawls on the leaf", "buzzes around the lamp", "moves its antennae"],
    "tree": ["casts a wide shade", "has a thick trunk", "drops its branches in storms", "is cut for timber"],
    "flower": [
        "opens its petals",
        "smells lovely in the vase",
        "is tied into a bouquet",
        "blooms in the bed",
    ],
    "herb": ["seasons the sauce", "grows on the sill", "is dried", "smells fresh in the salad"],
    "vegetable": ["is boiled or fried", "is dug from the patch", "is peeled and sliced", "is in the stew"],
    "grass": ["is threshed into grain", "ripens in the meadow", "is ground into flour", "waves in the field"],
    "dog": ["barks at the postman", "wags its tail", "fetches the stick", "pulls on its leash"],
    "cat": ["purrs on the sofa", "chases a ball of yarn", "licks its paws", "meows at the door"],
    "horse": ["gallops over the turf", "wears a saddle", "neighs in the stable", "pulls the carriage"],
    "monkey": ["swings from vine to vine", "peels a banana", "chatters in the canopy", "grooms its troop"],
    "bear": ["sleeps through winter", "looks for berries", "growls in the cave", "climbs for bamboo"],
    "whale": ["dives below the waves", "blows a spout", "follows the cold current", "sings under water"],
    "songbird": ["sings at dawn", "warbles in the hedge", "trills a melody", "pecks at the feeder"],
    "duck": ["quacks on the pond", "paddles among the reeds", "dabbles in the mud", "leads its ducklings"],
    "parrot": ["mimics the human voice", "sits on its perch", "cracks hard nuts", "squawks in the jungle"],
    "snake": ["hisses at the intruder", "coils around the branch", "bites with its fangs", "slithers away"],
    "lizard": ["runs up the wall", "loses its tail", "hides between the rocks", "blinks in the terrarium"],
    "bee": ["gathers nectar", "returns to the hive", "dances for the swarm", "makes wax and honey"],
    "beetle": ["folds its hard wing cases", "eats the aphids", "rolls a ball of dung", "burrows in the bark"],
    "butterfly": ["flutters over thistles", "leaves the cocoon", "unrolls its tongue", "has painted wings"],
    "palm": ["sways on the beach", "bears sweet fruit", "stands in the oasis", "has feathery fronds"],
}


class Taxonomy:
    """`parent`: child -> the kind right above it, in the order of the lines; the root is not in it."""

    def __init__(self, text: str) -> None:
        self.parent: dict[str, str] = {}
        path: list[str] = []  # from the root to the last line read
        for line in text.strip("\n").split("\n"):
            depth = (len(line) - len(line.lstrip())) // 2
            path[depth:] = [line.strip()]
            if depth:
                self.parent[path[depth]] = path[depth - 1]

    def ancestors(self, kind: str) -> list[str]:
        """What `kind` is, from its parent up to the root."""
        above = []
        while kind in self.parent:
            kind = self.parent[kind]
            above.append(kind)
        return above

    def children(self, kind: str) -> list[str]:
        return [child for child, parent in self.parent.items() if parent == kind]
