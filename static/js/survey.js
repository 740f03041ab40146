// Filling in a survey. Works without this too; here, leaving the page and coming back loses nothing, and questions that
// depend on another show when they are needed. What is typed lies in this tab's own store only, never on the server.

const TRAVELS = /^(_|csrf)/; // of the page, not typed

function typed(form) {
  return [...new FormData(form)].filter(([name, value]) => !TRAVELS.test(name) && value !== "");
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function keep(form) {
  const kept = { ballot: form.dataset.ballot, fields: typed(form) };
  try {
    sessionStorage.setItem(`survey:${form.dataset.survey}`, JSON.stringify(kept));
  } catch {
    // No room, or not allowed: the page itself still holds it.
  }
}

// What another ballot left in this tab is another person's. What was typed before this file was there stays.
function putBack(form) {
  const key = `survey:${form.dataset.survey}`;
  const { ballot, fields = [] } = read(key);
  const before = JSON.stringify(typed(form));
  const there = new Set([...form.elements].map((control) => control.name));
  const early = typedEarly(form);
  if (ballot !== form.dataset.ballot) sessionStorage.removeItem(key);
  else {
    for (const [name, value] of fields) {
      if (there.has(name)) fillIn(form, name, value, early.has(name));
      else addHidden(form, name, value);
    }
  }
  if (early.size) keep(form);
  const note = form.querySelector("[data-restored]");
  if (note && JSON.stringify(typed(form)) !== before) note.hidden = false;
}

function typedEarly(form) {
  const sent = form.cloneNode(true);
  sent.reset();
  const [now, then] = [new FormData(form), new FormData(sent)];
  return new Set([...now.keys()].filter((name) => String(now.getAll(name)) !== String(then.getAll(name))));
}

function fillIn(form, name, value, isEarly) {
  for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]:not([type="hidden"])`)) {
    if (isEarly && control.type === "textarea") control.value = value + control.value;
    else if (isEarly && control.type !== "checkbox") continue; // a choice made now stands
    else if (!/^(radio|checkbox)$/.test(control.type)) control.value = value;
    else if (control.value === value) control.checked = true;
  }
}

function addHidden(form, name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.prepend(field);
}

function showWhatIsAsked(form) {
  const chosen = new FormData(form);
  for (const part of form.querySelectorAll("[data-waits-for]")) {
    const [name, values] = part.dataset.waitsFor.split("=");
    part.hidden = !values.split(" ").includes(String(chosen.get(name)));
  }
}

const form = document.getElementById("survey");
if (form) {
  if (form.dataset.survey) {
    putBack(form);
    form.addEventListener("input", () => keep(form));
    form.addEventListener("change", () => keep(form));
  }
  showWhatIsAsked(form);
  form.addEventListener("change", () => showWhatIsAsked(form));
}

const sent = document.querySelector("[data-sent]");
if (sent) sessionStorage.removeItem(`survey:${sent.dataset.sent}`);
