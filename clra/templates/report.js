"use strict";
// The problems: each is unpacked and drawn when it is opened.

// ---- a problem

function bar(row) {
  const kind = row.right === null ? "open" : row.right ? "right" : "wrong";
  return svg("svg", { class: "bar", "aria-hidden": "true" }, svg("rect", { class: kind, width: `${(100 * row.share).toFixed(2)}%`, height: "100%" }));
}

const answerMark = (right) => el("span", { class: `mark ${right === null ? "open" : right ? "right" : "wrong"}`, title: right === null ? "" : right ? "right" : "wrong" });

function tallyTable(problem, choose) {
  const plain = new Map(problem.majority.map((row) => [row.key, row]));
  const percent = (row) => (!row ? "–" : row.share > 0 && row.share < 0.005 ? "< 1 %" : `${Math.round(100 * row.share)} %`);
  return el("div", { class: "scroll" }, el("table", { class: "tally" },
    el("thead", {}, el("tr", {}, ["", "answer", problem.strategy, "", "weight", "chains", "majority"].map((name, at) => el("th", { scope: "col", class: at > 2 ? "n" : null }, name)))),
    el("tbody", {}, problem.tally.slice(0, 40).map((row) => el("tr", {},
      el("td", {}, answerMark(row.right)),
      el("td", {}, el("button", { type: "button", "aria-pressed": "false", "data-key": row.key, title: "show only the chains with this answer", on: { click: () => choose(row.key) } }, el("bdi", {}, answerText(row.answer)))),
      el("td", {}, bar(row)), el("td", { class: "n" }, percent(row)), el("td", { class: "n" }, row.weight === null ? "–" : Number(row.weight.toPrecision(4))),
      el("td", { class: "n" }, row.chains), el("td", { class: "n" }, percent(plain.get(row.key))))))),
    problem.tally.length > 40 ? el("p", { class: "faint" }, `and ${problem.tally.length - 40} more answers`) : null);
}

function chainDetails(chain) {
  const about = chain.about;
  const facts = [`reliability ${about.reliability === null ? "–" : about.reliability.toFixed(2)}`];
  if (!chain.votes) facts.unshift(chain.answer === null ? "no vote: no answer" : `no vote: ended by ${about.finish_reason}`);
  if (about.tokens !== null) facts.push(counted(about.tokens, "token"));
  if (about.model) facts.push(about.model);
  if (about.seed !== null) facts.push(`seed ${about.seed}`);
  for (const [name, share] of Object.entries(about.selected)) facts.push(`${name} ${share}`);
  const counts = chain.counts;
  const node = el("details", { class: "chain", "data-key": chain.key },
    el("summary", {}, chain.answer === null ? el("span", { class: "mark undecided", title: "no answer" }) : answerMark(chain.right), el("span", {}, `chain ${chain.index + 1}`),
      el("span", { class: "said" }, chain.answer === null ? "no answer" : el("bdi", {}, answerText(chain.answer))),
      el("span", { class: "marks" }, el("span", { class: "confirmed" }, counts.confirmed), el("span", { class: "refuted" }, counts.refuted), el("span", { class: "unknown" }, counts.unknown)),
      el("span", { class: "facts" }, facts.join(" · "))));
  node.addEventListener("toggle", () => { if (node.open && !node.dataset.drawn) { node.dataset.drawn = "1"; node.append(new ChainView(chain).draw()); } });
  return node;
}

