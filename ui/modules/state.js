// How far a task is, in words and as a bar.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { hasEnded, Refused } from "./api.js";
import { clock, knows, say } from "./wording.js";

const CODES = { 401: "unauthorized", 404: "not_found", 413: "too_large", 429: "rate_limit_exceeded" };

/** A task's status as a badge. */
export function badge(task) {
  return html`<span class="badge ${task.status}">${say(`status_${task.status}`)}</span>`;
}

/** What a task is doing: its stage with how much of the call is done, or its place in the queue. */
export function doing(task) {
  if (hasEnded(task)) return task.error ? trouble(task.error) : nothing;
  return gauge(activity(task), task.progress);
}

/** What is going on, and the share of it that is done. */
export function gauge(text, share) {
  return html`
    <div class="doing">
      <span>${text}</span>
      <progress max="100" value=${Math.round(100 * share)} aria-label=${text}></progress>
    </div>
  `;
}

/** That an answer is still to come: it is told to whoever waits for long. */
export function awaited() {
  return html`<p class="awaited" role="status">${say("awaited")}</p>`;
}

/** Why a task has failed. */
export function trouble({ code }) {
  return html`<span class="trouble">${inWords(code)}</span>`;
}

/** Why the API has not done what it was asked; `silence` is the text for that it has not answered. */
export function reason(failure, silence = "unreachable") {
  const code = codeOf(failure);
  return html`<span class="trouble">${fieldsNotAccepted(failure) ?? (code ? inWords(code) : say(silence))}</span>`;
}

/** Which fields the API has not accepted, where it names some that the reader can see. */
function fieldsNotAccepted({ problem }) {
  const fields = (problem?.errors ?? []).map(({ field }) => field).filter(knows);
  return fields.length ? say("fields_not_accepted", { fields: fields.map((field) => say(field)).join(", ") }) : null;
}

/** An error's code in the reader's language. */
export function inWords(code) {
  return knows(`error_${code}`) ? say(`error_${code}`) : say("error_unknown", { code });
}

/** The code of a refusal: what stands before the API, as a proxy, refuses without one, and answers 502 where the API does not. */
function codeOf(failure) {
  if (!(failure instanceof Refused)) return null;
  return failure.problem.code ?? CODES[failure.status] ?? (failure.status < 500 ? failure.status : null);
}

function activity(task) {
  if (task.status === "queued") {
    return task.queue_position ? say("in_queue", { place: task.queue_position }) : say("status_queued");
  }
  const stage = say(`stage_${task.stage ?? "decoding"}`);
  if (!task.duration_seconds) return stage;
  return say("stage_of", {
    stage,
    done: clock(task.progress * task.duration_seconds),
    whole: clock(task.duration_seconds),
  });
}
