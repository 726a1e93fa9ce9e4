// The link builder: names to pick from while a term is typed. Everything else is htmx on the form, or its buttons.

let asked = 0;

document.addEventListener("input", async (event) => {
  const input = event.target.closest("input[data-names]");
  const form = input?.closest("form[data-names-url]");
  if (!form || !input.value.trim()) return;
  const mine = ++asked;
  const address = new URL(form.dataset.namesUrl, location.href);
  address.searchParams.set("field", input.dataset.names);
  address.searchParams.set("q", input.value);
  let answer;
  try {
    answer = await fetch(address, { credentials: "same-origin" });
  } catch {
    return; // the term can be typed without the list
  }
  if (!answer.ok || mine !== asked) return;
  const { names } = await answer.json();
  input.list.replaceChildren(...names.map((value) => Object.assign(document.createElement("option"), { value })));
});

// An answer to what the form was before the last word or tick would take that tick back: the next answer is on its way.

let latest = 0;
const asking = new WeakMap();

document.addEventListener("input", (event) => { if (event.target.closest("#link")) latest += 1; }, { capture: true });
document.addEventListener("htmx:beforeRequest", (event) => asking.set(event.detail.xhr, latest));
document.addEventListener("htmx:beforeSwap", (event) => {
  const live = event.detail.target?.id === "link-preview" && event.detail.requestConfig.elt.id === "link";
  if (live && asking.get(event.detail.xhr) !== latest) event.detail.shouldSwap = false;
});
