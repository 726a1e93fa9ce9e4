// Adds up the percentages of a payment term while they are typed. The server checks them again.

const shares = document.querySelector("[data-shares]");
const told = document.querySelector("[data-shares-sum]");

function add() {
  let sum = 0;
  for (const input of shares.querySelectorAll("input")) {
    const text = input.value.replace("%", "").replace(",", ".").trim();
    if (text && !Number.isFinite(Number(text))) { told.textContent = ""; return; }
    sum += Math.round(Number(text) * 100);
  }
  const left = 10_000 - sum;
  const words = (hundredths) => `${hundredths / 100} %`;
  told.textContent = left === 0 ? "Together 100 %." : `Together ${words(sum)}. ${words(Math.abs(left))} ${left > 0 ? "is missing" : "is too much"}.`;
}

if (shares && told) {
  const error = document.querySelector("[data-shares-error]");
  const typing = () => { error?.remove(); told.hidden = false; add(); };
  shares.addEventListener("input", typing);
  // A row of percentages copied from a spreadsheet fills the months from here on.
  shares.addEventListener("paste", (event) => {
    const parts = event.clipboardData.getData("text").trim().split(/\t|\r?\n/);
    if (parts.length < 2) return;
    event.preventDefault();
    const inputs = [...shares.querySelectorAll("input")];
    const from = inputs.indexOf(event.target);
    parts.forEach((text, at) => { if (inputs[from + at]) inputs[from + at].value = text.trim(); });
    typing();
  });
  told.hidden = Boolean(error); // it says the same
  add();
}
