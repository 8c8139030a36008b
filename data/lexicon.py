"""The words of the demo world and how they belong together: plain tables behind both text and questions.

Lists run from frequent to rare: the generator draws by rank, so the first entries are met most often.
"""

# country, capital, nationality, currency, continent, second city, water or mountain, dish, product
COUNTRIES = """
france paris french euro europe lyon seine crepes wine
japan tokyo japanese yen asia osaka fuji sushi cameras
england london english pound europe manchester thames pudding wool
italy rome italian euro europe milan tiber pasta marble
germany berlin german euro europe munich rhine sausages cars
egypt cairo egyptian pound africa alexandria nile falafel cotton
china beijing chinese yuan asia shanghai yangtze noodles silk
spain madrid spanish euro europe seville ebro paella oranges
russia moscow russian ruble europe kazan volga borscht timber
india delhi indian rupee asia mumbai ganges curry spices
canada ottawa canadian dollar america toronto yukon pancakes syrup
greece athens greek euro europe sparta olympus moussaka olives
brazil brasilia brazilian real america recife amazon feijoada coffee
sweden stockholm swedish krona europe uppsala gotland meatballs furniture
poland warsaw polish zloty europe krakow vistula dumplings amber
kenya nairobi kenyan shilling africa mombasa kilimanjaro ugali tea
turkey ankara turkish lira asia istanbul bosphorus kebab carpets
norway oslo norwegian krone europe bergen fjord waffles oil
cuba havana cuban peso america trinidad caribbean plantains sugar
portugal lisbon portuguese euro europe porto douro sardines cork
australia canberra australian dollar oceania sydney murray barbecue opals
thailand bangkok thai baht asia phuket mekong satay rubber
ireland dublin irish euro europe galway shannon stew butter
morocco rabat moroccan dirham africa fez atlas couscous leather
hungary budapest hungarian forint europe szeged danube goulash paprika
vietnam hanoi vietnamese dong asia saigon halong pho bamboo
finland helsinki finnish euro europe turku saimaa porridge paper
peru lima peruvian sol america cusco andes ceviche silver
denmark copenhagen danish krone europe aarhus skagen pastries bacon
nepal kathmandu nepalese rupee asia pokhara himalaya lentils prayer-flags
ghana accra ghanaian cedi africa kumasi volta fufu cocoa
austria vienna austrian euro europe salzburg alps strudel pianos
""".replace("prayer-flags", "blankets")

# male, female, then phrases that fit both of the pair and hardly anyone else
PAIRS = {
    "man woman": ["the crowded street", "the office downtown", "a grey coat", "the morning bus"],
    "king queen": ["the golden throne", "the royal crown", "the whole kingdom", "the palace guards"],
    "father mother": ["the newborn baby", "the cradle", "the sleepy children", "the bedtime story"],
    "boy girl": ["the school playground", "the homework", "a small bicycle", "the toy box"],
    "prince princess": ["the castle ball", "the tower room", "the fairy tale", "the royal tutor"],
    "brother sister": ["the shared bedroom", "the old quarrel", "the twin beds", "the secret nickname"],
    "son daughter": ["the proud parents", "the school report", "the first tooth", "the graduation"],
    "husband wife": ["the wedding ring", "the anniversary", "the marriage", "the honeymoon"],
    "uncle aunt": ["the cousins", "the summer visit", "the birthday parcel", "the family reunion"],
    "grandfather grandmother": ["the rocking chair", "the memories", "the walking stick", "the old album"],
    "actor actress": ["the stage", "the film script", "the theatre audience", "the opening night"],
    "duke duchess": ["the country estate", "the duchy", "the carriage", "the noble guests"],
    "emperor empress": ["the vast empire", "the imperial court", "the provinces", "the ancient dynasty"],
    "nephew niece": ["the pocket money", "the holiday postcard", "the small present", "the christening"],
    "waiter waitress": ["the restaurant menu", "the tip", "the busy tables", "the tray of glasses"],
    "hero heroine": ["the dragon", "the brave rescue", "the last chapter", "the dangerous quest"],
    "lord lady": ["the manor", "the hunting party", "the village tenants", "the coat of arms"],
    "grandson granddaughter": ["the family house", "the old stories", "the woolly scarf", "the sweets jar"],
    "groom bride": ["the altar", "the wedding guests", "the bouquet", "the wedding cake"],
    "monk nun": ["the quiet chapel", "the morning prayer", "the cloister", "the vow of silence"],
    "wizard witch": ["the magic spell", "the potion", "the enchanted forest", "the broomstick"],
    "host hostess": ["the dinner guests", "the invitation", "the party games", "the front door"],
}
ROYAL = ["king queen", "prince princess", "duke duchess", "emperor empress", "lord lady"]

