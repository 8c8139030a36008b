"""A language with cases, made of a small grammar: what is learned of forms that are in no text.

It is agglutinative, as Finnish and Turkish are: a noun is its stem, `-l-` or nothing for the number, and an ending for
the case, of which there are six. Stems are of back or of front vowels, and endings follow them (vowel harmony): no
n-gram of three letters that tells a case is common to both kinds.

    topics    stems of a topic stand beside words of that topic, and each stem beside one word that is its own
    cases     a verb governs a case, and a particle that goes with the number stands behind the noun

Some forms of each stem, two of twelve, are written nowhere. Their vectors are composed, and asked, beside those of
forms that the text has (`_seen`):

    topic     of the ten nearest forms of other stems, the share that is of its topic: no stem's spelling says it
    case      of the eight nearest forms of stems of its topic that have the other vowels, of which eight are of its
              case and number, the share that is: no n-gram of their endings is the same
    stem      of the sixteen forms of its topic in another case or number, the nearest is of its stem: how often, over
              all cases and numbers but its own; spelling helps
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

TOPICS, STEMS = 8, 16  # topics, and stems of each
CASES = ("", "ssa", "sta", "lta", "ksi", "nkaa")  # with back vowels; in front ones a is ä
NUMBERS = ("", "lo")
FORMS = len(CASES) * len(NUMBERS)
LEFT_OUT = 2  # forms of each stem that are in no text
NEAR = 10
_BACK, _FRONT, _CONSONANTS = "aou", "äöy", "kptmnrvhjl"
_FRONTED = str.maketrans(_BACK, _FRONT)


def form(stem: str, number: int, case: int) -> str:
    """A noun in one of its forms: its endings have vowels of the kind that its stem has."""
    endings = f"{NUMBERS[number]}{CASES[case]}"
    return stem + (endings.translate(_FRONTED) if set(stem) & set(_FRONT) else endings)


def language(tokens: int, seed: int) -> tuple[list[str], list[dict[str, Any]]]:
    """Sentences of about so many words in all, and all forms of nouns: each as

    {"form", "stem", "topic", "sense" (case and number), "front" (its vowels), "seen" (whether the text has it)}
    """
    random = np.random.default_rng(seed)
    taken: set[str] = set()

    def new(syllables: int, vowels: str) -> str:
        while True:
            parts = [random.choice(list(letters)) for _ in range(syllables) for letters in (_CONSONANTS, vowels)]
            if (word := "".join(parts)) not in taken:
                taken.add(word)
                return word

    stems = [new(3, (_BACK, _FRONT)[i % 2]) for i in range(TOPICS * STEMS)]
    own = [new(2, "ei") for _ in stems]
    of_topic = [[new(2, "ei") for _ in range(6)] for _ in range(TOPICS)]
    verbs = [[new(3, "ei") for _ in range(3)] for _ in CASES]
    particles = [[new(1, "ei"), new(1, "ei")] for _ in NUMBERS]
    absent = {(stem, sense) for stem in range(len(stems)) for sense in random.permutation(FORMS)[:LEFT_OUT].tolist()}
    forms = [
        {
            "form": form(stem, sense % len(NUMBERS), sense // len(NUMBERS)),
            "stem": at,
            "topic": at // STEMS,
            "sense": sense,
            "front": at % 2,
            "seen": (at, sense) not in absent,
        }
        for at, stem in enumerate(stems)
        for sense in range(FORMS)
    ]
    weight = 1 / (1 + random.permutation(len(stems)))
    weight /= weight.sum()
    sentences, written = [], 0
    while written < tokens:
        at, sense = int(random.choice(len(stems), p=weight)), int(random.integers(FORMS))
        if (at, sense) in absent:
            continue
        number, case = sense % len(NUMBERS), sense // len(NUMBERS)
        words = of_topic[at // STEMS]
        said = [
            *(words[random.integers(len(words))], own[at] if random.random() < 0.5 else words[0]),
            *(verbs[case][random.integers(3)], form(stems[at], number, case), particles[number][random.integers(2)]),
            words[random.integers(len(words))],
        ]
        sentences.append(" ".join(said))
        written += len(said)
    return sentences, forms


def write_language(folder: Path, tokens: int, seed: int = 1) -> tuple[Path, Path]:
    """Write the text and the forms into a folder; returns their paths."""
    sentences, forms = language(tokens, seed)
    text, asked = folder / "cases.txt", folder / "cases.json"
    text.write_text("\n".join(sentences) + "\n", encoding="utf-8")
    asked.write_text(json.dumps(forms), encoding="utf-8")
    return text, asked


def score_cases(
    words: Sequence[str], table: np.ndarray, composed: dict[str, np.ndarray], forms: Sequence[dict[str, Any]]
) -> dict[str, float]:
    """What the vectors [V, D] of words, and those that were composed, say of the forms; means over them, 0 to 1.

    Forms of the vocabulary are what others are near to. Of forms without a vector nothing is said.
    """
    at = {word: row for row, word in enumerate(words)}
    known = [each for each in forms if each["form"] in at]
    vectors = _unit(table[[at[each["form"]] for each in known]])
    stem, topic, sense, front = (np.array([f[name] for f in known]) for name in ("stem", "topic", "sense", "front"))
    found: dict[str, float] = {}
    for part, seen in (("", False), ("_seen", True)):
        right: dict[str, list[Any]] = {"topic": [], "case": [], "stem": []}
        for each in (each for each in forms if each["seen"] == seen):
            vector = composed.get(each["form"]) if each["form"] not in at else table[at[each["form"]]]
            if vector is None:
                continue
            order = np.argsort(-(vectors @ _unit(vector)), kind="stable")
            order = order[np.array([known[i]["form"] != each["form"] for i in order])]
            others = order[stem[order] != each["stem"]]
            foreign = others[(front[others] != each["front"]) & (topic[others] == each["topic"])]
            own = order[topic[order] == each["topic"]]
            nearest = [stem[own[sense[own] == other][:1]] == each["stem"] for other in range(FORMS)]
            nearest.pop(each["sense"])
            right["stem"].append(np.mean(np.concatenate(nearest)))
            right["topic"].append(np.mean(topic[others[:NEAR]] == each["topic"]))
            right["case"].append(np.mean(sense[foreign[: STEMS // 2]] == each["sense"]))
        for name, shares in right.items():
            found[f"{name}{part}"] = round(float(np.mean(shares)), 4) if shares else float("nan")
        found[f"forms{part}"] = len(right["stem"])
    return found


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors of length 1, or zeros where there was none."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)
