// What a step makes of one example, drawn: scores, decisions, chances, the parts of the loss, slopes.

/** Judgements that count, those on the same row together. */
function counted(example) {
  const found = new Map();
  for (const each of example.judged.filter(other => other.weight)) {
    const key = `${each.wanted} ${each.name}`, same = found.get(key);
    if (!same) {
      found.set(key, { ...each, times: 1 });
      continue;
    }
    same.times += 1;
    for (const name of ["weight", "loss", "slope"]) same[name] += each[name];
  }
  return [...found.values()];
}
const titled = each => word(each.times > 1 ? `${each.name} × ${each.times}` : each.name, roleOf(each));
const arrow = example => {
  const from = example.context.flatMap((each, i) => (i ? [" + ", word(each, "x")] : [word(each, "x")]));
  return node("span", "", ...from, " → ", word(example.target, "c"));
};

function noiseOf(step) {
  const most = Math.max(...step.noise.map(each => Math.max(each.share, each.chance)));
  const chance = `chance ∝ count^${run.exponent}`;
  return table([["noise word"], ["drawn", "number"], ["share", "number narrow"], [chance, "number"], ["", "wide"]],
  step.noise.map(each => ({ cells: [word(each.word, "n"), `${each.drawn} ×`, figure(each.share), figure(each.chance),
    twoBars(each.share, each.chance, most, "noise")] })));
}

/** What was counted of a word's pairs, each of which is a step. */
function pairsOf(found) {
  const times = run.weighted ? "how often, each time weighted by 1 / distance," : "how often";
  return [
    paragraph(`Head pmi learns from a table of pairs. X is ${times} two words stand at most ${run.window} apart, in `
      + `${run.text}${run.t ? ", times the chance that both are kept" : ""}; PMI says how much more often that is than by chance. It is the same in each epoch. A step is one `
      + "pair: the vector of the one word is to fit the row of the other."),
    formula("PMI_ij = log(X_ij X / (X_i X_j)),    X_i = Σ over j of X_ij,    X = Σ over i of X_i"),
    table([["pair"], ["X", "number"], ["PMI", "number"], ["f(X)", "number"], ["", "wide"], ["step", "number"]],
      found.map(({ examples: [each], number }) => ({ cells: [arrow(each), figure(each.pair.count),
        figure(each.pair.pmi), figure(each.pair.weight), bar(each.pair.weight, "accent"), number + 1] }))),
  ];
}

const roleOf = each => (each.wanted ? "c" : "n");
const more = example => (example.more ? [paragraph(word(`and ${plain(example.more)} more`, "quiet"))] : []);

function scoresOf(example) {
  if (example.pair) {
    const { score, pmi } = example.pair, most = Math.max(Math.abs(score), Math.abs(pmi), 1e-12);
    return table([[""], ["", "number"], ["", "wide"]], [
      { cells: ["score", figure(score), bar(Math.abs(score) / most, score < 0 ? "noise" : "accent")] },
      { cells: ["PMI", figure(pmi), bar(Math.abs(pmi) / most, pmi < 0 ? "noise" : "centre")] },
      { className: "total", cells: ["error", figure(score - pmi), ""] }]);
  }
  if (example.decisions.length) return wayOf(example);
  if (!example.judged.length) return chancesOf(example);
  const hit = example.judged.filter(each => each.weight === 0).length;
  return node("div", "", table([["row of"], ["score", "number"], ["s(score)", "number"], ["", "wide"], ["", "narrow"]],
    counted(example).map(each => ({ cells: [titled(each), figure(each.score), figure(sigmoid(each.score)),
      bar(sigmoid(each.score), each.wanted ? "centre" : "noise", each.wanted),
      each.wanted ? "should be 1" : "should be 0"] }))),
  ...(hit ? [paragraph(word("Noise that is the target itself does not count.", "quiet"))] : []), ...more(example));
}

function wayOf(example) {
  return node("ol", "path", ...example.decisions.map(step => {
    const fork = node("div", "fork", ...[0, 1].map(code => {
      const side = node("span", code === step.code ? "taken" : "", `${code}  ${figure(step.p[code])}`);
      side.style.flex = String(Math.max(step.p[code], 0.08));
      return side;
    }));
    return node("li", "", node("div", "quiet", step.node ? `node ${step.node}` : "root"), fork,
      node("small", "", ...[0, 1].map(code => node("span", code === step.code ? "x" : "", step.below[code]))));
  }), node("li", "", `p(${example.target}) = `, example.decisions.map(step => figure(step.p[step.code])).join(" · "),
  " = ", node("b", "", figure(example.p))));
}

/** The likeliest words, and the target, with their probabilities. */
function chancesWith(example) {
  const known = example.likeliest.some(([name]) => name === example.target);
  return known ? example.likeliest : [...example.likeliest, [example.target, example.p]];
}

function chancesOf(example) {
  const most = Math.max(...example.likeliest.map(each => each[1]), example.p);
  return table([["word"], ["p", "number"], ["", "wide"]], chancesWith(example).map(([name, p]) => ({
    className: name === example.target ? "looked" : "",
    cells: [word(name, name === example.target ? "c" : ""), figure(p),
      bar(p / most, name === example.target ? "centre" : "accent")] })));
}

function lossOf(example) {
  if (example.pair) {
    const { weight, score, pmi } = example.pair;
    return [formula(`loss = ${figure(weight)} · (${figure(score)} − ${pmi < 0 ? `(${figure(pmi)})` : figure(pmi)})^2 = `,
      figure(example.loss))];
  }
  if (!example.judged.length) {
    const way = ["−log p(", word(short(example.target), "c"), `) = −log ${figure(example.p)}`];
    return [formula(...(run.head === "softmax" ? way : ["loss"]), ` = ${figure(example.loss)}`)];
  }
  const rows = counted(example);
  const columns = [["row of"], ["weight", "number narrow"], ["−log s(± score)", "number"], ["adds", "number"]];
  return [curve(rows, false), table(columns, [
    ...rows.map(each => ({ cells: [titled(each), figure(each.weight),
      figure(softplus(each.wanted ? -each.score : each.score)), figure(each.loss)] })),
    ...(example.more ? [{ cells: [`and ${plain(example.more)} more`, "", "", figure(example.moreLoss)] }] : []),
    { className: "total", cells: ["loss", "", "", figure(example.loss)] }])];
}

function slopesOf(example) {
  if (example.pair) {
    const slope = 2 * example.pair.weight * (example.pair.score - example.pair.pmi);
    return [formula(`∂ loss / ∂ score = ${figure(slope)}`),
      paragraph(`The score is too ${slope < 0 ? "low, and goes up" : "high, and goes down"}.`)];
  }
  const judged = counted(example), chances = run.head === "softmax" ? chancesWith(example) : [];
  const rows = judged.length ? judged.map(each => [titled(each), each.slope]) : chances.map(([name, p]) => (
    [word(name, name === example.target ? "c" : ""), p - (name === example.target ? 1 : 0)]));
  const most = Math.max(...rows.map(each => Math.abs(each[1])), 1e-12);
  return [...(judged.length ? [curve(judged, true)] : []), ...(rows.length ? [table(
    [["row of"], ["slope", "number"], ["", "wide"], ["its score goes", ""]],
    rows.map(([name, slope]) => ({ cells: [name, figure(slope),
      bar(Math.abs(slope) / most, slope < 0 ? "centre" : "noise"), slope < 0 ? "up" : "down"] })))] : []),
  ...more(example)];
}