MEN = "john peter david thomas paul henry george oliver martin simon felix hugo walter arthur"
WOMEN = "mary anna emma sarah julia alice helen clara laura nina rosa vera ruth ida"

# base, third person, past, participle, then what it is done to or where
VERBS = {
    "walk walks walked walking": ["along the footpath", "through the park", "around the block"],
    "cook cooks cooked cooking": ["a pot of soup", "dinner for the guests", "rice in the kitchen"],
    "play plays played playing": ["chess with a friend", "football on the field", "the old guitar"],
    "work works worked working": ["in the factory", "at the desk", "on the night shift"],
    "write writes wrote writing": ["a long letter", "a poem in ink", "a page of the diary"],
    "drink drinks drank drinking": ["a cup of tea", "cold lemonade", "a glass of milk"],
    "eat eats ate eating": ["a slice of bread", "lunch at noon", "a bowl of cereal"],
    "buy buys bought buying": ["stamps at the counter", "groceries in the shop", "a new pair of shoes"],
    "sing sings sang singing": ["a merry tune", "in the choir", "the old ballad"],
    "paint paints painted painting": ["a portrait on canvas", "the wooden fence", "a still life"],
    "drive drives drove driving": ["the delivery van", "down the motorway", "the old lorry"],
    "swim swims swam swimming": ["across the pool", "twenty lengths", "to the far shore"],
    "build builds built building": ["a brick wall", "a wooden cabin", "a sand castle"],
    "ride rides rode riding": ["a bicycle", "on horseback", "the tram downtown"],
    "clean cleans cleaned cleaning": ["the dusty windows", "the kitchen floor", "the bathroom tiles"],
    "dance dances danced dancing": ["a slow waltz", "at the ballroom", "the tango"],
    "watch watches watched watching": ["a film on television", "the football match", "the sunset"],
    "teach teaches taught teaching": ["grammar to the pupils", "the history lesson", "mathematics"],
    "sell sells sold selling": ["vegetables at the stall", "the used furniture", "newspapers on the corner"],
    "climb climbs climbed climbing": ["the steep cliff", "up the ladder", "the rocky summit"],
    "bake bakes baked baking": ["an apple pie", "biscuits in the oven", "a loaf of rye"],
    "run runs ran running": ["the marathon", "three laps", "after the ball"],
    "draw draws drew drawing": ["a map in pencil", "a funny cartoon", "a circle with chalk"],
    "wash washes washed washing": ["the dirty dishes", "the laundry", "the muddy boots"],
    "catch catches caught catching": ["the last train", "a ball in the air", "a bad cold"],
    "repair repairs repaired repairing": ["the broken clock", "the leaking tap", "the flat tyre"],
    "carry carries carried carrying": ["a heavy suitcase", "the firewood", "the shopping bags"],
    "throw throws threw throwing": ["a snowball", "stones in the pond", "the dice"],
    "learn learns learned learning": ["new vocabulary", "the multiplication table", "a foreign alphabet"],
    "visit visits visited visiting": ["the art gallery", "a sick friend", "the ancient ruins"],
    "sail sails sailed sailing": ["the yacht", "around the lighthouse", "out of the harbour"],
    "count counts counted counting": ["the coins", "the votes", "the sheep at night"],
    "knit knits knitted knitting": ["a woollen scarf", "mittens by the fire", "a striped sweater"],
    "plough ploughs ploughed ploughing": ["the stony field", "straight furrows", "the clay soil"],
}

