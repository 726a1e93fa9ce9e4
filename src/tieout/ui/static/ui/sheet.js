// The side sheet: <dialog class="sheet" id="sheet"> in the shell, filled with a fragment of the server's.

const sheet = document.getElementById("sheet");
let asked = 0;

// Opens an address of ours in the sheet; the same address is a whole page without script.
export async function openSheet(address, { label = "Entries" } = {}) {
  const mine = ++asked;
  sheet.setAttribute("aria-busy", "true");
  if (!sheet.open) {
    sheet.replaceChildren(waiting(label));
    sheet.showModal();
    history.pushState({ sheet: true }, "");
  }
  let answer;
  try {
    answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  } catch {
    return show(mine, said("Tieout does not answer. Check the connection and try again."));
  }
  const moved = answer.headers.get("HX-Redirect");
  if (moved) return location.assign(moved);
  if (!answer.ok) return show(mine, said("This could not be loaded. Reload the page and try again."));
  const content = document.createRange().createContextualFragment(await answer.text());
  content.querySelectorAll("script").forEach((script) => script.remove());
  show(mine, content);
}

function show(mine, content) {
  if (mine !== asked) return; // a later click has overtaken this one
  sheet.replaceChildren(content);
  sheet.removeAttribute("aria-busy");
  window.htmx?.process(sheet);
}

function waiting(label) {
  const head = document.createElement("div");
  head.className = "sheet__head";
  const title = document.createElement("h1");
  title.id = "sheet-title";
  title.textContent = label;
  const wait = document.createElement("p");
  wait.className = "sheet__wait";
  wait.setAttribute("role", "status");
  wait.textContent = "Loading";
  head.append(title, wait);
  return head;
}

function said(text) {
  const body = document.createElement("div");
  body.className = "sheet__head";
  const line = document.createElement("p");
  line.id = "sheet-title";
  line.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn push";
  close.dataset.closeDialog = "";
  close.textContent = "Close";
  body.append(line, close);
  return body;
}

if (sheet) {
  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
  sheet.addEventListener("close", () => {
    asked += 1;
    sheet.replaceChildren();
    if (history.state?.sheet) history.back();
  });
  // Back shuts the sheet and stays on the page. Forward would come to a sheet that is no longer there: go on from it.
  addEventListener("popstate", () => { if (sheet.open && !history.state?.sheet) sheet.close(); });
  if (history.state?.sheet) history.replaceState(null, "");
}
