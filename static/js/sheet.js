// A laptop in an interview: score and move by keyboard, and see how long this question takes. Without this file the
// sheet is a form like any other.

const form = document.getElementById("sheet");
const FIELDS = { s: "situation", t: "task", a: "action", r: "result", e: "evidence" };

const isTyping = (target) => target.matches("textarea, input:not([type=radio]), select");

document.addEventListener("keydown", (event) => {
  if (!form || form.querySelector("fieldset[disabled]") || event.ctrlKey || event.metaKey) return;
  if (event.altKey) {
    const key = event.code.replace("Key", "").toLowerCase(); // Alt makes another letter on some keyboards
    const field = form.querySelector(`[name="${FIELDS[key]}"]`);
    if (field) field.focus();
    else if (key === "n") form.requestSubmit();
    else return;
    event.preventDefault();
    return;
  }
  if (isTyping(event.target) || !/^[0-5]$/.test(event.key)) return;
  const choice = form.querySelector(`[name=score][value="${event.key}"]`);
  choice.checked = true;
  choice.focus();
  choice.dispatchEvent(new Event("change", { bubbles: true }));
});

// The time counts on when somebody goes to another question and comes back; it stays on this device.
const place = document.querySelector("[data-timer]");
if (place) {
  const key = `timer-${place.dataset.timer}`;
  const began = Date.now() - Number(sessionStorage.getItem(key) ?? 0);
  const show = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    sessionStorage.setItem(key, Date.now() - began);
    const time = place.querySelector("time");
    time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    time.dateTime = `PT${seconds}S`;
  };
  place.hidden = false;
  show();
  setInterval(show, 1000);
}