# base, comparative, superlative, then what it is said of
ADJECTIVES = {
    "big bigger biggest": ["elephant", "ship", "stadium", "crowd", "warehouse"],
    "old older oldest": ["castle", "bridge", "manuscript", "temple", "ruin"],
    "cold colder coldest": ["winter", "wind", "january", "glacier", "night"],
    "fast faster fastest": ["train", "racer", "rocket", "sprinter", "motorcycle"],
    "warm warmer warmest": ["summer", "blanket", "july", "fireplace", "soup"],
    "small smaller smallest": ["village", "mouse", "cottage", "button", "seed"],
    "strong stronger strongest": ["wrestler", "rope", "weightlifter", "ox", "chain"],
    "tall taller tallest": ["tower", "skyscraper", "giraffe", "chimney", "steeple"],
    "young younger youngest": ["pupil", "apprentice", "kitten", "sapling", "student"],
    "rich richer richest": ["merchant", "banker", "landowner", "millionaire", "jeweller"],
    "loud louder loudest": ["drum", "thunder", "siren", "trumpet", "explosion"],
    "bright brighter brightest": ["star", "lamp", "lantern", "comet", "torch"],
    "slow slower slowest": ["snail", "tortoise", "cart", "ferry", "queue"],
    "dark darker darkest": ["cellar", "cave", "tunnel", "dungeon", "alley"],
    "deep deeper deepest": ["ocean", "well", "mine", "canyon", "lagoon"],
    "sweet sweeter sweetest": ["honey", "candy", "jam", "dessert", "nectar"],
    "cheap cheaper cheapest": ["ticket", "hostel", "bargain", "souvenir", "meal"],
    "sharp sharper sharpest": ["knife", "needle", "thorn", "blade", "razor"],
    "heavy heavier heaviest": ["anvil", "boulder", "trunk", "barrel", "piano"],
    "hard harder hardest": ["exam", "puzzle", "riddle", "exercise", "question"],
    "soft softer softest": ["pillow", "velvet", "cushion", "feather", "mattress"],
    "long longer longest": ["river", "journey", "novel", "corridor", "speech"],
    "poor poorer poorest": ["beggar", "orphan", "peasant", "widow", "tramp"],
    "wide wider widest": ["avenue", "boulevard", "plain", "delta", "doorway"],
}

# Nouns whose plural the text uses, with the places where one meets them.
PLURALS = {
    "dog": ["kennel", "leash", "postman"],
    "cat": ["sofa", "yarn", "windowsill"],
    "horse": ["stable", "saddle", "racecourse"],
    "bird": ["birdbath", "rooftop", "nest"],
    "tree": ["forest", "orchard", "lumberjack"],
    "flower": ["vase", "bouquet", "florist"],
    "duck": ["pond", "reeds", "millpond"],
    "monkey": ["banana", "vine", "canopy"],
    "eagle": ["eyrie", "crag", "falconer"],
    "rose": ["trellis", "arbour", "perfume"],
    "snake": ["pit", "charmer", "venom"],
    "bee": ["hive", "swarm", "honeycomb"],
    "beetle": ["bark", "dung", "collector"],
    "rabbit": ["burrow", "hutch", "clover"],
    "oak": ["acorn", "grove", "sawmill"],
    "tulip": ["bulb", "greenhouse", "windmill"],
    "owl": ["barn", "midnight", "belfry"],
    "cow": ["milkmaid", "pasture", "dairy"],
    "bear": ["hibernation", "berries", "honeypot"],
    "whale": ["iceberg", "harpoon", "spout"],
    "lizard": ["terrarium", "boulder", "cactus"],
    "tiger": ["jungle", "circus", "stripes"],
    "parrot": ["pirate", "perch", "birdcage"],
    "ant": ["anthill", "crumbs", "picnic"],
}

# What fills a slot of that name anywhere in the world.
LISTS = {
    "colour": "red blue green white black yellow brown grey pink purple orange violet",
    "number": "two three four five six seven eight nine ten eleven twelve twenty",
    "food": "bread cheese soup rice salad cake apples eggs beans chocolate pears yoghurt",
    "job": "teacher doctor farmer baker nurse sailor lawyer carpenter engineer painter tailor pilot",
    "weather": "rain snow sunshine wind fog hail thunder frost drizzle clouds storms mist",
    "day": "monday tuesday wednesday thursday friday saturday sunday",
    "pet": "dog cat parrot terrier spaniel rabbit pony",
}
