// The formula bar: completes names while somebody types, and says what a formula comes to or where it is wrong.
// An input takes part with data-formula, data-names-url and data-check-url; data-own is the key that the formula is
// for, data-kind how its values are written. Without this the page says the same when it is saved.

const PIECE = /(?:'(?:[^']|'')*'?|[\p{L}_][\p{L}\p{N}_]*)(?:\.(?:'(?:[^']|'')*'?|[\p{L}\p{N}_]*))*$/u;
const bars = new WeakMap();
let made = 0;

function element(name, attributes, ...children) {
  const result = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) result.setAttribute(key, value);
  result.append(...children);
  return result;
}

class Bar {
  constructor(input) {
    this.input = input;
    const id = `formula-${++made}`;
    this.list = element("ul", { class: "formula__list", id: `${id}-list`, role: "listbox", "aria-label": "Completions", hidden: "" });
    this.told = element("div", { class: "formula__told", id: `${id}-told`, role: "status" });
    input.after(element("div", { class: "formula__under" }, this.list), this.told);
    const described = input.getAttribute("aria-describedby");
    const set = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, "aria-describedby": [described, this.told.id].filter(Boolean).join(" ") };
    for (const [key, value] of Object.entries(set)) input.setAttribute(key, value);
    this.active = -1;
    this.asked = 0;
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the input keeps the focus
      const option = event.target.closest("[role=option]");
      if (option) this.take([...this.list.children].indexOf(option));
    });
    if (input.value) this.check();
  }

  piece() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    return this.input.selectionStart === this.input.selectionEnd ? (PIECE.exec(before)?.[0] ?? "") : "";
  }

  typed() {
    clearTimeout(this.naming);
    clearTimeout(this.checking);
    this.naming = setTimeout(() => this.offer(), 120);
    this.checking = setTimeout(() => this.check(), 450);
  }

  async offer() {
    const piece = this.piece();
    const turn = ++this.asked;
    if (!piece) return this.close();
    const answer = await fetch(`${this.input.dataset.namesUrl}?q=${encodeURIComponent(piece)}`, { credentials: "same-origin" });
    if (!answer.ok || turn !== this.asked || document.activeElement !== this.input) return;
    const { names } = await answer.json();
    if (!names.length || (names.length === 1 && names[0].name === piece)) return this.close();
    this.names = names;
    this.list.replaceChildren(...names.map((each, at) => element(
      "li", { role: "option", id: `${this.list.id}-${at}`, "aria-selected": "false" },
      element("span", { class: "formula__name" }, each.name), element("span", { class: "formula__hint" }, each.hint || each.group),
    )));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(0);
  }

  mark(at) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = (at + this.list.children.length) % this.list.children.length;
    const option = this.list.children[this.active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  take(at) {
    const { value, selectionStart: caret } = this.input;
    const start = caret - this.piece().length;
    const rest = value.slice(caret).replace(/^[\p{L}\p{N}_.]+/u, "");
    this.input.value = value.slice(0, start) + this.names[at].name + rest;
    const end = start + this.names[at].name.length;
    this.input.setSelectionRange(end, end);
    this.close();
    clearTimeout(this.naming);
    this.check();
    this.input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "taken" })); // for a preview beside it
  }

  close() {
    this.asked++;
    this.active = -1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.key === "ArrowDown" && event.altKey) return this.offer();
    if (this.list.hidden) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.mark(this.active + moves[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.active);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Esc closes the list, not the sheet around it
  }

  async check() {
    const text = this.input.value;
    if (!text.trim()) {
      this.input.removeAttribute("aria-invalid");
      return this.told.replaceChildren();
    }
    const body = new URLSearchParams({ formula: text, own: this.input.dataset.own ?? "", kind: this.input.dataset.kind ?? "" });
    const named = document.getElementById(this.input.dataset.namedBy ?? "");
    if (named) body.set("name", named.value);
    const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
    const answer = await fetch(this.input.dataset.checkUrl, { method: "POST", body, headers, credentials: "same-origin" });
    if (!answer.ok || text !== this.input.value) return;
    this.tell(text, await answer.json());
  }

  tell(text, { sentence, start, end, values }) {
    if (sentence) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
    this.input.closest(".field")?.querySelector(".error")?.remove(); // said when it was saved, of another text
    const place = end > start ? text.slice(start, end) : "\u00a0";
    const wrong = [
      element("code", { class: "formula__text" }, text.slice(0, start), element("mark", {}, place), text.slice(end)),
      element("p", { class: "formula__sentence" }, sentence),
    ];
    const months = values.flatMap(([month, value]) => [element("dt", {}, month), element("dd", {}, value)]);
    this.told.replaceChildren(...(sentence ? wrong : [element("dl", { class: "formula__values" }, ...months)]));
  }
}

function barOf(target) {
  const input = target.closest?.("input[data-formula][data-names-url]");
  if (input && !bars.has(input)) bars.set(input, new Bar(input));
  return input && bars.get(input);
}

document.addEventListener("focusin", (event) => barOf(event.target));
document.addEventListener("input", (event) => event.detail !== "taken" && barOf(event.target)?.typed());
document.addEventListener("keydown", (event) => barOf(event.target)?.key(event), true);
document.addEventListener("focusout", (event) => barOf(event.target)?.close());

export function attach(root = document) {
  for (const input of root.querySelectorAll("input[data-formula][data-names-url]")) barOf(input);
}
attach();
