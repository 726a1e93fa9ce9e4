// The form of a variable: a row pasted from a spreadsheet, filling to the right, and the kind for the formula bar.

const months = document.querySelector("[data-variable-months]");
const inputs = [...months.querySelectorAll("input")];
let last = inputs[0];

for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;

months.addEventListener("focusin", (event) => { if (inputs.includes(event.target)) last = event.target; });

months.addEventListener("paste", (event) => {
  const parts = event.clipboardData.getData("text").replace(/\r?\n$/, "").split(/\t|\r?\n/);
  const from = inputs.indexOf(event.target);
  if (parts.length < 2 || from < 0) return;
  event.preventDefault();
  parts.forEach((text, at) => { if (inputs[from + at]) inputs[from + at].value = text.trim(); });
});

document.querySelector("[data-fill-right]").addEventListener("click", () => {
  const source = last.value ? last : inputs.find((each) => each.value) ?? last;
  for (const each of inputs.slice(inputs.indexOf(source) + 1)) each.value = source.value;
});

document.querySelector("[data-kind-of]")?.addEventListener("change", (event) => {
  const formula = document.getElementById(event.target.dataset.kindOf);
  formula.dataset.kind = event.target.value;
  formula.dispatchEvent(new CustomEvent("input", { bubbles: true }));
});
