// Keeps what is typed in a form with data-autosave (portal.md G10): on the server two seconds after a pause, and
// until the server confirms also here, encrypted with a key that the server gives only to the same person.
// docs/drafts.md tells the whole story; without this file the form works as any other.

const PAUSE = 2000;
const COPY_PAUSE = 250;
const RETRIES = [5_000, 10_000, 30_000, 60_000];
const COPY_AGE = 14 * 24 * 3600 * 1000;
const BEGAN = ["autosave_start", "version"]; // from what the text was written, and of which version that was
const PREFIX = "leerlijn-copy-";
const STATES = { "signed-out": "unsaved", "too-much": "unsaved" }; // how they look
const text = new TextEncoder();

// --- Local copies: the name and what is inside tell nothing to another person on this device ----------------

const copies = {
  names: () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)),
  drop: (name) => localStorage.removeItem(PREFIX + name),
  dropOld() {
    for (const name of this.names()) {
      const at = Number(localStorage.getItem(name)?.split(".")[0]);
      if (!(Date.now() - at < COPY_AGE)) localStorage.removeItem(name);
    }
  },
  // The server says after a save which copy has served.
  dropDone() {
    const done = document.cookie.split("; ").find((one) => one.startsWith("draft-done="));
    if (!done) return;
    this.drop(done.slice("draft-done=".length));
    document.cookie = "draft-done=; path=/; max-age=0; samesite=lax";
  },
  async write(name, key, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text.encode(JSON.stringify(value)));
    localStorage.setItem(PREFIX + name, [Date.now(), toText(iv), toText(sealed)].join("."));
  },
  async read(name, key) {
    const [, iv, sealed] = localStorage.getItem(PREFIX + name)?.split(".") ?? [];
    if (!sealed) return null;
    try {
      const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: toBytes(iv) }, key, toBytes(sealed));
      return JSON.parse(new TextDecoder().decode(opened));
    } catch {
      return null; // sealed with a key of before
    }
  },
};
const toText = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
const toBytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// The form as the server sent it, whatever somebody with a slow phone typed before this file was there.
function asSent(form) {
  const sent = form.cloneNode(true);
  sent.reset();
  return sent;
}

// --- One form ---------------------------------------------------------------------------------------------

class Autosave {
  constructor(form) {
    this.form = form;
    this.page = JSON.parse(form.querySelector('script[type="application/json"]').textContent);
    this.place = form.querySelector("[data-autosave-state]");
    this.notes = form.querySelector("[data-autosave-notes]");
    this.names = Object.keys(this.page.confirmed);
    this.confirmed = this.page.confirmed;
    this.revision = this.page.revision;
    this.savedAt = "";
    this.failures = 0;
    this.cameBack = !same(this.values(asSent(form)), this.confirmed); // with errors: it holds what was typed
    form.addEventListener("input", () => this.typed());
    form.addEventListener("change", () => this.typed());
    form.addEventListener("submit", (event) => this.submit(event));
    addEventListener("online", () => this.dirty && this.save());
    addEventListener("focus", () => this.state === "signed-out" && this.save());
    addEventListener("beforeunload", (event) => this.wouldLose() && !this.leaving && event.preventDefault());
  }

  // A file is in no draft: only sending the form keeps it.
  wouldLose() {
    const files = [...this.form.querySelectorAll("input[type=file]")];
    return (this.dirty && !this.copied) || files.some((one) => one.files.length > 0);
  }

  async start() {
    this.busy = true;
    await this.lookBack();
    this.busy = false;
    if (!same(this.values(), this.confirmed)) this.typed();
    else if (this.looked) copies.drop(this.page.copy);
  }

