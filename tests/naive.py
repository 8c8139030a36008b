"""Slow, plain-Python twins of what the package computes, imported from nothing but the standard library and numpy.

Each is written straight from its definition, so that it can be checked against the paper by reading.
"""

import decimal
import fractions
import heapq
import math

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
KEEP, WIDTH, NOISE = 1, 2, 3


def mix(z):
    """SplitMix64's finaliser, on Python's whole numbers."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def stream_key(seed, epoch, block, purpose):
    key = mix((seed + GOLDEN) & MASK)
    for number in (epoch, block, purpose):
        key = mix((key + number * GOLDEN + 1) & MASK)
    return key


def bits(key, i):
    return mix((key + (i + 1) * GOLDEN) & MASK)


def windows(block, keep_probability, window, shrink, seed, epoch, index):
    """[(centre word, [context words])] of one block, sentence by sentence."""
    keep, width = stream_key(seed, epoch, index, KEEP), stream_key(seed, epoch, index, WIDTH)
    sentences, sentence = [], []
    for place, word in enumerate(block):
        if word == -1:
            sentences.append(sentence)
            sentence = []
        elif (bits(keep, place) >> 32) < math.floor(keep_probability[word] * 2**32):
            reach = 1 + (((bits(width, place) >> 32) * window) >> 32) if shrink else window
            sentence.append((word, reach))
    sentences.append(sentence)
    cut = []
    for sentence in sentences:
        words = [word for word, _ in sentence]
        for i, (word, reach) in enumerate(sentence):
            cut.append((word, words[max(i - reach, 0) : i] + words[i + 1 : i + reach + 1]))
    return cut


def examples(arch, cut):
    """[(bag, target)] of some windows."""
    if arch == "skipgram":
        return [([word], centre) for centre, context in cut for word in context]
    return [(context, centre) for centre, context in cut if context]


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def log_sigmoid(x):
    return min(x, 0.0) - math.log1p(math.exp(-abs(x)))


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def ns_loss(hidden, output, target, noise, negative):
    """Negative sampling, Mikolov et al. 2013b eq. 4, each of the N negative samples weighing negative / N."""
    loss = -log_sigmoid(dot(hidden, output[target]))
    for word in noise:
        if word != target:
            loss -= negative / len(noise) * log_sigmoid(-dot(hidden, output[word]))
    return loss


def hs_loss(hidden, output, path, code):
    """Hierarchical softmax, Mikolov et al. 2013b eq. 3: code 0 is the positive side."""
    return -sum(
        log_sigmoid((1 - 2 * int(bit)) * dot(hidden, output[node])) for node, bit in zip(path, code, strict=True)
    )


def softmax_loss(hidden, output, target):
    scores = [dot(hidden, row) for row in output]
    top = max(scores)
    return top + math.log(sum(math.exp(score - top) for score in scores)) - scores[target]


def ova_loss(hidden, output, target):
    return -sum(log_sigmoid(dot(hidden, row) * (1 if w == target else -1)) for w, row in enumerate(output))


def huffman_cost(counts):
    """The least possible sum of count x code length: the sum of all merged weights, by a heap."""
    heap = list(counts)
    heapq.heapify(heap)
    cost = 0
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        cost += joined
        heapq.heappush(heap, joined)
    return cost


def ns_step(inputs, outputs, bags, noise, negative, alpha, *, mean=True, divide=True):
    """One SGD step of negative sampling on a chunk's summed loss, the gradient written out; new (inputs, outputs)."""
    new_inputs, new_outputs = inputs.copy(), outputs.copy()
    for bag, target in bags:
        hidden = sum(inputs[word] for word in bag) / (len(bag) if mean else 1)
        towards = np.zeros_like(hidden)
        pairs = [(target, 1.0, 1.0)] + [(word, 0.0, negative / len(noise)) for word in noise if word != target]
        for word, label, weight in pairs:
            slope = weight * (sigmoid(float(hidden @ outputs[word])) - label)
            towards += slope * outputs[word]
            new_outputs[word] -= alpha * slope * hidden
        for word in bag:
            new_inputs[word] -= alpha * towards / (len(bag) if mean and divide else 1)
    return new_inputs, new_outputs


