"use strict";
// Elements and formulas. All text that was sampled becomes text nodes, never markup.

const MOST_FORMULAS = 400; // of one text; the rest stays as written
const LONGEST_FORMULA = 3000;
const REFUSED = "#fe0001"; // how KaTeX marks what it does not draw
const SVG = "http://www.w3.org/2000/svg";

// ---- elements

const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu;
const visible = (text) =>
  String(text).replace(UNSEEN, (char) => "⟨U+" + char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0") + "⟩");

function fill(node, traits, children) {
  for (const [name, value] of Object.entries(traits || {})) {
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, visible(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) node.append(child instanceof Node ? child : visible(child));
  }
  return node;
}
const el = (tag, traits, ...children) => fill(document.createElement(tag), traits, children);
const svg = (tag, traits, ...children) => fill(document.createElementNS(SVG, tag), traits, children);
const counted = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);

// ---- mathematics

function formula(tex, display) {
  const node = document.createElement("span");
  try {
    katex.render(tex, node, {
      output: "mathml", displayMode: display, throwOnError: true, strict: "ignore", trust: false, maxSize: 20, maxExpand: 300, errorColor: REFUSED,
    });
    if (node.querySelector(`[mathcolor="${REFUSED}"]`)) return null; // a command that may load or link something
    for (const note of node.querySelectorAll("annotation")) note.textContent = visible(note.textContent);
    return node;
  } catch {
    return null;
  }
}

const PAIRS = [["$$", "$$", true], ["\\[", "\\]", true], ["\\(", "\\)", false], ["$", "$", false]];
const ALIGNED = /^\\begin\{(align|aligned|gather|equation|eqnarray|multline)\*?\}/;

// Where formulas stand in a text: [{start, end, tex, display}], in order. Each end is looked for once, so that the
// work grows with the text however many beginnings it holds.
function formulas(text) {
  const found = [], next = new Map();
  const after = (sign, place) => {
    if (!next.has(sign) || (next.get(sign) !== -1 && next.get(sign) < place)) next.set(sign, text.indexOf(sign, place));
    return next.get(sign);
  };
  let place = 0;
  while (found.length < MOST_FORMULAS) {
    const starts = ["$", "\\[", "\\(", "\\begin{"].map((sign) => after(sign, place)).filter((at) => at >= 0);
    if (!starts.length) break;
    const start = Math.min(...starts);
    place = start + 1;
    if (start > 0 && text[start - 1] === "\\") continue;
    const aligned = ALIGNED.exec(text.slice(start, start + 24));
    let open, close, display;
    if (aligned) [open, close, display] = ["", aligned[0].replace("begin", "end"), true];
    else [open, close, display] = PAIRS.find((pair) => text.startsWith(pair[0], start)) || ["", "", false];
    if (!close) continue;
    const end = after(close, start + Math.max(1, open.length));
    if (end < 0 || end - start > LONGEST_FORMULA) continue;
    const whole = text.slice(start + open.length, aligned ? end + close.length : end);
    if (open === "$" && (/^\s|[\s\\]$|\n\s*\n/.test(whole) || !whole || /^\d/.test(text.slice(end + 1, end + 2)))) continue;
    found.push({ start, end: end + close.length, tex: whole, display });
    place = end + close.length;
  }
  return found;
}

function prose(text) {
  const parts = [];
  let place = 0;
  for (const each of formulas(text)) {
    parts.push(visible(text.slice(place, each.start)), formula(each.tex, each.display) || visible(text.slice(each.start, each.end)));
    place = each.end;
  }
  return [...parts, visible(text.slice(place))];
}

// An answer may be LaTeX without dollar signs.
function answerText(text) {
  const bare = text.trim().replace(/^(\$\$?|\\\[|\\\()\s*|\s*(\$\$?|\\\]|\\\))$/g, "");
  return (bare.length <= 200 && /[\\^_]/.test(bare) && formula(bare, false)) || visible(short(text, 80));
}
