// Counts down to the opening of a course (data-countdown: seconds since 1970) in its last 24 hours
// and asks for the page again when it is over. The server's clock counts, never that of the visitor;
// from one question to the next a clock runs that nobody can set. Not all come back at once.
const DAY = 86400;
const ALOUD = 600;
const [SOONEST, SPREAD] = [1000, 5000];
let ahead;
let timer;
let leaving = false;

async function askTheServer() {
  const sent = performance.now();
  const answer = await fetch("/uhr", { cache: "no-store" }).catch(() => undefined);
  if (answer?.ok) ahead = Number(await answer.text()) - (sent + performance.now()) / 2000;
}

function inWords(left) {
  const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  if (hours) return `Öffnet in ${hours} Std. ${minutes} Min. ${seconds} Sek.`;
  return minutes ? `Öffnet in ${minutes} Min. ${seconds} Sek.` : `Öffnet in ${seconds} Sek.`;
}

function comeBack() {
  if (leaving) return;
  leaving = true;
  window.setTimeout(() => window.location.reload(), SOONEST + Math.random() * SPREAD);
}

function tick() {
  const now = performance.now() / 1000 + ahead;
  for (const element of document.querySelectorAll("[data-countdown]")) {
    const left = Math.ceil(Number(element.dataset.countdown) - now);
    if (left > DAY) continue;
    const text = left > 0 ? inWords(left) : "Die Anmeldung ist offen. Die Seite lädt gleich neu.";
    element.hidden = false;
    element.textContent = text;
    // Screen readers hear whole minutes only, and only of the course they are reading about.
    const isDue = left === 0 || (left > 0 && left <= ALOUD && left % 60 === 0);
    if (isDue && "countdownAloud" in element.dataset) document.getElementById("live").textContent = text;
    if (left <= 0) comeBack();
  }
}

export async function countDown(root) {
  if (timer || !root.querySelector("[data-countdown]")) return;
  timer = window.setInterval(() => ahead === undefined || tick(), 1000);
  // A laptop that slept: its clock stood still meanwhile.
  document.addEventListener("visibilitychange", () => document.hidden || askTheServer());
  await askTheServer();
  if (ahead !== undefined) tick();
}
