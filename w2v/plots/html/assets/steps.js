// A step of training, part after part; arrows to the sides go on and back, up and down choose another word.

const { tokens, windows, steps, run } = data;
const NAMES = { skipgram: "Skip-gram", cbow: "CBOW" };
const encoder = NAMES[run.arch] || run.arch;
let centre = data.centre ?? 0, at = 0, looked = 0; // the place of the word, the part, the example of its step

const stepsOf = place => steps.filter(step => step.places.includes(place)); // one, or of counted pairs several

/** Parts of one example of a step, which can be chosen among all; of counted pairs each is a step of its own. */
function ofExample(step, parts) {
  const examples = run.pairs ? stepsOf(centre).map(each => each.examples[0]) : step.examples;
  looked = Math.min(looked, examples.length - 1);
  const chooser = node("div", "chooser", ...examples.map((example, i) => {
    const button = node("button", "", arrow(example));
    button.type = "button";
    button.setAttribute("aria-pressed", String(i === looked));
    button.addEventListener("click", () => { looked = i; show(); });
    return button;
  }));
  const example = examples[looked];
  return [...(examples.length > 1 ? [chooser] : [node("h3", "", arrow(example))]), ...parts(example)];
}

const LOSSES = {
  ns: "loss = −log s(h · o_target) − Σ over noise n of w log s(−h · o_n),    s(x) = 1 / (1 + e⁻ˣ)",
  poincare: "loss = −log s(score(h, o_target)) − Σ over noise n of w log s(−score(h, o_n)),    score = c − f(distance)",
  hs: "loss = −Σ over the nodes j on the way of log s(± h · o_j),    + for code 0, − for code 1",
  softmax: "loss = −log p(target),    p(w) = exp(h · o_w) / Σ over all words v of exp(h · o_v)",
  ova: "loss = −log s(h · o_target) − Σ over all other words w of log s(−h · o_w)",
  pmi: `loss = f(X) (score − PMI)^2,    f(X) = min(1, X / ${run.xMax})^${run.xExponent}`,
};
const SCORES = {
  ns: "score = h · o,    s(x) = 1 / (1 + e⁻ˣ)",
  poincare: "score(h, o) = c − f(d(h, o)),    s(x) = 1 / (1 + e⁻ˣ)",
  pmi: "score = h · o,    to be PMI = log(X_ij X / (X_i X_j))",
  softmax: "score_w = h · o_w,    p(w) = exp(score_w) / Σ over all words v of exp(score_v)",
};
const SLOPES = {
  pmi: "∂ loss / ∂ score = 2 f(X) (score − PMI),    ∂ loss / ∂ h = ∂ loss / ∂ score · o",
  softmax: "∂ loss / ∂ score_w = p(w) − 1 if w is the target, p(w) if not",
  ns: "∂ loss / ∂ score_j = weight · (s(score_j) − 1) if it should be 1, weight · s(score_j) if it should be 0",
};

// ---- what a stage shows: [its name, its title, its parts], the last from the step with the chosen word's vector

