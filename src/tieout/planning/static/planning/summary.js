// The summary: folds, ticks, and a row's editor. The page works without any of it, with the form in place of the row.

const level = (row) => Number(row.dataset.level);
const table = () => document.querySelector("[data-plan]");

// --- folding: the address remembers it ------------------------------------------------------------------------

function fold(row) {
  const opening = row.dataset.open !== "true";
  row.dataset.open = String(opening);
  row.querySelector(".twist").setAttribute("aria-expanded", String(opening));
  let shut = opening ? Infinity : level(row);
  for (let next = row.nextElementSibling; next && level(next) > level(row); next = next.nextElementSibling) {
    if (level(next) <= shut && opening) shut = Infinity;
    next.hidden = !opening || level(next) > shut;
    if (!next.hidden && next.dataset.open === "false") shut = level(next);
  }
  const address = new URL(location.href);
  address.searchParams.delete("shut", row.dataset.row);
  address.searchParams.delete("open", row.dataset.row);
  if (!opening) address.searchParams.append("shut", row.dataset.row);
  history.replaceState(history.state, "", address);
}

// --- ticks ----------------------------------------------------------------------------------------------------

const bulk = document.querySelector("[data-bulk]");
const boxes = () => [...table().querySelectorAll("tbody input[name=expense]")];
const shown = () => boxes().filter((box) => !box.closest("tr").hidden);
let lastTicked = null;

function counted() {
  if (!bulk) return;
  const ticked = boxes().filter((box) => box.checked).length;
  const all = table().querySelector("[data-tick-all]");
  all.hidden = false;
  all.checked = ticked > 0 && shown().every((box) => box.checked);
  all.indeterminate = ticked > 0 && !all.checked;
  for (const part of bulk.querySelectorAll("label:not(.vh), select, [data-bulk-apply]")) part.hidden = ticked === 0;
  bulk.querySelector("[data-bulk-change]").hidden = ticked === 0 || bulk.elements.how.value !== "last-year";
  const count = bulk.querySelector("[data-bulk-count]");
  count.hidden = ticked === 0;
  count.textContent = `${ticked} ticked`;
  bulk.hidden = ticked === 0 && !bulk.querySelector("[data-pick-unplanned]");
}

function tickTo(box) {
  const all = shown();
  const [from, to] = [all.indexOf(lastTicked), all.indexOf(box)].sort((a, b) => a - b);
  for (const each of from < 0 ? [] : all.slice(from, to + 1)) each.checked = box.checked;
}

// --- a row's editor -------------------------------------------------------------------------------------------

function fitRow(row) {
  const driver = row.querySelector("[data-row-driver]");
  const { asks = "", unit = "" } = driver.selectedOptions[0].dataset;
  const wanted = new Set(asks.split(" "));
  row.querySelector("[data-row-figure]").hidden = !unit;
  row.querySelector("[data-row-unit]").textContent = unit;
  for (const part of row.querySelectorAll("[data-row-asked]")) part.hidden = !wanted.has(part.dataset.rowAsked);
}

let replaced = null; // the row as it was, while it is edited

document.addEventListener("htmx:beforeSwap", (event) => {
  const row = event.detail.target;
  if (row.matches?.("[data-plan] tr:not([data-row-edit])")) {
    cancel();
    replaced = row;
  }
});

document.addEventListener("htmx:afterSettle", () => {
  const row = document.querySelector("[data-row-edit]");
  if (!row) { replaced = null; counted(); return; }
  fitRow(row);
  const wrong = row.querySelector("[aria-invalid]");
  (wrong ?? row.querySelector("[data-row-figure]:not([hidden]) input") ?? row.querySelector("select")).focus();
});

function cancel() {
  const row = document.querySelector("[data-row-edit]");
  if (!row || !replaced) return;
  row.replaceWith(replaced);
  window.htmx?.process(replaced);
  replaced.querySelector(".plan__edit a")?.focus();
  replaced = null;
}

// --- events ---------------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const twist = event.target.closest("[data-plan] .twist");
  if (twist) { event.preventDefault(); fold(twist.closest("tr")); return; }
  if (event.target.closest("[data-row-cancel]")) { cancel(); return; }
  const pick = event.target.closest("[data-pick-unplanned]");
  if (pick) {
    event.preventDefault();
    for (const box of boxes()) box.checked = "unplanned" in box.closest("tr").dataset;
    counted();
    return;
  }
  const box = event.target.closest("[data-plan] input[name=expense]");
  if (box) { if (event.shiftKey && lastTicked) tickTo(box); lastTicked = box; counted(); }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    for (const box of shown()) box.checked = event.target.checked;
    counted();
  } else if (event.target.matches("[data-bulk-how]")) counted();
  else if (event.target.matches("[data-row-driver]")) fitRow(event.target.closest("tr"));
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-row-edit]");
  if (!row) return;
  if (event.key === "Escape") { event.preventDefault(); cancel(); }
  else if (event.key === "Enter" && event.target.matches("input, select")) {
    event.preventDefault();
    row.querySelector("[data-row-save]").click();
  }
});

if (table()) counted();
