"use strict";
// One chain: its text with the claims in place, their evidence, and their graph.

const MARKS = { confirmed: "✓", refuted: "✗", unknown: "?" };
const WORDS = { confirmed: "confirmed", refuted: "refuted", unknown: "left open" };
const NODE = { width: 190, height: 26, right: 206, down: 54, letters: 26 };

const reading = (claim) => (claim.formal || claim.text).replace(/\s+/g, " ");

// ---- claims in the text of their chain

// A formula is drawn, and the claims in it then cover all of it; but one that is refuted in part stays as written.
function typeset(text, claims) {
  const drawn = [];
  const spans = claims.map((claim) => ({ claim, start: claim.start, end: claim.end }));
  for (const each of formulas(text)) {
    const within = spans.filter((span) => span.start < each.end && span.end > each.start);
    const outcomes = new Set(within.map((span) => span.claim.outcome));
    if (outcomes.has("refuted") && outcomes.size > 1) continue;
    const node = formula(each.tex, each.display);
    if (!node) continue;
    drawn.push({ ...each, node });
    for (const span of within) {
      if (span.start > each.start) span.start = each.start;
      if (span.end < each.end) span.end = each.end;
    }
  }
  return { drawn, spans };
}

// The text cut at every end of a claim or drawn formula: [{start, end, spans, node}], spans innermost first.
function pieces(text, spans, drawn) {
  const cuts = new Set([0, text.length]);
  const starting = new Map();
  for (const span of spans) {
    if (span.end <= span.start) continue;
    cuts.add(span.start).add(span.end);
    if (!starting.has(span.start)) starting.set(span.start, []);
    starting.get(span.start).push(span);
  }
  const nodes = new Map(drawn.map((each) => [each.start, each]));
  for (const each of drawn) cuts.add(each.start).add(each.end);
  const inside = (place) => drawn.some((each) => each.start < place && place < each.end);
  const places = [...cuts].filter((place) => !inside(place)).sort((a, b) => a - b);
  const worst = { refuted: 0, unknown: 1, confirmed: 2 };
  const found = [];
  let open = [];
  for (let at = 0; at + 1 < places.length; at++) {
    const [start, end] = [places[at], places[at + 1]];
    open = open.filter((span) => span.end > start).concat(starting.get(start) || []);
    const within = [...open].sort(
      (a, b) => a.end - a.start - (b.end - b.start) || worst[a.claim.outcome] - worst[b.claim.outcome]);
    const node = nodes.get(start);
    const whole = node && node.end === end;
    found.push({ start, end, spans: within, node: whole ? node.node : null, display: whole && node.display });
  }
  return found;
}

class ChainView {
  constructor(chain) {
    this.chain = chain;
    this.claims = new Map(chain.claims.map((claim) => [claim.i, claim]));
    this.dependants = new Map();
    for (const claim of chain.claims) {
      for (const used of claim.uses) this.dependants.set(used, [...(this.dependants.get(used) || []), claim.i]);
    }
    this.places = new Map(); // claim -> its pieces of the text
    this.nodes = new Map(); // claim -> its node in the graph
    this.text = el("div", { class: "text", role: "group", "aria-label": "chain; arrow keys go from claim to claim, Enter shows the evidence", on: { click: (event) => this.picked(event), keydown: (event) => this.keyed(event) } });
    this.evidence = el("aside", { class: "evidence", "aria-live": "polite", "aria-label": "evidence" });
    this.raw = !chain.claims.length && formulas(chain.text).length === 0;
  }

  draw() {
    const chain = this.chain, cut = [];
    if (chain.text_cut) cut.push(`${counted(chain.text_cut, "character")} of the text`);
    if (chain.claims_cut) cut.push(`${counted(chain.claims_cut, "claim")}: the refuted ones come first, then those that stand on them`);
    const raw = el("input", { type: "checkbox", on: { change: () => { this.raw = raw.checked; this.write(); } } });
    const error = chain.claims.find((claim) => claim.error) || chain.claims.find((claim) => claim.outcome === "refuted");
    this.write();
    if (error) this.show([error], false);
    else this.evidence.append(el("p", { class: "faint" }, chain.claims.length ? "Choose a claim to see how it was read, how it was checked, and what it stands on." : "No claim was read from this chain."));
    return el("div", { class: "inside" },
      el("p", { class: "legend" },
        el("span", {}, "✓ confirmed"), el("span", {}, "✗ refuted"), el("span", {}, "? left open"), el("span", {}, "↳ stands on an error"),
        el("label", { class: "check" }, raw, "as written")),
      cut.length ? el("p", { class: "note" }, `Left out of this page for its size: ${cut.join("; ")}.`) : null,
      el("div", { class: "read" }, el("div", {}, this.text, this.graph(), this.critique()), this.evidence));
  }

