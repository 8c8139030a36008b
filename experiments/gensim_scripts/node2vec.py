"""Nodes of a graph as words: random walks are the sentences (Grover & Leskovec 2016)."""

import os
import random
import tempfile

from gensim.models import Word2Vec

COMMUNITIES, SIZE, P, Q = 4, 15, 1.0, 0.5
chance = random.Random(3)


def read_graph():
    """Four communities: within one, nodes are linked at random, and each has a link to the next."""
    graph = {node: set() for node in range(COMMUNITIES * SIZE)}
    for node in graph:
        within = [other for other in graph if other // SIZE == node // SIZE and other != node]
        for other in chance.sample(within, 5):
            graph[node].add(other)
            graph[other].add(node)
    for community in range(COMMUNITIES):
        here, there = community * SIZE, (community + 1) % COMMUNITIES * SIZE + 1
        graph[here].add(there)
        graph[there].add(here)
    return {node: sorted(others) for node, others in graph.items()}


def walk_from(graph, start, length):
    """A walk of the second order: back with weight 1 / p, on to what is far from the last node with 1 / q."""
    walk = [start]
    while len(walk) < length:
        here = graph[walk[-1]]
        if len(walk) == 1:
            walk.append(chance.choice(here))
            continue
        last = walk[-2]
        weights = [1 / P if node == last else 1.0 if node in graph[last] else 1 / Q for node in here]
        walk += chance.choices(here, weights)
    return walk


def learn_embeddings(walks, output):
    """Learn embeddings by optimizing the Skipgram objective using SGD."""
    walks = [list(map(str, walk)) for walk in walks]
    model = Word2Vec(walks, vector_size=32, window=5, min_count=0, sg=1, workers=2, epochs=5)
    model.wv.save_word2vec_format(output)
    return model


nx_graph = read_graph()
walks = [walk_from(nx_graph, node, 30) for _ in range(20) for node in nx_graph]
output = os.path.join(tempfile.mkdtemp(), "graph.emb")
model = learn_embeddings(walks, output)

with open(output, encoding="utf8") as file:
    number, size = map(int, file.readline().split())
    rows = {line.split()[0]: line.split()[1:] for line in file}
print("file", number, size, len(rows), all(len(row) == size for row in rows.values()))
for node in ("5", "20", "35", "50"):
    print("near", node, *[near for near, _ in model.wv.most_similar(node, topn=5)])
