// What must be known of a result before it is believed.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { knows, percent, say } from "./wording.js";

/** Of the recording: that its end is missing. */
export function onRecording({ truncated }) {
  return truncated ? html`<p class="notice" role="status">${say("truncated")}</p>` : nothing;
}

/** Of the protocol: why it is not whole, and of how much of the transcript it was made. */
export function onProtocol({ status, coverage, reason_code: reason }) {
  const isMade = ["complete", "degraded"].includes(status);
  if (status === "complete" && coverage === 1) return html`<p class="facts">${read(coverage)}</p>`;
  return html`<p class="notice" role="status">${standing(status, reason)} ${isMade ? read(coverage) : nothing}</p>`;
}

function standing(status, reason) {
  const key = `protocol_${status}_${reason}`;
  if (status === "complete") return nothing;
  return say(knows(key) ? key : `protocol_${status}`);
}

/** Rounded down, so that what was not read to its end never looks as if it had been. */
function read(coverage) {
  return coverage === 1 ? say("read_whole") : say("read_in_part", { percent: percent(Math.floor(100 * coverage) / 100) });
}