  write() {
    const { drawn, spans } = this.raw
      ? { drawn: [], spans: this.chain.claims.map((claim) => ({ claim, start: claim.start, end: claim.end })) }
      : typeset(this.chain.text, this.chain.claims);
    this.places.clear();
    const parts = pieces(this.chain.text, spans, drawn).map((piece, at, all) => {
      let text = this.chain.text.slice(piece.start, piece.end);
      if (at && all[at - 1].display) text = text.replace(/^[ \t]*\n/, "");
      if (all[at + 1]?.display) text = text.replace(/\n[ \t]*$/, "");
      const content = piece.node || visible(text);
      if (!piece.spans.length) return content;
      const claims = piece.spans.map((span) => span.claim), inner = claims[0];
      const begun = piece.spans.filter((span) => span.start === piece.start).sort((a, b) => a.claim.i - b.claim.i).map((span) => MARKS[span.claim.outcome] + (span.claim.follows === null ? "" : "↳"));
      const node = el("span", {
        class: ["claim", inner.outcome, inner.follows === null ? "" : "follows", inner.outcome !== "refuted" && claims.some((claim) => claim.outcome === "refuted") ? "around-refuted" : "", piece.display ? "display" : piece.node ? "drawn" : ""].join(" "),
        role: "button", tabindex: "-1", "data-claims": claims.map((claim) => claim.i).join(" "),
        "data-marks": begun.length ? (begun.length > 3 ? `${begun.slice(0, 3).join("")}+${begun.length - 3}` : begun.join("")) : null,
        title: claims.length > 1 ? `${claims.length} claims` : `claim ${inner.i + 1}, ${WORDS[inner.outcome]}`,
      }, content);
      for (const claim of claims) this.places.set(claim.i, [...(this.places.get(claim.i) || []), node]);
      return node;
    });
    this.text.replaceChildren(...parts);
    const first = this.text.querySelector(".claim");
    if (first) first.tabIndex = 0;
  }

  picked(event) {
    const node = event.target.closest("[data-claims]");
    if (node) this.show(node.dataset.claims.split(" ").map((index) => this.claims.get(Number(index))));
  }

  keyed(event) {
    const node = event.target.closest("[data-claims]");
    if (!node) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.picked(event);
      return;
    }
    const all = [...this.text.querySelectorAll("[data-marks]")];
    const here = all.findIndex((each) => each === node || node.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const goal = step ? all[(here < 0 ? all.length : here) + step] : { Home: all[0], End: all.at(-1) }[event.key];
    if (!goal) return;
    event.preventDefault();
    node.tabIndex = -1;
    goal.tabIndex = 0;
    goal.focus();
  }

  show(claims, scroll = true) {
    for (const node of [...this.places.values()].flat().concat([...this.nodes.values()])) node.classList.remove("chosen");
    const first = claims[0];
    for (const node of this.places.get(first.i) || []) node.classList.add("chosen");
    const drawn = this.nodes.get(first.i);
    if (drawn) drawn.classList.add("chosen");
    const shown = claims.slice(0, 6).map((claim) => this.card(claim));
    if (claims.length > shown.length) shown.push(el("p", { class: "faint" }, `and ${counted(claims.length - shown.length, "claim")} more here`));
    const close = el("button", { class: "close", type: "button", "aria-label": "close the evidence", on: { click: () => this.evidence.replaceChildren() } }, "×");
    this.evidence.replaceChildren(close, ...shown);
    this.evidence.scrollTop = 0;
    const place = (this.places.get(first.i) || [])[0];
    if (scroll && place) place.scrollIntoView({ block: "nearest" });
  }

  link(index) {
    const claim = this.claims.get(index);
    if (!claim) return el("span", { class: "faint" }, `claim ${index + 1} (left out)`);
    return el("button", { class: "to", type: "button", on: { click: () => this.show([claim]) } }, `${MARKS[claim.outcome]} claim ${index + 1}: ${short(reading(claim), 60)}`);
  }

  links(indices) {
    return indices.length ? el("ul", {}, indices.slice(0, 12).map((index) => el("li", {}, this.link(index))),
      indices.length > 12 ? el("li", {}, `and ${indices.length - 12} more`) : null) : null;
  }

  card(claim) {
    const rows = [];
    const tell = (name, ...values) => { if (values.some((value) => value !== null && value !== undefined && value !== "")) rows.push(el("dt", {}, name), el("dd", {}, ...values)); };
    const deciding = claim.outcome === "unknown" ? null : claim.method;
    if (claim.follows !== null) tell("stands on an error", this.link(claim.follows));
    tell(claim.outcome === "refuted" ? "evidence against it" : "evidence", claim.evidence);
    if (claim.reason) tell("left open because", claim.reason);
    if (claim.formal !== null) {
      const drawn = claim.latex && formula(claim.latex, true);
      tell("read as", drawn ? el("div", { class: "formula" }, drawn) : null, el("code", {}, claim.formal));
    } else if (!claim.program) tell("read as", "not read as mathematics");
    if (claim.program) this.program(claim.program, tell);
    const traits = [claim.kind, claim.modality, ...claim.traits].join(", ");
    tell("kind", traits);
    if (claim.premises.length) tell("checked against", el("ul", {}, claim.premises.slice(0, 12).map((premise) => this.premise(premise)),
      claim.premises.length > 12 ? el("li", {}, `and ${claim.premises.length - 12} more`) : null));
    tell("stands on", this.links(claim.uses));
    tell("used by", this.links(this.dependants.get(claim.i) || []));
    if (claim.verdicts.length) tell(claim.verdicts.length > 1 ? "all verdicts" : "verdict", ...verdictList(claim.verdicts, claim.formal));
    return el("section", { class: "card" },
      el("h4", { class: claim.outcome }, `${MARKS[claim.outcome]} claim ${claim.i + 1}, step ${claim.step + 1}: ${WORDS[claim.outcome]}${deciding ? " by " + deciding : ""}`),
      el("div", { dir: "auto" }, claim.program ? "" : el("q", {}, ...prose(short(claim.text, 600)))), el("dl", {}, rows));
  }

