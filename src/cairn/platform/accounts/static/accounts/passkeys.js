// Passkeys (WebAuthn). A form with data-passkey="create" or "get" asks the device when it is sent,
// puts the answer into its hidden field, and is then sent to the server. What to ask is in the page
// (data-options), or at the form's own address if nobody is known yet. A form that cannot work here
// says so, and so does one whose device gave no answer.
"use strict";
(() => {
  const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  const toText = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const withBytes = (listed) => (listed ?? []).map((key) => ({ ...key, id: toBytes(key.id) }));
  const ANSWER = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  // A passkey belongs to a host name: at a bare address no browser makes one.
  const isPossible = () => window.PublicKeyCredential && !/^[\d.]+$|^\[/.test(location.hostname);

  const load = async (form) => {
    if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new DOMException(String(answer.status), "NetworkError");
    return answer.json();
  };
  const ask = {
    // The device keeps the passkey where it can, so that it can sign in without the address.
    create: ({ creation_options: { publicKey } }) => navigator.credentials.create({ publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
      authenticatorSelection: { ...publicKey.authenticatorSelection, residentKey: "preferred", requireResidentKey: false },
    } }),
    get: ({ request_options: { publicKey } }) => navigator.credentials.get({ publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    } }),
  };
  const serialize = (credential) => JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: Object.fromEntries(ANSWER.filter((part) => credential.response[part]).map((part) => [part, toText(credential.response[part])])),
  });

  const say = (form, kind) => {
    for (const message of form.querySelectorAll("[data-passkey-message]")) message.hidden = message.dataset.passkeyMessage !== kind;
  };
  const send = async (form, button) => {
    button.disabled = true;
    say(form, "");
    try {
      form.elements.credential.value = serialize(await ask[form.dataset.passkey](await load(form)));
      form.submit();
    } catch (error) {
      button.disabled = false;
      say(form, { InvalidStateError: "known", NetworkError: "busy", SecurityError: "impossible" }[error.name] ?? "none");
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button[type=submit]");
    if (!isPossible()) {
      button.disabled = true;
      say(form, "impossible");
      continue;
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form, button);
    });
  }
})();
