// Figures grids: type over a cell, paste a block, fill right, clear, undo. Every step is one request that is written
// whole or not at all, and answered with the rows as they are then: <table data-edit-url data-undo-url>.
// A cell can be typed where its row says data-edit and its column's head data-type="2026-11". An emptied cell returns to
// what stands under it: a forecast to its driver, an actual to the books.

import { cellAt, go, headsOf, plain, rowsOf, selectionOf } from "./grid-select.js";

const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
const sprite = document.querySelector("use")?.getAttribute("href").split("#")[0];
const SILENT = "Nothing was saved: Tieout does not answer. Check the connection and try again.";

for (const table of document.querySelectorAll("[data-grid] table[data-edit-url]")) edit(table);

function edit(table) {
  const selection = selectionOf(table);
  const steps = []; // of this page, newest last
  let editor = null; // { cell, input, before } while a cell is typed in
  let waiting = null; // an answer that came meanwhile
  let queue = Promise.resolve();

  const heads = () => headsOf(table);
  const typable = (cell) => Boolean(cell && "edit" in cell.parentElement.dataset && heads()[cell.cellIndex].dataset.type);
  const monthOf = (cell) => heads()[cell.cellIndex].dataset.type ?? heads()[cell.cellIndex].dataset.month ?? "";
  const labelOf = (cell) => `${cell.parentElement.querySelector(".name")?.textContent ?? ""}, ${heads()[cell.cellIndex].textContent}`;
  const place = (cell) => cell && [cell.parentElement.dataset.row, cell.cellIndex];
  const find = ([row, at]) => rowsOf(table).find((it) => it.dataset.row === row)?.cells[at] ?? null;
  const named = (cell, text) => ({ row: cell.parentElement.dataset.row ?? "", month: monthOf(cell), text });
  const focused = () => (document.activeElement && table.contains(document.activeElement) ? cellAt(document.activeElement) : null);

  // --- typing in a cell -------------------------------------------------------------------------------------------
  async function open(cell, text = null) {
    if (!typable(cell) || editor) return;
    const input = document.createElement("input");
    input.className = "celledit";
    input.inputMode = "decimal";
    input.autocomplete = "off";
    input.setAttribute("aria-label", labelOf(cell));
    editor = { cell, input, before: [...cell.childNodes], was: null };
    cell.classList.add("editing");
    cell.replaceChildren(input);
    input.value = text ?? "";
    input.focus({ preventScroll: true });
    input.addEventListener("blur", () => commit());
    if (text !== null) return;
    await selection.load([cell.parentElement]);
    if (editor?.input !== input || input.value) return;
    editor.was = input.value = plain(selection.exact(cell), selection.digits);
    input.select();
  }
  function close(text = null) {
    const { cell, before } = editor;
    editor = null;
    cell.classList.remove("editing");
    cell.replaceChildren(...(text === null ? before : [text]));
    cell.classList.toggle("pending", text !== null);
    return cell;
  }
  function cancel() {
    const cell = close();
    if (waiting) swap(waiting);
    go(find(place(cell)) ?? cell);
  }
  function commit(down = 0, right = 0) {
    if (!editor) return;
    const { input, was, before } = editor;
    const text = input.value.trim();
    const same = was !== null && text === was;
    const cell = close(same ? null : text);
    const target = neighbour(cell, down, right);
    if (down || right) go(target ?? cell);
    if (same) { if (waiting) swap(waiting); return; }
    send([named(cell, text)], "typed", {
      refused: () => {
        const here = find(place(cell)) ?? cell;
        if (here === cell) { cell.classList.remove("pending"); cell.replaceChildren(...before); }
        if (!editor && text) { go(here); open(here, text); }
      },
    });
  }
  function neighbour(cell, down, right) {
    const rows = rowsOf(table);
    let [at, row] = [cell.cellIndex + right, rows.indexOf(cell.parentElement) + down];
    while (right && heads()[at]?.classList.contains("yr")) at += right;
    const target = rows[row]?.cells[at];
    return target?.tagName === "TD" ? target : null;
  }

  // --- blocks -----------------------------------------------------------------------------------------------------
  function paste(text, current) {
    const lines = parse(text);
    const chosen = selection.block(current);
    if (!lines.length || !chosen.length) return;
    const one = lines.length === 1 && lines[0].length === 1;
    if (one) return send(chosen.flat().map((cell) => named(cell, lines[0][0])), "pasted");
    const rows = rowsOf(table);
    const top = rows.indexOf(chosen[0][0].parentElement);
    const columns = [...heads()].flatMap((head, at) => (at >= chosen[0][0].cellIndex && !head.classList.contains("yr") ? [at] : []));
    const wide = Math.max(...lines.map((line) => line.length));
    if (wide > columns.length || lines.length > rows.length - top) {
      const block = `${lines.length} × ${wide} cells`;
      return say(`Nothing was written: the block has ${block}, and there is room for ${rows.length - top} × ${columns.length} from here.`, { bad: true });
    }
    return send(lines.flatMap((line, down) => line.map((value, right) => named(rows[top + down].cells[columns[right]], value))), "pasted");
  }
  async function fill(current) {
    let block = selection.block(current);
    if (!block.length) return;
    if (block[0].length === 1) { // one cell: as far as the page goes
      const months = [...heads()].flatMap((head, at) => (at >= current.cellIndex && head.dataset.type ? [at] : []));
      block = block.map((row) => [row[0], ...months.filter((at) => at > row[0].cellIndex).map((at) => row[0].parentElement.cells[at])]);
    }
    if (!await selection.load(block.map((row) => row[0].parentElement))) return say(SILENT, { bad: true });
    const cells = block.flatMap(([first, ...rest]) => rest.map((cell) => named(cell, plain(selection.exact(first), selection.digits))));
    if (cells.length) send(cells, "filled");
    else say("There is no month right of it to fill.");
  }
  const clear = (current) => send(selection.block(current).flat().map((cell) => named(cell, "")), "cleared");

  // --- requests: one after the other --------------------------------------------------------------------------------
  function send(cells, how, { refused = () => {} } = {}) {
    queue = queue.then(async () => {
      for (const cell of table.querySelectorAll("td.refused")) cell.classList.remove("refused");
      const answer = await post(table.dataset.editUrl, { cells: JSON.stringify(cells), how });
      if (answer.body === undefined) {
        if (waiting && !editor) swap(waiting);
        mark(answer.refused ?? []);
        say(answer.message, { bad: true });
        return refused();
      }
      if (answer.step) steps.push(answer.step);
      show(answer);
      say(answer.message, { undo: answer.step });
    });
    return queue;
  }
  function undo(step = steps.at(-1)) {
    queue = queue.then(async () => {
      const answer = await post(table.dataset.undoUrl, step ? { step } : {});
      const at = steps.indexOf(step);
      if (at >= 0) steps.splice(at, 1);
      if (answer.body !== undefined) show(answer);
      say(answer.message, { bad: answer.body === undefined });
    });
  }
  async function post(address, fields) {
    table.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address + location.search, {
        method: "POST", body: new URLSearchParams(fields), credentials: "same-origin",
        headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      });
      const moved = answer.headers.get("HX-Redirect");
      if (moved) location.assign(moved);
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) return await answer.json();
      return { message: answer.status === 403 ? "Nothing was saved: only owners may change the plan." : "Nothing was saved. Reload the page and try again." };
    } catch {
      return { message: SILENT };
    } finally {
      table.removeAttribute("aria-busy");
    }
  }
  function show(answer) {
    if (editor) waiting = answer;
    else swap(answer);
  }
  function swap(answer) {
    waiting = null;
    const [at, anchor, head] = [table.querySelector("td.focus"), selection.anchor, selection.head].map((cell) => (cell?.isConnected ? place(cell) : null));
    const had = focused() !== null;
    table.tBodies[0].innerHTML = answer.body;
    if (table.tFoot) table.tFoot.innerHTML = answer.foot;
    selection.take(answer);
    const cell = (at && find(at)) ?? rowsOf(table)[0]?.cells[1];
    if (cell) go(cell, { focus: had });
    selection.set(anchor && find(anchor), anchor && head && find(head));
  }
  function mark(cells) {
    for (const [row, month] of cells) {
      const at = [...heads()].findIndex((it) => (it.dataset.type ?? it.dataset.month) === month);
      find([row, at])?.classList.add("refused");
    }
  }

  // --- what is said -------------------------------------------------------------------------------------------------
  function say(message, { bad = false, undo: step = null } = {}) {
    document.querySelector("[data-toast=step]")?.remove();
    const toast = document.createElement("div");
    toast.className = `toast${bad ? " toast--error" : ""}`;
    toast.dataset.toast = "step";
    const text = Object.assign(document.createElement("span"), { className: "toast__text", textContent: message });
    const shut = button("Close", "btn btn--quiet");
    shut.dataset.toastClose = "";
    const icon = document.createRange().createContextualFragment(`<svg class="icon" aria-hidden="true"><use href="${sprite}#${bad ? "warn" : "check"}"/></svg>`);
    toast.append(icon, text);
    if (step) {
      const back = button("Undo", "btn btn--quiet");
      back.addEventListener("click", () => { toast.remove(); undo(step); });
      toast.append(back);
    }
    toast.append(shut);
    document.getElementById("toasts").append(toast);
  }

  // --- events -------------------------------------------------------------------------------------------------------
  table.addEventListener("keydown", (event) => {
    if (editor && event.target === editor.input) {
      event.stopImmediatePropagation();
      if (event.isComposing) return;
      if (event.key === "Enter") commit(event.shiftKey ? -1 : 1, 0);
      else if (event.key === "Tab") commit(0, event.shiftKey ? -1 : 1);
      else if (event.key === "Escape") cancel();
      else return;
      event.preventDefault();
      return;
    }
    const cell = cellAt(event.target);
    if (!cell || event.target !== cell || event.altKey) return;
    if (!command(cell, event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  function command(cell, event) {
    const held = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (held && key === "z" && !event.shiftKey) undo();
    else if (held && key === "r" && !event.shiftKey) fill(cell);
    else if (held) return false;
    else if (!typable(cell) && !(selection.anchor && key === "Delete")) return false;
    else if (key === "F2" || (key === "Enter" && !("selects" in table.dataset))) open(cell);
    else if (key === "Delete" || key === "Backspace") clear(cell);
    else if (event.key.length === 1 && event.key !== " ") open(cell, event.key);
    else return false;
    return true;
  }
  for (const name of ["click", "pointerdown"]) {
    table.addEventListener(name, (event) => { if (event.target === editor?.input) event.stopPropagation(); }, { capture: true });
  }
  table.addEventListener("dblclick", (event) => open(cellAt(event.target)));
  table.addEventListener("focusin", (event) => {
    for (const cell of table.querySelectorAll("td[aria-readonly]")) cell.removeAttribute("aria-readonly");
    const cell = cellAt(event.target);
    if (cell) cell.setAttribute("aria-readonly", String(!typable(cell)));
  });
  document.addEventListener("paste", (event) => {
    const cell = focused();
    if (!cell || editor || document.activeElement !== cell) return;
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"), cell);
  });
  for (const [name, act] of [["fill", fill], ["clear", clear], ["undo", () => undo()]]) {
    const pressed = document.querySelector(`[data-grid-${name}]`);
    pressed?.addEventListener("mousedown", (event) => event.preventDefault()); // the grid keeps the focus
    pressed?.addEventListener("click", () => {
      const cell = table.querySelector("td.focus");
      if (name === "undo" || cell) act(cell);
    });
  }
}

// Rows of a spreadsheet's clipboard: tabs between cells, and quotes around a cell that holds a line break.
function parse(text) {
  const rows = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r?\n|$)/gy;
  for (let found = cell.exec(text); found; found = cell.exec(text)) {
    rows.at(-1).push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    if (!found[3]) break;
    if (found[3] !== "\t") {
      if (cell.lastIndex >= text.length) break;
      rows.push([]);
    }
  }
  return text.trim() || text.includes("\t") ? rows : [];
}

function button(text, classes) {
  return Object.assign(document.createElement("button"), { type: "button", className: classes, textContent: text });
}
