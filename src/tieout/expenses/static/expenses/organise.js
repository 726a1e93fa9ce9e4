// Organise: accept, assign and mark many accounts before one save; J K X D P. The page works without any of it.

const form = document.getElementById("organise");
const table = form.querySelector("table.organise");
const rows = table ? [...table.querySelectorAll("tr[data-account]")] : [];
const digits = Number(table?.dataset.digits ?? 2);
const saveButton = document.querySelector("[data-save]");
const acceptAll = document.querySelector("[data-accept-all]");
let current = -1;

const department = (row) => row.querySelector("select");
const payroll = (row) => row.querySelector('input[name^="payroll-"]');
const selected = (row) => row.querySelector('input[name="selected"]');
const suggestion = (row) => row.querySelector("[data-accept]");
const state = (row) => `${department(row).value}:${payroll(row).checked ? 1 : 0}`;
const isChanged = (row) => state(row) !== row.querySelector('input[name^="was-"]').value;
const chosen = () => rows.filter((row) => selected(row).checked);

// --- what the page says about what was done -------------------------------------------------------------------

function tell() {
  const changes = rows.filter(isChanged).length;
  saveButton.textContent = changes ? `Save ${changes} change${changes === 1 ? "" : "s"}` : "Save";
  for (const row of rows) {
    row.toggleAttribute("data-changed", isChanged(row));
    row.setAttribute("aria-selected", String(selected(row).checked));
    if (suggestion(row)) suggestion(row).hidden = department(row).value !== "";
  }
  const marked = chosen();
  for (const button of form.querySelectorAll("[data-assign], [data-mark]")) button.disabled = !marked.length;
  const sum = marked.reduce((total, row) => total + Number(row.dataset.amount), 0) / 10 ** digits;
  form.querySelector("[data-selected]").textContent = marked.length ? `${marked.length} selected` : "With the selected accounts";
  form.querySelector("[data-selected-sum]").textContent = marked.length ? `${Math.round(sum).toLocaleString("en")} in 12 months` : "";
  const open = rows.filter((row) => suggestion(row) && !suggestion(row).hidden).length;
  if (acceptAll) {
    acceptAll.hidden = !open;
    acceptAll.textContent = `Accept ${open} suggestion${open === 1 ? "" : "s"}`;
  }
}

function accept(row) {
  department(row).value = suggestion(row).dataset.accept;
}

// --- buttons: they change the form, and only Save sends it ----------------------------------------------------

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-accept], [data-assign], [data-mark]");
  if (!button) return;
  event.preventDefault();
  if (button.matches("[data-accept]")) accept(button.closest("tr"));
  const bulk = form.querySelector("[data-bulk]").value;
  if (button.matches("[data-assign]")) for (const row of chosen()) department(row).value = bulk;
  if (button.matches("[data-mark]")) for (const row of chosen()) payroll(row).checked = true;
  tell();
});
acceptAll?.addEventListener("click", (event) => {
  event.preventDefault();
  for (const row of rows) if (suggestion(row) && department(row).value === "") accept(row);
  tell();
});
form.querySelector("[data-all]")?.addEventListener("change", (event) => {
  for (const row of rows) if (!row.hidden) selected(row).checked = event.target.checked;
  tell();
});
form.addEventListener("change", tell);

// Looking for an account must not lose what was not saved yet, so it only hides rows.
const search = document.querySelector("[data-search] input[type=search]");
search?.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  for (const row of rows) row.hidden = !row.querySelector(".clip").title.toLowerCase().includes(wanted);
});
search?.form.addEventListener("submit", (event) => event.preventDefault());

let saving = false;
form.addEventListener("submit", () => { saving = true; });
addEventListener("beforeunload", (event) => {
  if (!saving && rows.some(isChanged)) event.preventDefault();
});

// --- keyboard -------------------------------------------------------------------------------------------------

function goTo(step) {
  const shown = rows.filter((row) => !row.hidden);
  if (!shown.length) return;
  const at = shown.indexOf(rows[current]);
  const row = shown[Math.min(shown.length - 1, Math.max(0, at + step))];
  current = rows.indexOf(row);
  for (const each of rows) each.toggleAttribute("data-current", each === row);
  selected(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

const KEYS = {
  j: () => goTo(1),
  k: () => goTo(-1),
  x: (row) => { selected(row).checked = !selected(row).checked; },
  d: (row) => department(row).focus(),
  p: (row) => { payroll(row).checked = !payroll(row).checked; },
};
document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (!KEYS[key] || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input:not(.check), textarea")) return;
  if (event.target.matches(".check")) current = Math.max(current, rows.indexOf(event.target.closest("tr[data-account]")));
  if (current < 0 && key !== "j") return;
  event.preventDefault();
  KEYS[key](rows[current]);
  tell();
});

tell();
