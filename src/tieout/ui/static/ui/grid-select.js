// Figures grids: select a block with Shift and the arrow keys or the mouse, read its sum off, copy it.
// Cells hold rounded figures; the exact ones are asked for once: <table data-figures-url>.

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export const headsOf = (table) => [...table.tHead.rows].at(-1).cells;
export const rowsOf = (table) => [...table.tBodies[0].rows, ...(table.tFoot?.rows ?? [])].filter((row) => !row.hidden);
export const cellAt = (target) => target.closest?.("tbody td, tfoot td") ?? null;

// Makes a cell the current one, as the arrow keys do: grid.js listens.
export function go(cell, { focus = true } = {}) {
  cell.dispatchEvent(new CustomEvent("grid:go", { bubbles: true, detail: { focus } }));
}

// A plain decimal: what spreadsheets and the server read in every country.
export function plain(minor, digits) {
  if (minor === null || minor === undefined) return "";
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  const units = digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
  return minor < 0 ? `-${units}` : units;
}

function grouped(minor, digits) {
  const [units, decimals] = plain(Math.abs(minor), digits).split(".");
  const text = units.replace(/\B(?=(\d{3})+$)/g, ",") + (decimals ? `.${decimals}` : "");
  return minor < 0 ? `(${text})` : text;
}

export class Selection {
  constructor(table) {
    this.table = table;
    this.anchor = this.head = null;
    this.figures = null;
    this.digits = 2;
    this.shown = document.querySelector("[data-selection]");
  }

  // --- exact figures --------------------------------------------------------------------------------------------
  take({ figures, digits }) {
    this.figures = figures;
    this.digits = digits;
  }
  // Of rows that were opened since, the figures are asked for again.
  async load(rows = []) {
    if (this.figures && rows.every((row) => row.dataset.row in this.figures)) return true;
    const had = this.figures;
    this.asking ??= fetch(this.table.dataset.figuresUrl + location.search, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((answer) => { if (answer && this.figures === had) this.take(answer); }) // a step's answer is newer
      .catch(() => {})
      .finally(() => { this.asking = null; });
    await this.asking;
    return Boolean(this.figures);
  }
  exact(cell) {
    return this.figures?.[cell.parentElement.dataset.row]?.[cell.cellIndex - 1] ?? null;
  }

  // --- the block ------------------------------------------------------------------------------------------------
  set(anchor, head) {
    this.anchor = anchor;
    this.head = head;
    this.draw();
  }
  clear() {
    if (this.anchor) this.set(null, null);
  }
  // Rows of cells. A total that repeats the months beside it is left out, unless only totals are selected.
  block(current = null) {
    const [from, to] = this.anchor ? [this.anchor, this.head] : [current, current];
    if (!from?.isConnected || !to?.isConnected) return [];
    const rows = rowsOf(this.table);
    const [top, bottom] = [rows.indexOf(from.parentElement), rows.indexOf(to.parentElement)].sort((a, b) => a - b);
    const [left, right] = [from.cellIndex, to.cellIndex].sort((a, b) => a - b);
    const heads = headsOf(this.table);
    const columns = Array.from({ length: right - left + 1 }, (_, at) => left + at);
    const months = columns.filter((at) => !heads[at].classList.contains("yr"));
    const kept = months.length ? months : columns;
    return rows.slice(top, bottom + 1).map((row) => kept.map((at) => row.cells[at]));
  }
  draw() {
    for (const cell of this.table.querySelectorAll("td.sel")) cell.classList.remove("sel");
    const block = this.anchor && this.anchor !== this.head ? this.block() : [];
    for (const cell of block.flat()) cell.classList.add("sel");
    this.tell(block);
  }
  async tell(block) {
    if (!this.shown) return;
    this.shown.hidden = !block.length;
    if (!block.length || !await this.load(block.map((row) => row[0].parentElement))) return;
    const cells = block.flat();
    const amounts = cells.map((cell) => this.exact(cell)).filter((amount) => amount !== null);
    const sum = amounts.reduce((total, amount) => total + amount, 0);
    const parts = [[`${cells.length} cells`], ["Sum", grouped(sum, this.digits)]];
    if (amounts.length) parts.push(["Average", grouped(Math.round(sum / amounts.length), this.digits)]);
    this.shown.replaceChildren(...parts.map(([name, figure]) => {
      const part = document.createElement("span");
      part.textContent = figure ? `${name} ` : name;
      if (figure) part.append(Object.assign(document.createElement("b"), { textContent: figure }));
      return part;
    }));
  }

  async copy(event, current) {
    const block = this.block(current);
    if (!block.length) return;
    event.preventDefault();
    const text = () => block.map((row) => row.map((cell) => plain(this.exact(cell), this.digits)).join("\t")).join("\n");
    const rows = block.map((row) => row[0].parentElement);
    if (this.figures && rows.every((row) => row.dataset.row in this.figures)) event.clipboardData.setData("text/plain", text());
    else if (await this.load(rows)) await navigator.clipboard?.writeText(text());
  }
}

const selections = new WeakMap();
export function selectionOf(table) {
  if (!selections.has(table)) selections.set(table, listen(new Selection(table)));
  return selections.get(table);
}

function listen(selection) {
  const { table } = selection;
  let dragging = null;
  let dragged = false;
  table.addEventListener("focusin", (event) => {
    const cell = cellAt(event.target);
    if (cell && selection.head !== cell && selection.anchor !== cell) selection.clear();
    setTimeout(() => selection.load(), 200);
  });
  table.addEventListener("keydown", (event) => {
    const cell = cellAt(event.target);
    if (!cell || event.target !== cell) return;
    if (event.key === "Escape" && selection.anchor) selection.clear();
    else if (event.shiftKey && STEPS[event.key] && !event.ctrlKey) extend(cell, ...STEPS[event.key]);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  function extend(cell, down, right) {
    const rows = rowsOf(table);
    const head = selection.head ?? cell;
    const next = rows[rows.indexOf(head.parentElement) + down]?.cells[head.cellIndex + right];
    if (next?.tagName !== "TD") return;
    selection.set(selection.anchor ?? cell, next);
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  table.addEventListener("pointerdown", (event) => {
    const cell = cellAt(event.target);
    dragged = false;
    if (cell && event.target === cell && event.button === 0 && event.pointerType === "mouse" && !event.shiftKey) dragging = cell;
  });
  table.addEventListener("pointerover", (event) => {
    const cell = cellAt(event.target);
    if (!dragging || !cell || (cell === dragging && !dragged)) return;
    if (!dragged) go(dragging);
    dragged = true;
    selection.set(dragging, cell);
  });
  addEventListener("pointerup", () => { dragging = null; });
  table.addEventListener("click", (event) => {
    const cell = cellAt(event.target);
    if (dragged) event.stopImmediatePropagation(); // the end of a drag opens nothing
    else if (cell && event.shiftKey) {
      const from = selection.anchor ?? table.querySelector("td.focus") ?? cell;
      go(from);
      selection.set(from, cell);
      event.stopImmediatePropagation();
    } else if (cell) selection.clear();
    dragged = false;
  }, { capture: true });
  document.addEventListener("copy", (event) => {
    const cell = cellAt(document.activeElement);
    if (cell && document.activeElement === cell && table.contains(cell)) selection.copy(event, cell);
  });
  return selection;
}

for (const table of document.querySelectorAll("[data-grid] table[data-figures-url]")) selectionOf(table);