function drawProblem(body, problem) {
  const chains = problem.chains.map(chainDetails);
  const named = new Map(problem.tally.map((row) => [row.key, row.answer]));
  for (const chain of problem.chains) if (chain.answer !== null && !named.has(chain.key)) named.set(chain.key, chain.answer);
  const select = el("select", { on: { change: () => choose(select.value, false) } }, el("option", { value: "" }, "any answer"),
    [...named].map(([key, answer]) => { const option = el("option", {}, short(answer, 60)); option.value = `=${key}`; return option; }), el("option", { value: "none" }, "no answer"));
  const told = el("output", { class: "faint", "aria-live": "polite" });
  function choose(key, pressed = true) {
    if (pressed) select.value = select.value === `=${key}` ? "" : `=${key}`;
    const value = select.value;
    let shown = 0;
    problem.chains.forEach((chain, at) => {
      chains[at].hidden = !(value === "" || (value === "none" ? chain.answer === null : chain.answer !== null && `=${chain.key}` === value));
      shown += !chains[at].hidden;
    });
    for (const button of body.querySelectorAll("button[data-key]")) button.setAttribute("aria-pressed", String(`=${button.dataset.key}` === value));
    told.textContent = counted(shown, "chain");
  }
  const usage = problem.usage;
  body.append(
    el("div", { class: "statement", dir: "auto" }, ...prose(problem.text)),
    problem.text_cut ? el("p", { class: "note" }, `${counted(problem.text_cut, "character")} of the problem are left out of this page.`) : "",
    problem.gold === null ? "" : el("p", {}, "Right answer: ", el("b", {}, el("bdi", {}, answerText(problem.gold)))),
    ...problem.notes.map((note) => el("p", { class: "note" }, note)),
    tallyTable(problem, choose),
    ...programs(problem.programs),
    el("p", { class: "faint" }, `${usage.asked > usage.chains ? `${usage.chains} of ${usage.asked} chains` : counted(usage.chains, "chain")}${usage.tokens ? `, ${counted(usage.tokens, "token")}` : ""}${usage.seconds ? `, ${usage.seconds.toFixed(1)} s` : ""}`,
      problem.stopped ? `; stopped: ${problem.stopped}` : "", problem.confidence === null ? "" : `; confidence ${problem.confidence.toFixed(2)}`),
    el("div", { class: "tools" }, el("h3", {}, "Chains"), el("label", {}, "with ", select), told),
    ...chains);
  choose("", false);
}

function programs(listed) {
  if (!listed.length) return [];
  return [el("details", { class: "more" }, el("summary", {}, counted(listed.length, "check program")),
    listed.map((each) => el("div", { class: "card" }, el("p", {}, each.value === null ? `gave nothing: ${each.evidence || each.reason}` : `computes ${short(each.value, 200)}`, each.count > 1 ? ` (${each.count} times)` : ""), el("pre", {}, each.code))))];
}

async function unpacked(base64) {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

async function opened(details) {
  const data = details.querySelector("script").textContent;
  if (!details.open || details.dataset.drawn || !data) return;
  details.dataset.drawn = "1";
  const body = details.querySelector(".body");
  try {
    drawProblem(body, await unpacked(data));
  } catch (error) {
    body.append(el("p", { class: "note" }, `This problem cannot be shown: ${error.message}`));
  }
}

// ---- the list

const listed = [...document.querySelectorAll("details.problem")];
for (const details of listed) details.addEventListener("toggle", () => opened(details));

// Formulas of the list, once they come near the window.
const near = new IntersectionObserver((entries) => {
  for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
    near.unobserve(target);
    target.replaceChildren(...(target.closest(".answer") ? [answerText(target.textContent)] : prose(target.textContent)));
  }
}, { rootMargin: "300px" });
for (const node of document.querySelectorAll(".snippet bdi, .problem .answer bdi")) near.observe(node);

function choose() {
  const status = document.querySelector("input[name=status]:checked").value;
  const refuted = document.getElementById("only-refuted").checked, differing = document.getElementById("only-differing").checked;
  const words = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { dataset, ...rest } of listed.map((node) => ({ dataset: node.dataset, node }))) {
    const fits = (status === "all" || dataset.status === status) && (!refuted || "refuted" in dataset) && (!differing || "differs" in dataset) && words.every((word) => dataset.text.includes(word));
    rest.node.hidden = !fits;
    shown += fits;
  }
  document.getElementById("found").textContent = counted(shown, "solution");
  document.getElementById("none").hidden = shown > 0;
}
document.querySelector(".filter").addEventListener("input", choose);
choose();

const arrow = svg("svg", { width: 0, height: 0, "aria-hidden": "true" }, svg("defs", {},
  svg("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" }, svg("path", { d: "M0 0 8 4 0 8z", fill: "context-stroke" }))));
arrow.classList.add("defs");
document.body.append(arrow);
