// Figures grids: fold and unfold, move with the arrow keys, open a cell's entries, resize the first column.
// One handler serves all cells: the row's key stands on its <tr data-row>, the month on the head's <th data-month>.

import { openSheet } from "./sheet.js";

const level = (row) => Number(row.getAttribute("aria-level"));
const isOpen = (row) => row.getAttribute("aria-expanded") === "true";
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

for (const wrap of document.querySelectorAll("[data-grid]")) start(wrap);

function start(wrap) {
  const table = wrap.querySelector("table");
  const months = [...table.tHead.rows].at(-1).cells;
  let current = null;

  // --- one tab stop: the cell that was last gone to, or the first -----------------------------------------------
  function stop(cell) {
    if (current) { current.classList.remove("focus"); current.removeAttribute("tabindex"); }
    current = cell;
    if (cell) { cell.classList.add("focus"); cell.tabIndex = 0; }
  }
  function goTo(cell) {
    stop(cell);
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  const rows = () => [...table.tBodies[0].rows, ...(table.tFoot?.rows ?? [])].filter((row) => !row.hidden);
  const first = table.tBodies[0].rows[0]?.cells[1];
  if (first) { first.tabIndex = 0; current = first; }

  // --- entries --------------------------------------------------------------------------------------------------
  function entriesOf(cell) {
    const { row } = cell.parentElement.dataset;
    const { month } = months[cell.cellIndex].dataset;
    const opens = table.dataset.entriesUrl && row && month && !("plain" in cell.parentElement.dataset);
    if (!opens || !cell.textContent) return null;
    const address = new URL(table.dataset.entriesUrl, location.href);
    address.searchParams.set("row", row);
    address.searchParams.set("month", month);
    return address;
  }
  function open(cell) {
    const address = entriesOf(cell);
    const name = cell.parentElement.querySelector(".name")?.textContent;
    if (address) openSheet(address, { label: name });
  }

  // --- folding --------------------------------------------------------------------------------------------------
  async function fold(row) {
    const opening = !isOpen(row);
    if (opening && isLazy(row)) await fetchChildren(row);
    row.setAttribute("aria-expanded", String(opening));
    row.querySelector(".twist").setAttribute("aria-label", opening ? "Collapse" : "Expand");
    showBelow(row);
    remember(row.dataset.row, opening);
  }
  const isLazy = (row) => table.dataset.childrenUrl && !(level(row.nextElementSibling ?? row) > level(row));
  async function fetchChildren(row) {
    const address = new URL(table.dataset.childrenUrl, location.href);
    address.searchParams.set("row", row.dataset.row);
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) return;
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    row.after(holder.content);
  }
  function showBelow(row) {
    let shut = isOpen(row) ? Infinity : level(row);
    for (let next = row.nextElementSibling; next && level(next) > level(row); next = next.nextElementSibling) {
      if (level(next) <= shut && isOpen(row)) shut = Infinity;
      next.hidden = !isOpen(row) || level(next) > shut;
      if (!next.hidden && next.getAttribute("aria-expanded") === "false") shut = level(next);
    }
  }
  // The address remembers what was turned round, so that a reload, a bookmark and the server agree. What is open at
  // first is shut by "shut", and everything else is opened by "open".
  function remember(key, opening) {
    const address = new URL(location.href);
    const asked = address.searchParams;
    const [adds, drops] = opening ? ["open", "shut"] : ["shut", "open"];
    if (asked.getAll("open").includes("all")) {
      asked.delete("open");
      for (const row of table.tBodies[0].rows) if (isOpen(row)) asked.append("open", row.dataset.row);
    }
    if (asked.getAll(drops).includes(key)) asked.delete(drops, key);
    else asked.append(adds, key);
    history.replaceState(history.state, "", address);
  }

  // --- events ---------------------------------------------------------------------------------------------------
  table.addEventListener("click", (event) => {
    const twist = event.target.closest(".twist");
    if (twist) {
      event.preventDefault();
      fold(twist.closest("tr"));
      return;
    }
    const name = event.target.closest("a.cell:not(.form)");
    if (name && table.dataset.entriesUrl && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      openSheet(name.href, { label: name.textContent });
      return;
    }
    const cell = event.target.closest("tbody td, tfoot td");
    if (!cell) return;
    goTo(cell);
    if (!selects(cell)) open(cell);
  });
  // A cell that holds actuals and can be typed is only gone to: Enter, or the button, opens its entries.
  const selects = (cell) => "selects" in table.dataset && "edit" in cell.parentElement.dataset && months[cell.cellIndex].dataset.type;
  const opener = document.querySelector("[data-grid-entries]");
  opener?.addEventListener("click", () => { if (current) open(current); });

  // From the modules that select and edit.
  table.addEventListener("grid:go", (event) => (event.detail.focus ? goTo : stop)(event.target));

  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tbody td, tfoot td");
    if (!cell || event.altKey || event.metaKey) return;
    const row = cell.parentElement;
    if (event.key === "Enter") open(cell);
    else if (event.key === " " && row.hasAttribute("aria-expanded")) fold(row);
    else if (event.key === "Home") goTo(event.ctrlKey ? rows()[0].cells[1] : row.cells[1]);
    else if (event.key === "End") goTo(event.ctrlKey ? rows().at(-1).cells[row.cells.length - 1] : row.cells[row.cells.length - 1]);
    else if (STEPS[event.key] && !event.shiftKey && !event.ctrlKey) step(cell, ...STEPS[event.key]);
    else return;
    event.preventDefault();
  });
  function step(cell, down, right) {
    const shown = rows();
    const target = shown[shown.indexOf(cell.parentElement) + down]?.cells[cell.cellIndex + right];
    if (target?.tagName === "TD") goTo(target);
  }

  if (!("fromStart" in wrap.dataset)) showLatest(wrap, months);
  resizable(wrap, table);
}

