// Comfort on top of pages that also work without it.

const messages = () => document.getElementById("messages");

function say(templateId) {
  const words = document.getElementById(templateId);
  if (words && messages()) messages().replaceChildren(words.content.cloneNode(true));
}

// A page that comes back with errors starts where they are.
(document.getElementById("errors") ?? document.querySelector('form [aria-invalid="true"]'))?.focus();

// A form that is on its way says so, and waits for its answer (or ten seconds: it may have been a download).
const busy = new Set();
function release() {
  for (const button of busy) button.removeAttribute("aria-busy");
  busy.clear();
}
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button?.matches(".btn")) return;
  if (busy.has(button)) return event.preventDefault();
  busy.add(button);
  button.setAttribute("aria-busy", "true");
  setTimeout(release, 10_000);
});
window.addEventListener("pageshow", release);
document.addEventListener("htmx:afterRequest", release);

// What is wrong with chosen files is said before they are sent: a page that comes back has lost them. A file asks for
// the tick beside it.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-asks]")) return;
  const tick = document.getElementById(target.dataset.asks);
  if (tick) tick.required = target.files.length > 0;
  const bytes = [...target.files].reduce((sum, one) => sum + one.size, 0);
  const { mostFiles, mostBytes, tooMuch } = target.dataset;
  target.setCustomValidity(target.files.length > mostFiles || bytes > mostBytes ? tooMuch : "");
});

// Links to a place inside a folded part unfold it.
function unfold() {
  const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  for (let at = place.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  place.scrollIntoView();
}
window.addEventListener("hashchange", unfold);
unfold();

document.addEventListener("htmx:sendError", () => say("no-connection"));
// Passkeys: a key that was refused or put away is said on the page, not in the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  say("passkey-failed");
});