def cooccurrences(blocks, window, distance_weighting, keep):
    """X_ij of some blocks of ids as {(i, j): count}, both orders, by looking at every pair of places."""
    counts = {}
    for block in blocks:
        for a in range(len(block)):
            for b in range(len(block)):
                apart = 1 <= abs(a - b) <= window
                if apart and -1 not in block[min(a, b) : max(a, b) + 1]:
                    pair = block[a], block[b]
                    weight = 1 / abs(a - b) if distance_weighting else 1
                    counts[pair] = counts.get(pair, 0) + weight * keep[pair[0]] * keep[pair[1]]
    return counts


def pmi(counts):
    """log(X_ij X / (X_i X_j)) as {(i, j): pmi}, for counts as `cooccurrences` returns them."""
    total, rows = sum(counts.values()), {}
    for (i, _), count in counts.items():
        rows[i] = rows.get(i, 0) + count
    return {(i, j): math.log(count * total / (rows[i] * rows[j])) for (i, j), count in counts.items()}


def pmi_steps(first, second, entries, x_max, x_exponent, alpha):
    """AdaGrad on f(X) (<a_i, b_j> - PMI)^2, one entry (i, j, X, PMI) after the other, in place; the summed loss.

    `second` may be `first`: then every number has one gradient, from both factors.
    """
    squares = {id(table): np.ones_like(table) for table in (first, second)}
    loss = 0.0
    for i, j, count, target in entries:
        error = float(first[i] @ second[j]) - target
        weight = min(1.0, (count / x_max) ** x_exponent)
        loss += weight * error**2
        gradients = {id(first): np.zeros_like(first), id(second): np.zeros_like(second)}
        gradients[id(first)][i] += 2 * weight * error * second[j]
        gradients[id(second)][j] += 2 * weight * error * first[i]
        for table in (first,) if second is first else (first, second):
            g = gradients[id(table)]
            squares[id(table)] += g**2
            table -= alpha * g / np.sqrt(squares[id(table)])
    return loss


def softmax_step(inputs, outputs, bags, alpha, *, mean=True, divide=True):
    """One SGD step of full softmax on a chunk's summed loss, the gradient written out; new (inputs, outputs)."""
    new_inputs, new_outputs = inputs.copy(), outputs.copy()
    for bag, target in bags:
        hidden = sum(inputs[word] for word in bag) / (len(bag) if mean else 1)
        weights = [math.exp(dot(hidden, row)) for row in outputs]
        towards = np.zeros_like(hidden)
        for word, weight in enumerate(weights):
            slope = weight / sum(weights) - (word == target)
            towards += slope * outputs[word]
            new_outputs[word] -= alpha * slope * hidden
        for word in bag:
            new_inputs[word] -= alpha * towards / (len(bag) if mean and divide else 1)
    return new_inputs, new_outputs


def ball_distance(x, y):
    """arcosh(1 + 2 |x - y|^2 / ((1 - |x|^2)(1 - |y|^2))) of floats, to fifty digits (Nickel & Kiela 2017, eq. 1)."""
    with decimal.localcontext(decimal.Context(prec=50)):
        x, y = [decimal.Decimal(float(i)) for i in x], [decimal.Decimal(float(i)) for i in y]
        room = (1 - sum(i * i for i in x)) * (1 - sum(i * i for i in y))
        excess = 2 * sum((i - j) ** 2 for i, j in zip(x, y, strict=True)) / room
        return float((1 + excess + (excess * (excess + 2)).sqrt()).ln())


def lorentz_distance(x, y):
    """arcosh(-<x, y>_L) of points with these space coordinates, to fifty digits (Nickel & Kiela 2018, eq. 5)."""
    with decimal.localcontext(decimal.Context(prec=50)):
        x, y = [decimal.Decimal(float(i)) for i in x], [decimal.Decimal(float(i)) for i in y]
        time = ((1 + sum(i * i for i in x)) * (1 + sum(i * i for i in y))).sqrt()
        cosh = max(time - sum(i * j for i, j in zip(x, y, strict=True)), decimal.Decimal(1))
        return float((cosh + (cosh * cosh - 1).sqrt()).ln())