  program(program, tell) {
    tell("program", el("pre", {}, program.code));
    tell("called as", program.call && el("code", {}, program.call));
    tell("reads", program.stdin && el("pre", {}, program.stdin));
    tell(program.call ? "said to return" : "said to print", el("pre", {}, program.output));
  }

  premise(premise) {
    const drawn = premise.latex && formula(premise.latex, false);
    const from = premise.claim === null ? " (problem)" : null;
    return el("li", {}, drawn || el("code", {}, premise.formal), from || el("span", {}, " ", this.link(premise.claim)), premise.universal ? " for all values" : null);
  }

  graph() {
    const graph = this.chain.graph;
    if (!graph.places.length) return null;
    const at = new Map(graph.places.map(([claim, x, y]) => [claim, { x: 4 + x * NODE.right, y: 4 + y * NODE.down }]));
    const [width, height] = [8 + graph.columns * NODE.right - (NODE.right - NODE.width), 8 + graph.rows * NODE.down - (NODE.down - NODE.height)];
    const spoils = (claim) => claim.error || claim.follows !== null;
    const lines = graph.links.map(([from, to]) => {
      const [a, b] = [at.get(from), at.get(to)];
      const [x1, y1, x2, y2] = [a.x + NODE.width / 2, a.y + NODE.height, b.x + NODE.width / 2, b.y - 3];
      const spoilt = spoils(this.claims.get(from)) && this.claims.get(to).follows !== null;
      return svg("path", { class: spoilt ? "link spoilt" : "link", d: `M${x1} ${y1}C${x1} ${y1 + 16} ${x2} ${y2 - 16} ${x2} ${y2}`, "marker-end": "url(#arrow)" });
    });
    const nodes = graph.places.map(([index]) => {
      const claim = this.claims.get(index), { x, y } = at.get(index);
      const node = svg("g", { class: ["node", claim.outcome, claim.follows === null ? "" : "follows"].join(" "), role: "button", tabindex: "0", transform: `translate(${x} ${y})`,
        on: { click: () => this.show([claim]), keydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.show([claim]); } } } },
        svg("title", {}, `claim ${index + 1}, ${WORDS[claim.outcome]}: ${short(claim.text, 200)}`),
        svg("rect", { width: NODE.width, height: NODE.height, rx: 5 }),
        svg("text", { x: 7, y: 17 }, short(`${MARKS[claim.outcome]}${claim.follows === null ? "" : "↳"} ${reading(claim)}`, NODE.letters)));
      this.nodes.set(index, node);
      return node;
    });
    const left = [graph.unlinked ? `${counted(graph.unlinked, "claim")} without a link ${graph.unlinked === 1 ? "is" : "are"} not drawn` : "", graph.cut ? `${graph.cut} more are left out for size` : ""].filter(Boolean).join("; ");
    return el("details", { class: "more", open: graph.places.length <= 60 },
      el("summary", {}, `Claim graph: ${counted(graph.places.length, "claim")}, ${counted(graph.links.length, "link")}${left ? "; " + left : ""}`),
      el("div", { class: "graph" }, svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "claim graph, premises above conclusions" }, lines, nodes)));
  }

  critique() {
    const claims = this.chain.critique;
    if (!claims.length) return null;
    return el("details", { class: "more" }, el("summary", {}, `The model's verdicts on ${counted(claims.length, "decision-relevant claim")}`),
      el("ul", {}, claims.map((claim) => el("li", {}, `${MARKS[claim.outcome]} `, el("bdi", {}, ...prose(short(claim.text, 600))), verdictList(claim.verdicts, claim.formal)))));
  }
}

const told = (verdict) => [
  verdict.proof ? verdict.outcome !== "unknown" && "proof" : "opinion",
  verdict.probability !== null && `${verdict.probability.toFixed(2)} that it holds`,
  verdict.seconds > 0 && `${verdict.seconds.toPrecision(2)} s`,
].filter(Boolean);

const verdictList = (verdicts, formal) => verdicts.map((verdict) => el("div", { class: "verdict" },
  `${MARKS[verdict.outcome]} `, el("b", {}, verdict.method), el("small", {}, " ", told(verdict).join(", ")),
  verdict.reason || verdict.evidence ? el("div", {}, verdict.reason, verdict.reason && verdict.evidence ? ": " : "", verdict.evidence) : null,
  verdict.statement && verdict.statement !== formal ? el("div", {}, el("small", {}, "checked: ", el("code", {}, verdict.statement))) : null));