const STAGES = [
  ["Sentence", () => "The sentence becomes numbers", () => [
    paragraph("A model knows words by their numbers, the most frequent word first. Words that it does not know are ",
      "left out before anything else, and their neighbours move together."),
    table([["word"], ["number", "number"], ["count", "number"], ["share of the text", "number"], ["", "wide"]],
      tokens.map((token, place) => ({
        className: place === centre ? "looked" : token.id < 0 ? "dim" : "",
        cells: token.id < 0 ? [token.word, "—", "not known", "", ""] : [
          word(token.word, place === centre ? "c" : ""), token.id, plain(token.count), figure(token.count / run.total),
          bar(token.count / Math.max(...tokens.map(each => each.count)), "accent"),
        ],
      }))),
  ]],
  ["Subsampling", () => "Frequent words are left out now and then", () => [
    paragraph(run.t && run.pairs ? "Words such as “the” say little of their neighbours. Where windows are cut, they are "
      + "left out now and then; where pairs are counted, a pair counts as often as both words are kept on average. "
      + `Here t = sample = ${figure(run.t)}.` : run.t ? "Words such as “the” say little of their neighbours, and there are many of them. Each occurrence "
      + "is kept with a probability that falls with the word's frequency f; it is drawn anew in each epoch. "
      + `Here t = sample = ${figure(run.t)}.` : "With sample = 0 every word is kept, as is usual for a short text. "
      + "In a long one frequent words are left out more often than they are kept."),
    formula("p(kept) = min(1, √(t / f) + t / f),    f = count / all words"),
    table([["word"], ["f", "number narrow"], ["p(kept)", "number"], ["", "wide"], [run.pairs ? "" : `in epoch ${run.epoch}`]],
      tokens.flatMap((token, place) => (token.id < 0 ? [] : [{
        className: place === centre ? "looked" : token.kept ? "" : "dim",
        cells: [word(token.word, place === centre ? "c" : ""), figure(token.count / run.total), figure(token.keep),
          bar(token.keep, "accent"), run.pairs ? "" : token.kept ? "kept" : "left out"],
      }]))),
  ]],
  ["Window", () => `The window around “${short(tokens[centre].word)}”`, () => [
    paragraph(run.shrink ? `Its width is drawn from 1 to ${run.window}: so near words are in it more often than far `
      + `ones. Here it is ${tokens[centre].width} on either side, among the words that are left.`
      : `It reaches ${run.window} words to either side, among the words that are left.`),
    formula(run.shrink ? `width ~ uniform {1, …, ${run.window}}` : `width = ${run.window}`),
    node("div", "window", ...tokens.flatMap((token, place) => {
      if (!token.kept) return [];
      const inside = windows[centre].context.includes(place);
      return [node("span", "", node("small", "", place === centre ? "centre" : inside ? "context" : " "),
        node("span", `word ${place === centre ? "centre" : inside ? "context" : ""}`, token.word),
        node("small", "", `width ${token.width}`))];
    })),
    paragraph(word("The number below a word is the width that its own window has.", "quiet")),
  ]],
  ["Examples", () => (run.pairs ? "Pairs are counted, in all of the text" : "A window becomes examples"), () => {
    if (run.pairs) return onStep(() => pairsOf(stepsOf(centre)));
    const { skipgram, cbow } = windows[centre], used = which => (run.arch === which ? " trained here" : "");
    const listed = pairs => node("ul", "", ...pairs.map(([from, to]) => (
      node("li", "", arrow({ context: [from].flat(), target: to })))));
    return [
      paragraph("Both encoders predict the word in the middle. Skip-gram does so from each context word by itself, ",
        "CBOW from the mean of all of them."),
      node("div", "pairs",
        node("section", "", node("h3", "", "Skip-gram", node("small", "", used("skipgram"))), listed(skipgram)),
        node("section", "", node("h3", "", "CBOW", node("small", "", used("cbow"))), listed(cbow))),
      ...onStep(step => [node("h3", "", `The examples of one step: ${step.examples.length}`),
        paragraph(run.arch === "skipgram" ? `A step of Skip-gram here takes the vector of “${tokens[centre].word}” and `
          + "all that it predicts: each word whose own window reaches it."
          : `A step takes the mean of the window around “${tokens[centre].word}”.`,
          step.places.length > 1 ? ` With ${step.places.length} hidden vectors a step (chunk) there are more.` : ""),
        node("ul", "path", ...step.examples.map(example => node("li", "", arrow(example))))]),
    ];
  }],
  ["Scores", () => "The head scores words by the hidden vector", () => onStep(step => [
    paragraph({ pmi: "The score says how much more often the two words stand near each other than by chance: it is to "
      + "be their pointwise mutual information, PMI. 0 is chance.",
      ns: "The target's row of the output table should point where the hidden vector h points, rows of noise "
      + "words elsewhere. Noise words are drawn by count^" + run.exponent + ", so that frequent words come less often "
      + "than their share, and rare ones more often.",
      poincare: "The nearer the target's point is to h in hyperbolic space, the higher its score. Noise words should "
      + "be far from it.",
      hs: "A word is a way through a tree of binary decisions. Each node's row decides, by its score, between 0 and 1.",
      softmax: "Each word of the vocabulary is scored, and all scores together become one distribution.",
      ova: "Each word of the vocabulary is scored, and each has to say by itself whether it is the target.",
    }[run.head] || "The head makes a distribution over the vocabulary of the hidden vector."),
    ...(LOSSES[run.head] ? [formula(SCORES[run.head] || SCORES.ns)] : []),
    ...(step.noise.length ? [noiseOf(step)] : []),
    ...ofExample(step, example => [cells(example.hidden, run.size, "h"), scoresOf(example)]),
  ])],
  ["Loss", () => "The loss says how wrong that is", () => onStep(step => [
    paragraph(run.pairs ? "It is the squared error, weighted: pairs that were seldom counted say less."
      : "It is measured in nats. The step is to make the sum of all examples smaller."),
    formula(LOSSES[run.head] || "loss = what the head says"),
    ...ofExample(step, lossOf),
    ...(run.pairs ? [] : [table([["all examples of the step"], ["nats", "number"]], [
      ...step.examples.map(example => ({ cells: [arrow(example), figure(example.loss)] })),
      { className: "total", cells: ["sum", figure(step.loss)] }])]),
  ])],
  ["Gradient", () => "The gradient says which way is down", () => onStep(step => [
    paragraph("Each score pulls by its slope, which is as large as it is wrong. ", run.head === "poincare"
      ? "It pulls the two points towards each other or apart."
      : "It pulls the hidden vector along the output row, and the output row along the hidden vector."),
    formula(SLOPES[run.head] || (LOSSES[run.head] ? SLOPES.ns : "∂ loss / ∂ h, by automatic differentiation")),
    ...ofExample(step, example => [cells(example.gradient, run.size, "∂ loss/∂h"), ...slopesOf(example)]),
  ])],
  ["Rows", () => "Rows of the tables change", () => onStep(step => {
    const size = Math.max(...step.rows.flatMap(row => [...row.before, ...row.after].map(Math.abs)), 1e-12);
    return [
      paragraph(`Each row goes a step against its gradient; the learning rate is α = ${figure(step.alpha)}. `
        + `${plain(step.changed.input)} of the input table's rows and ${plain(step.changed.output)} of the output `
        + "table's change."),
      formula(run.pairs ? `row ← row − α · gradient / √G,    G = 1 + Σ of its squared gradients,    α = ${
        figure(step.alpha)}` : `row ← row − α · gradient,    α = ${figure(step.alpha)}`),
      ...(run.pairs ? ofExample(step, () => []) : []),
      ...["input", "output"].flatMap(name => {
        const rows = step.rows.filter(row => row.table === name);
        if (!rows.length) return [node("h3", "", `No row of the ${name} table`)];
        const more = step.changed[name] > rows.length ? `, of which these ${rows.length} moved most` : "";
        const title = `${name === "input" ? "Input" : "Output"} table: ${plain(step.changed[name])} changed${more}`;
        return [node("h3", "", title),
          node("div", "rows", ...rows.map(row => node("section", "row",
            node("header", "", node("b", "", row.name),
              node("small", "", `moved by ${figure(row.change)}`)),
            cells(row.before, row.size, "before", size), cells(row.after, row.size, "after", size))))];
      }),
    ];
  })],
  ["After", () => "The loss after the step", () => onStep(step => {
    const longest = Math.max(...step.examples.flatMap(each => [each.loss, each.after]));
    const better = step.after < step.loss;
    return [
      paragraph(run.pairs ? "The same pair, scored with the changed rows. Training does this for every pair that was "
        + "counted, in both orders, epoch after epoch, with ever smaller steps."
        : "The same examples with the same noise words, scored with the changed rows. Training does this for "
        + "every place of the text, epoch after epoch, with ever smaller steps."),
      ...(run.pairs ? ofExample(step, () => []) : []),
      node("div", "big", node("b", "", figure(step.loss)), "→", node("b", better ? "good" : "bad", figure(step.after)),
        word(`${run.pairs ? "" : "nats, "}${better ? "less" : "more"} by ${figure(Math.abs(step.loss - step.after))}`, "quiet")),
      table([["example"], ["loss before and after", "wide"], ["", "number"], [run.pairs ? "score" : "p(target)", "number"]],
        step.examples.map(each => ({ cells: [arrow(each),
          twoBars(each.loss, each.after, longest, each.after < each.loss ? "good" : "bad"),
          `${figure(each.loss)} → ${figure(each.after)}`, each.pair
            ? `${figure(each.pair.score)} → ${figure(each.pair.score_after)}` : `${figure(each.p)} → ${figure(each.pAfter)}`,
        ] }))),
      paragraph(word(run.pairs ? `The score is to be PMI = ${figure(step.examples[0].pair.pmi)}.`
        : "p(target) is the target's probability among all words, by the head's distribution.", "quiet")),
    ];
  })],
];

