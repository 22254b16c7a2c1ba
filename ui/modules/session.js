// Whose session this is, where the server asks for keys, and what it takes: looked up once, when the page is opened.

import { ask } from "./api.js";

const PATIENCE_MILLISECONDS = 5000; // nothing is drawn before

export const session = await ask("/session", { patience: PATIENCE_MILLISECONDS }).catch(() => ({
  required: false,
  name: null,
  max_upload_bytes: null,
}));

/** Whether a key must be shown first. */
export const isShut = session.required && !session.name;

/** Open a session by a key, and the page with it. Throws Refused. */
export async function enter(key) {
  await ask("/session", { method: "POST", body: { key } });
  location.reload();
}

/** End the session. */
export async function leave() {
  await ask("/session", { method: "DELETE" });
  location.reload();
}