// --- what is shown first: the latest columns, as many as fit, none of them half under the first one ------------

function showLatest(wrap, heads) {
  const [first, ...columns] = heads;
  const room = wrap.clientWidth - first.offsetWidth;
  const forecast = columns.findIndex((column) => column.classList.contains("now"));
  const running = columns.findIndex((column) => column.classList.contains("p"));
  let end = columns.length;
  if (forecast > 0) end = Math.min(end, forecast + Math.max(1, Math.round(room / columns[forecast].offsetWidth * 0.4)));
  else if (running > 0 && room < 4 * columns[running].offsetWidth) end = running; // a phone: whole months first
  let start = end;
  let used = 0;
  while (start > 0 && used + columns[start - 1].offsetWidth <= room) {
    start -= 1;
    used += columns[start].offsetWidth;
  }
  const shown = columns.slice(start, end);
  const months = shown.filter((column) => !column.classList.contains("yr"));
  if (start > 0 && months.length) {
    const width = Math.min(...months.map((column) => column.offsetWidth)) + (room - used) / months.length;
    wrap.style.setProperty("--month", `${width}px`); // they share what is left over
  }
  wrap.scrollLeft = (columns[start] ?? first).offsetLeft - first.offsetWidth;
}

// --- other views of the same rows keep what is open -----------------------------------------------------------

const folds = () => [...new URL(location.href).searchParams].filter(([name]) => name === "open" || name === "shut");

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-keeps-open]");
  if (!link) return;
  const address = new URL(link.href);
  for (const name of ["open", "shut"]) address.searchParams.delete(name);
  for (const [name, key] of folds()) address.searchParams.append(name, key);
  link.href = address;
}, { capture: true });

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-keeps-open]")) return;
  for (const [name, value] of folds()) {
    event.target.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
});

// --- the first column can be dragged wider --------------------------------------------------------------------

function resizable(wrap, table) {
  const corner = [...table.tHead.rows].at(-1).cells[0];
  const handle = document.createElement("span");
  handle.className = "handle";
  corner.append(handle);
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const from = event.clientX - corner.offsetWidth;
    handle.setPointerCapture(event.pointerId);
    const drag = (moved) => wrap.style.setProperty("--rowhead", `${Math.min(640, Math.max(140, moved.clientX - from))}px`);
    handle.addEventListener("pointermove", drag);
    handle.addEventListener("pointerup", () => handle.removeEventListener("pointermove", drag), { once: true });
  });
  handle.addEventListener("click", (event) => event.stopPropagation());
}