def mobius_sum(x, y):
    """x (+) y in fractions (Ganea et al. 2018, eq. 4)."""
    x, y = [fractions.Fraction(float(i)) for i in x], [fractions.Fraction(float(i)) for i in y]
    xy, xx, yy = sum(i * j for i, j in zip(x, y, strict=True)), sum(i * i for i in x), sum(i * i for i in y)
    return [float(((1 + 2 * xy + yy) * i + (1 - xx) * j) / (1 + 2 * xy + xx * yy)) for i, j in zip(x, y, strict=True)]


def filtered_ranks(distance, pairs, known=()):
    """{(u, v): rank of v} among all nodes but u and its other relatives, and {u: average precision}; ties lose.

    distance: of nodes by nodes. known: pairs that are masked, being neither asked for nor competitors.
    """
    ranks, precisions = {}, {}
    for u in {u for u, _ in pairs}:
        wanted = {v for node, v in pairs if node == u}
        masked = {v for node, v in known if node == u} | {u}
        listed = [w for w in range(len(distance)) if w in wanted or w not in masked]
        listed.sort(key=lambda w: (distance[u][w], w in wanted))
        found = [place for place, w in enumerate(listed, 1) if w in wanted]
        precisions[u] = sum(i / place for i, place in enumerate(found, 1)) / len(found)
        for v in wanted:
            unrelated = [w for w in listed if w not in wanted]
            ranks[u, v] = 1 + sum(distance[u][w] <= distance[u][v] for w in unrelated)
    return ranks, precisions


def ways(pairs, nodes):
    """Which nodes one comes to from each by one step or more: a set for every node (Warshall 1962)."""
    reached = [{v for u, v in pairs if u == node} for node in range(nodes)]
    for middle in range(nodes):
        for node in range(nodes):
            if middle in reached[node]:
                reached[node] |= reached[middle]
    return reached


def nearest_ancestors(pairs, nodes, shown):
    """(the pairs (node, nearest ancestor) among nodes shown, {node: length of its longest way up}), for a hierarchy
    in which nodes on a cycle are beside and not above each other."""
    reached = ways(pairs, nodes)
    above = [{other for other in reached[node] if node not in reached[other]} for node in range(nodes)]
    joined = {
        (node, other)
        for node in shown
        for other in above[node] & set(shown)
        if not any(between in shown and between in above[node] and other in above[between] for between in range(nodes))
    }

    def depth(node):
        return max((1 + depth(other) for other in above[node]), default=0)

    return joined, {node: depth(node) for node in shown}


def hyperbolic_distance(x, y):
    """Of points of the hyperboloid, given by their space-like numbers: the arccosh of -<x, y> in Lorentz's metric."""
    return math.acosh(math.sqrt(1 + dot(x, x)) * math.sqrt(1 + dot(y, y)) - dot(x, y))


def poincare_loss(hidden, output, target, noise, negative, fall=lambda d: math.cosh(d) - 1):
    """Negative sampling with scores c_w - fall(distance), the bias c_w being the last number of an output row."""

    def score(word):
        return output[word][-1] - fall(hyperbolic_distance(hidden, output[word][:-1]))

    others = sum(log_sigmoid(-score(word)) for word in noise if word != target)
    return -log_sigmoid(score(target)) - negative / len(noise) * others


def midpoint(points):
    """The Einstein midpoint (Ungar 2005), by the Klein disc: the mean of velocities x / t, weighted by gamma = t."""
    times = np.sqrt(1 + (points**2).sum(axis=1))
    velocity = (times[:, None] * (points / times[:, None])).sum(axis=0) / times.sum()
    return velocity / math.sqrt(1 - velocity @ velocity)


def negatives(seed, epoch, block, turn, wanted, nodes, never):
    """The nodes drawn for one unit of relations: of twice as many draws as wanted, the first different ones."""
    key, found = stream_key(seed, epoch, block, NOISE), set()
    for attempt in range(2 * wanted):
        drawn = ((bits(key, turn * 2 * wanted + attempt) >> 32) * nodes) >> 32
        if drawn not in never and len(found) < wanted:
            found.add(drawn)
    return found
