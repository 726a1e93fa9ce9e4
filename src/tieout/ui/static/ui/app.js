// What every page shares: the theme, menus, messages, and questions before destructive forms.
// Pages work without any of it. Nothing of a company is stored in the browser: only the choice of theme.

const root = document.documentElement;

// --- theme: a cookie, so that the server draws the page right the first time ---------------------------------

function chooseTheme(choice) {
  const life = choice ? 31_536_000 : 0;
  document.cookie = `theme=${choice}; path=/; max-age=${life}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  if (choice) root.dataset.theme = choice;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

// --- menus: <details data-menu> that closes as menus do -------------------------------------------------------

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-theme-choice]");
  if (theme) chooseTheme(theme.dataset.themeChoice);
  closeMenus(event.target.closest("details[data-menu]"));
  const toast = event.target.closest("[data-toast-close]")?.closest("[data-toast]");
  if (toast) toast.remove();
  if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog")?.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// --- messages: the good ones leave by themselves, the others wait to be closed --------------------------------

function settle(toast) {
  toast.querySelector("[data-toast-close]").hidden = false;
  const calm = !toast.matches(".toast--error, .toast--warning");
  if (calm) setTimeout(() => toast.remove(), 8000);
}

document.querySelectorAll("[data-toast]").forEach(settle);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node.matches?.("[data-toast]")) settle(node);
  }
}).observe(document.getElementById("toasts"), { childList: true });

// --- questions ------------------------------------------------------------------------------------------------

const asked = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.dataset.confirm;
  if (!question || asked.has(form)) return;
  event.preventDefault();
  ask(question, event.submitter?.textContent.trim() || "Go on", () => {
    asked.add(form);
    form.requestSubmit(event.submitter);
    asked.delete(form);
  });
});

function ask(question, verb, onYes) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", verb);
  const body = document.createElement("p");
  body.className = "dialog__body dialog__body--alone";
  body.textContent = question;
  const foot = document.createElement("div");
  foot.className = "dialog__foot";
  const no = button("Cancel", "btn", () => dialog.close());
  const yes = button(verb, "btn btn--danger-fill", () => { dialog.close(); onYes(); });
  foot.append(no, yes);
  dialog.append(body, foot);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
}

function button(text, classes, onClick) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = classes;
  made.textContent = text;
  made.addEventListener("click", onClick);
  return made;
}

// A new company's time zone is guessed from the reader's own; the form still asks.
const zone = document.querySelector("select[data-guess-zone]");
if (zone?.value === "UTC") {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zone.options].some((option) => option.value === own)) zone.value = own;
}

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
