// Passkeys: forms that stay hidden where the browser cannot do it; without scripts there is the
// password. data-passkey says what for ("get" or "create"), data-options where the challenge is.
const texts = {
  NotAllowedError: "Abgebrochen. Sie können es noch einmal versuchen.",
  InvalidStateError: "Auf diesem Gerät gibt es schon einen Passkey für diesen Zugang.",
};
let waiting; // the suggestion below the field for the name, until somebody presses the button

async function post(address, token, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  if (answer.redirected) throw new Error("Bitte laden Sie die Seite neu.");
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.message ?? "Das geht gerade nicht. Bitte später noch einmal.");
  return said;
}

async function perform(form, how) {
  const fields = Object.fromEntries(new FormData(form));
  const options = await post(form.dataset.options, fields.csrf_token, {});
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options), ...how });
  const said = await post(form.action, fields.csrf_token, { name: fields.name, credential: credential.toJSON() });
  window.location.assign(said.weiter);
}

async function press(form) {
  const told = form.querySelector("[role=alert]");
  told.textContent = "";
  waiting?.abort();
  try {
    await perform(form, {});
  } catch (error) {
    told.textContent = texts[error.name] ?? error.message;
  }
}

async function suggest(form) {
  if (!(await window.PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  await perform(form, { mediation: "conditional", signal: waiting.signal }).catch(() => {});
}

export function offerPasskeys(root) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  for (const form of root.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      press(form);
    });
    if ("suggest" in form.dataset) suggest(form);
  }
}