  // Once: what this browser holds of an earlier time. Until it was read (no connection: no key), it is neither written
  // over nor dropped. What was typed meanwhile stays; where both changed one field, the writer sees both.
  async lookBack() {
    if (this.looked || !(await this.fetchKey())) return;
    const copy = await copies.read(this.page.copy, this.key);
    this.looked = true;
    if (!copy || this.cameBack) return;
    const [now, kept] = [this.values(), this.pick(copy.fields)];
    if (same(kept, now)) return;
    const changed = (fields, name) => !same(fields[name], this.page.confirmed[name]);
    const twice = this.names.filter((name) => changed(now, name) && changed(kept, name) && !same(now[name], kept[name]));
    this.earlier = { ...copy.earlier, ...Object.fromEntries(twice.map((name) => [name, kept[name]])) };
    this.putIn(Object.fromEntries(this.names.filter((name) => !changed(now, name)).map((name) => [name, kept[name]])));
    this.confirmed = { ...this.confirmed, ...copy.confirmed };
    this.revision = copy.revision;
    for (const [name, value] of Object.entries(copy.began)) if (this.hidden(name)) this.hidden(name).value = value;
    if (!same(this.earlier, {})) this.choose("earlier", { revision: copy.revision, theirs: this.earlier });
    else this.note("restored");
  }

  async fetchKey() {
    if (!crypto.subtle) return false; // not over https: then only the server keeps the text
    try {
      const answer = await fetch(this.page.key, { redirect: "manual", headers: { Accept: "application/json" } });
      if (!answer.ok) return false;
      const { key, csrf, who } = await answer.json();
      if (who !== this.page.who) return false; // somebody else signed in here: not theirs to save
      this.csrf = csrf;
      this.key ??= await crypto.subtle.importKey("raw", toBytes(key), "AES-GCM", false, ["encrypt", "decrypt"]);
      return true;
    } catch {
      return false; // no connection, or a page of sign-in instead of an answer
    }
  }

  // --- What the form holds

  values(form = this.form) {
    const data = new FormData(form);
    const plain = (value) => value.replaceAll("\r\n", "\n");
    return Object.fromEntries(
      this.names.map((name) => [
        name,
        Array.isArray(this.page.confirmed[name]) ? data.getAll(name).sort() : plain(String(data.get(name) ?? "")),
      ]),
    );
  }

  hidden(name) {
    return this.form.querySelector(`input[type=hidden][name="${name}"]`);
  }

  pick(fields) {
    return Object.fromEntries(this.names.map((name) => [name, fields[name] ?? this.page.confirmed[name]]));
  }

  putIn(fields) {
    for (const name of this.names.filter((name) => name in fields)) {
      const wanted = [fields[name]].flat();
      for (const control of this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (control.type === "checkbox" || control.type === "radio") control.checked = wanted.includes(control.value);
        else if (control.value !== wanted[0]) control.value = wanted[0] ?? "";
      }
    }
  }

  // --- Typing and saving

  typed() {
    if (this.leaving) return;
    this.dirty = !same(this.values(), this.confirmed);
    this.copied = false;
    clearTimeout(this.copying);
    clearTimeout(this.saving);
    if (!this.dirty) return;
    this.copying = setTimeout(() => this.copy(), COPY_PAUSE);
    if (this.state === "conflict" || this.state === "signed-out") return;
    if (this.state !== "unsaved") this.show("saving");
    this.saving = setTimeout(() => this.save(), PAUSE);
  }

  async copy() {
    if (!this.looked) return;
    const { confirmed, revision, earlier } = this;
    const began = Object.fromEntries(BEGAN.map((name) => [name, this.hidden(name)?.value ?? ""]));
    await copies.write(this.page.copy, this.key, { fields: this.values(), confirmed, revision, began, earlier });
    this.copied = true;
  }

  async save() {
    if (this.busy || this.leaving) return;
    this.busy = true;
    clearTimeout(this.saving);
    try {
      await this.lookBack();
      if (this.state === "conflict") return;
      const sent = this.values();
      await this.copy();
      if (this.state === "signed-out" && !(await this.fetchKey())) return;
      await this.answered(await this.send(sent), sent);
    } catch {
      this.failed();
    } finally {
      this.busy = false;
    }
    if (this.state === "saved" && !same(this.values(), this.confirmed)) this.typed();
  }

  send(sent) {
    const body = new FormData(this.form);
    for (const [name, value] of [...body.entries()]) if (value instanceof File) body.delete(name);
    body.set("autosave_base", JSON.stringify(this.confirmed));
    body.set("autosave_revision", this.revision);
    for (const name of this.names) {
      body.delete(name);
      for (const value of [sent[name]].flat()) body.append(name, value);
    }
    const headers = { Accept: "application/json", "X-CSRFToken": this.csrf ?? body.get("csrfmiddlewaretoken") };
    return fetch(this.page.url, { method: "POST", body, headers, redirect: "manual" });
  }

