// Warns three minutes before the automatic logout, stays logged in without leaving the page, and
// leaves it when the login is over. The server counts (another window may have gone on); asking it
// does not prolong anything.
const WARNING = 180;

export function watchSession() {
  const bar = document.querySelector("[data-session-end]");
  if (!bar) return;
  const text = bar.querySelector("[data-session-text]");
  bar.querySelector("[data-without-script]").remove();
  let timer;

  const say = (left) => {
    const urgent = left <= WARNING;
    const end = new Date(Date.now() + left * 1000);
    const clock = end.toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Berlin" });
    const minutes = Math.ceil((left - 1) / 60);
    const message = urgent
      ? `Aus Sicherheitsgründen werden Sie in ${minutes} ${minutes > 1 ? "Minuten" : "Minute"} ausgeloggt.`
      : `Sie werden um ${clock} Uhr automatisch ausgeloggt.`;
    if (text.textContent === message) return;
    text.textContent = message;
    if (urgent || bar.classList.contains("urgent")) document.getElementById("live").textContent = message;
    bar.classList.toggle("urgent", urgent);
  };
  const plan = (left) => {
    say(left);
    const pause = left > WARNING ? left - WARNING : Math.min(60, left);
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, pause * 1000);
  };
  const ask = async () => {
    const answer = await fetch(bar.dataset.rest, { redirect: "manual" }).catch(() => undefined);
    if (answer?.ok) plan(Number(await answer.text()));
    else window.location.replace(bar.dataset.over);
  };

  bar.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => undefined);
    ask();
  });
  // A laptop that slept, a window in the background: timers stood still meanwhile.
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  ask();
}
