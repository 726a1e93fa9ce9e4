// The expense form: shows the fields that matter for the chosen driver, and takes a row pasted from a spreadsheet.
// It also opens the form beside a page. The form works without any of it, with all fields shown.

import { openSheet } from "../ui/sheet.js";

function fit(form) {
  const driver = form.querySelector("[data-driver]");
  const asks = new Set((driver.selectedOptions[0]?.dataset.asks ?? "").split(" "));
  const once = asks.has("frequency") && form.querySelector("[data-frequency]").value === "one_time";
  const grows = form.querySelector("[data-growth]").value;
  for (const part of form.querySelectorAll("[data-asked], [data-only]")) {
    const wanted = part.dataset.asked ? asks.has(part.dataset.asked) : part.dataset.only === driver.value;
    part.hidden = !wanted || (once && "notOnce" in part.dataset);
  }
  for (const part of form.querySelectorAll("[data-grows]")) part.hidden = !part.dataset.grows.split(" ").includes(grows);
  for (const part of form.querySelectorAll("[data-noscript]")) part.hidden = true;
  for (const part of form.querySelectorAll("[data-needs-script]")) part.hidden = false;
  for (const row of form.querySelectorAll(".trio")) {
    if (!row.dataset.asked) row.hidden = [...row.children].every((each) => each.hidden);
  }
  const start = form.querySelector("[data-once]");
  start.dataset.often ??= start.textContent;
  start.textContent = once ? start.dataset.once : start.dataset.often;
  const department = form.elements.department; // a stream has none
  const since = form.querySelector("[data-since]");
  if (department) department.dataset.first ??= department.value;
  if (since) since.hidden = department.value === department.dataset.first && !since.querySelector("input").value;
  if (driver.value === "typed") form.querySelector("[data-typed]").open = true;
}

function fitAll(root) {
  for (const form of root.querySelectorAll("form[data-expense-form]")) fit(form);
}

const monthsOf = (input) => [...input.closest("[data-months]").querySelectorAll("input")];
let last = null; // the month that was typed in last

function changed(input) {
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("focusin", (event) => { if (event.target.closest("[data-months]")) last = event.target; });

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-expense-form]");
  if (form) fit(form);
});

document.addEventListener("paste", (event) => {
  if (!event.target.closest?.("[data-months]")) return;
  const parts = event.clipboardData.getData("text").replace(/\r?\n$/, "").split(/\t|\r?\n/);
  if (parts.length < 2) return;
  event.preventDefault();
  const inputs = monthsOf(event.target);
  const from = inputs.indexOf(event.target);
  parts.forEach((text, at) => { if (inputs[from + at]) inputs[from + at].value = text.trim(); });
  changed(event.target);
});

document.addEventListener("click", (event) => {
  const fill = event.target.closest("[data-fill], [data-clear-months]");
  if (fill) {
    const inputs = [...fill.closest("[data-typed]").querySelectorAll("[data-months] input")];
    const source = inputs.includes(last) ? last : inputs.find((each) => each.value) ?? inputs[0];
    const clear = "clearMonths" in fill.dataset;
    for (const each of clear ? inputs : inputs.slice(inputs.indexOf(source))) each.value = clear ? "" : source.value;
    changed(source);
    return;
  }
  const link = event.target.closest("a[data-sheet], .grid a.cell.form");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  openSheet(link.href, { label: link.textContent.trim() });
});

const sheet = document.getElementById("sheet");
if (sheet) new MutationObserver(() => fitAll(sheet)).observe(sheet, { childList: true });
fitAll(document);
// After a refusal the first field that needs another look has the focus.
document.querySelector("form[data-expense-form] [aria-invalid]")?.focus();