  async answered(answer, sent) {
    if (answer.status === 401 || answer.status === 403) return this.signedOut(sent);
    if (answer.status === 413) return this.show("too-much");
    if (answer.status === 409) return this.choose("clash", await answer.json());
    if (!answer.ok) throw new Error(String(answer.status));
    const { revision, at, fields } = await answer.json();
    this.failures = 0;
    this.renewed = false;
    this.savedAt = at;
    const typedSince = !same(this.values(), sent);
    if (fields && typedSince) {
      this.confirmed = sent; // the next save weaves the other text in
    } else {
      if (fields) this.putIn(fields);
      this.confirmed = { ...sent, ...fields };
      this.revision = revision;
    }
    this.notes.querySelector("[data-note=signed-out]")?.remove();
    this.dirty = !same(this.values(), this.confirmed);
    if (fields) this.note("woven");
    this.show("saved", at);
    if (!this.dirty && this.looked) copies.drop(this.page.copy);
  }

  failed() {
    this.show("unsaved", this.savedAt);
    this.saving = setTimeout(() => this.save(), RETRIES[Math.min(this.failures++, RETRIES.length - 1)]);
  }

  async signedOut(sent) {
    if (!this.renewed && (await this.fetchKey())) {
      this.renewed = true; // signed in again in another tab: only the token was old
      return this.answered(await this.send(sent), sent);
    }
    this.renewed = false;
    this.note("signed-out");
    this.show("signed-out", this.savedAt);
  }

  // --- Two versions

  choose(kind, { revision, theirs, whole }) {
    this.notes.querySelector("[data-versions]")?.closest("[data-note]").remove();
    const note = this.note(kind);
    const list = note.querySelector("[data-versions]");
    for (const [name, other] of Object.entries(theirs)) {
      const version = note.querySelector("template").content.firstElementChild.cloneNode(true);
      version.querySelector("h3").textContent = this.labelOf(name);
      version.querySelector(".prose").textContent = [other].flat().join(", ");
      list.append(version);
    }
    const go = (fields) => {
      if (fields) this.putIn(fields);
      this.confirmed = { ...this.confirmed, ...whole };
      this.revision = revision;
      this.earlier = undefined;
      note.remove();
      this.show("saving");
      this.dirty = true;
      this.save();
    };
    note.querySelector("[data-take]").addEventListener("click", () => go(theirs));
    note.querySelector("[data-keep]").addEventListener("click", () => go());
    this.show("conflict");
    note.querySelector("h2").focus();
  }

  labelOf(name) {
    const control = this.form.querySelector(`[name="${CSS.escape(name)}"]`);
    const group = control?.closest("fieldset")?.querySelector("legend");
    const label = control?.labels?.[0];
    return (control?.type === "checkbox" || control?.type === "radio" ? group : label)?.textContent.trim() ?? name;
  }

  // --- Words on the page; they stand in templates, in the reader's language

  show(state, detail = "") {
    this.state = state;
    this.place.dataset.state = STATES[state] ?? state;
    const words = this.form.querySelector(`template[data-state="${state === "unsaved" && !detail ? "never" : state}"]`);
    this.place.replaceChildren(words.content.cloneNode(true));
    const time = this.place.querySelector("[data-detail]");
    if (time) time.textContent = detail;
  }

  note(kind) {
    const there = this.notes.querySelector(`[data-note="${kind}"]`);
    if (there) return there;
    this.notes.append(this.form.querySelector(`template[data-say="${kind}"]`).content.cloneNode(true));
    return this.notes.lastElementChild;
  }

  // --- Sending the form itself

  async submit(event) {
    if (this.state === "unsaved" || !navigator.onLine) {
      // A page of the browser that says "no connection" would take the place of the text.
      event.preventDefault();
      await this.save();
      if (this.state === "saved") this.form.requestSubmit(event.submitter);
      return;
    }
    clearTimeout(this.saving);
    this.leaving = true;
    if (this.hidden("autosave_base")) {
      // Kept where it belongs: the server weighs the form against what it confirmed last.
      this.hidden("autosave_base").value = JSON.stringify(this.confirmed);
      this.hidden("autosave_revision").value = this.revision;
    }
    this.copy();
  }
}

copies.dropOld();
copies.dropDone();
for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form).start();
