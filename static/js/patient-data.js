// A quiet note beside a text in which something may point at a patient (P16). Nothing leaves the browser for it.
// The same rules as portal/patient_data.py; tests/portal/patient_data.json is the table that both agree with.

const NUMBER = /(?<![0-9.,\-/])[0-9](?:[ .\-/]?[0-9]){8,10}(?![0-9])/g;
const DAY =
  "(?:[0-9]{1,2}[\\-/. ][0-9]{1,2}[\\-/. ](?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2}" +
  "|[0-9]{1,2}(?:er)? [a-zéû]{3,9}\\.? [0-9]{4})(?![0-9])";
const BORN =
  "(?:geboren(?: op)?|geboortedatum|geb\\.?(?: ?datum)?|born(?: on)?|date of birth|birth ?date|d\\.?o\\.?b\\.?" +
  "|n[ée](?:e|\\(e\\))?(?: le)|date de naissance)";
const BIRTH = new RegExp(`(?:(?<![0-9A-Za-zÀ-ÿ])${BORN}[ :=]{0,3}|\\* ?)${DAY}`, "gi");
const TITLE =
  "(?:[Mm]w\\.?|[Mm]evr\\.?|[Mm]evrouw|[Dd]hr\\.?|[Hh]eer|[Mm]eneer|[Mm]rs?\\.?|[Mm]s\\.?|[Mm]iss|[Mm]ister" +
  "|[Mm]me\\.?|[Mm]lle\\.?|[Mm]adame|[Mm]ademoiselle|[Mm]onsieur|M\\.)";
const PARTICLE = "(?:(?:van|de|den|der|ten|ter|te|'t|’t|von|la|le|du|des|el|al|in) |d['’])";
const NAME = new RegExp(
  `(?<![0-9A-Za-zÀ-ÿ.])${TITLE} ${PARTICLE}{0,3}(?:[A-Z]\\. ?){0,3}${PARTICLE}{0,3}` +
    "[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’\\-]*[a-zà-öø-ÿ]",
  "g",
);
const KINDS = ["bsn", "rrn", "birth", "name"];

function isBsn(digits) {
  if (digits.length !== 9 || new Set(digits).size === 1) return false;
  const weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
  return weights.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0) % 11 === 0;
}

function isRrn(digits) {
  if (digits.length !== 11 || ["000", "999"].includes(digits.slice(6, 9))) return false;
  const body = digits.slice(0, 9);
  const check = Number(digits.slice(9));
  return [97 - (Number(body) % 97), 97 - (Number(`2${body}`) % 97)].includes(check) && hasDay(digits);
}

function hasDay(digits) {
  let month = Number(digits.slice(2, 4));
  const day = Number(digits.slice(4, 6));
  month -= month >= 40 ? 40 : month >= 20 ? 20 : 0;
  if (month === 0 || day === 0) return month <= 12 && day <= 31;
  return month <= 12 && day <= [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
}

/** The kinds of signs in a text, in a fixed order. */
export function kinds(text) {
  const found = [];
  for (const match of text.matchAll(NUMBER)) {
    const digits = match[0].replace(/[^0-9]/g, "");
    const kind = isBsn(digits) ? "bsn" : isRrn(digits) ? "rrn" : "";
    if (kind) found.push([match.index, match.index + match[0].length, kind]);
  }
  for (const [kind, pattern] of [["birth", BIRTH], ["name", NAME]]) {
    for (const match of text.matchAll(pattern)) found.push([match.index, match.index + match[0].length, kind]);
  }
  found.sort((one, other) => one[0] - other[0] || other[1] - one[1]);
  let end = 0;
  const there = new Set();
  for (const [start, stop, kind] of found) {
    if (start < end) continue;
    there.add(kind);
    end = stop;
  }
  return KINDS.filter((kind) => there.has(kind));
}

const PAUSE = 700;

function watch(text, note, words) {
  let timer = 0;
  const look = () => {
    const there = kinds(text.value).map((kind) => words.dataset[kind]);
    note.hidden = there.length === 0;
    const said = there.length ? words.dataset.say.replace("%s", there.join(", ")) : "";
    if (note.textContent !== said) note.textContent = said;
  };
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
}

const words = globalThis.document?.getElementById("patient-words");
if (words) {
  for (const note of document.querySelectorAll("[data-patient-note]")) {
    const text = document.getElementById(note.dataset.patientNote);
    if (text) watch(text, note, words);
  }
}
