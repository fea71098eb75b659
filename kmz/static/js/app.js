// Every page works without these; each behaviour is attached by a data attribute.
//
// One answer, several places: htmx 4.0.1 knows both <hx-partial hx-target="#id" hx-swap="outerHTML">…
// and hx-swap-oob="true" on an element with an id. We use <hx-partial>: it names its target, takes every
// swap style, and an answer of nothing but partials leaves the main target alone.
import { markRules } from "./behaviours/password-rules.js";
import { showStrength } from "./behaviours/password-strength.js";
import { addToggles } from "./behaviours/password-toggle.js";
import { submitAtOnce, submitOnChange } from "./behaviours/auto-submit.js";
import { openSheets } from "./behaviours/sheet.js";
import { focusErrors } from "./behaviours/focus-errors.js";
import { announceSwaps } from "./behaviours/announce.js";
import { guardSubmits } from "./behaviours/single-submit.js";
import { reloadPrivatePages } from "./behaviours/private-pages.js";
import { catchEarlyBack } from "./behaviours/early-back.js";
import { askFirst } from "./behaviours/confirm.js";
import { mirrorCounters } from "./behaviours/mirror.js";
import { watchSession } from "./behaviours/session-end.js";
import { showOtherPerson } from "./behaviours/other-person.js";
import { offerPasskeys } from "./behaviours/passkeys.js";
import { offerSharing } from "./behaviours/share.js";
import { calmFilters } from "./behaviours/filters.js";
import { offerSuggestions } from "./behaviours/suggestions.js";
import { keepWatchlist } from "./behaviours/keep-watchlist.js";
import { countDown } from "./behaviours/countdown.js";
import { leaveRooms } from "./behaviours/current-room.js";
import { tellLostConnections } from "./behaviours/lost-connection.js";

document.documentElement.classList.add("js");
const attach = (root) => {
  markRules(root);
  showStrength(root);
  addToggles(root);
  submitOnChange(root);
  openSheets(root);
  focusErrors(root);
  showOtherPerson(root);
  mirrorCounters(root);
  offerPasskeys(root);
  offerSharing(root);
  countDown(root);
  submitAtOnce(root);
};
attach(document);
announceSwaps(attach);
guardSubmits();
askFirst();
catchEarlyBack();
reloadPrivatePages();
watchSession();
calmFilters();
offerSuggestions();
keepWatchlist();
leaveRooms();
tellLostConnections();
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js").catch(() => {});