function onStep(parts) {
  const found = stepsOf(centre);
  if (found.length) return parts(found[run.pairs ? Math.min(looked, found.length - 1) : 0]);
  return [node("p", "note", run.pairs ? `Its neighbours here are never near it in ${run.text}: it has no pair.`
    : "No example has its hidden vector here: no kept word stands near enough.")];
}

// ---- choosing a word and a part

function show() {
  const token = tokens[centre], [, title, parts] = STAGES[at], early = at < 2;
  const why = token.id < 0 ? "is not in the vocabulary, so that training never meets it."
    : !token.kept ? `was left out by subsampling in epoch ${run.epoch}: it was to be kept with a probability of `
      + `${figure(token.keep)}. In another epoch it may be kept.` : null;
  $("stage").replaceChildren(node("h2", "", early || !why ? title() : `“${token.word}” has no step here`),
    ...(at === 0 ? data.notes.map(note => node("p", "note", note)) : []),
    ...(early || !why ? parts() : [node("p", "note", `“${token.word}” ${why}`)]));
  [...$("stages").children].forEach((item, i) => {
    if (i === at) item.firstChild.setAttribute("aria-current", "step");
    else item.firstChild.removeAttribute("aria-current");
  });
  $("stages").scrollLeft = $("stages").children[at].offsetLeft - $("stages").clientWidth / 3;
  [...$("sentence").children].forEach((button, place) => {
    const inside = windows[centre]?.context.includes(place);
    button.className = `word ${place === centre ? "centre" : !tokens[place].kept ? "gone" : inside ? "context" : ""}`;
    button.setAttribute("aria-pressed", String(place === centre));
  });
  $("back").disabled = at === 0;
  $("next").disabled = at === STAGES.length - 1;
}

function goTo(stage) {
  at = Math.min(Math.max(stage, 0), STAGES.length - 1);
  show();
  scrollTo({ top: 0 });
}

function choose(place) {
  looked = 0;
  centre = (place + tokens.length) % tokens.length;
  show();
}

$("sentence").append(...tokens.map((token, place) => {
  const button = node("button", "word", token.word);
  button.type = "button";
  button.title = token.word;
  button.addEventListener("click", () => choose(place));
  return button;
}));
$("stages").append(...STAGES.map(([name], stage) => {
  const button = node("button", "", name);
  button.type = "button";
  button.addEventListener("click", () => goTo(stage));
  return node("li", "", button);
}));
$("back").addEventListener("click", () => goTo(at - 1));
$("next").addEventListener("click", () => goTo(at + 1));
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const moves = { ArrowRight: () => goTo(at + 1), ArrowLeft: () => goTo(at - 1), Home: () => goTo(0),
    End: () => goTo(STAGES.length - 1), ArrowDown: () => choose(centre + 1), ArrowUp: () => choose(centre - 1) };
  if (!(event.key in moves)) return;
  moves[event.key]();
  event.preventDefault();
});
show();
