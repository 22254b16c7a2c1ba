// The recording, to be heard; and why it cannot be, where it cannot.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { address, outcome, probe } from "./api.js";
import { reason } from "./state.js";
import { say } from "./wording.js";

/** The player; `unheard` is why nothing is heard, as `whyUnheard` finds out when `fail` is called. */
export function player(task, unheard, { lit, ready, fail }) {
  return html`
    <audio
      controls
      preload="metadata"
      src=${mediaOf(task)}
      aria-label=${say("recording")}
      @loadedmetadata=${ready}
      @error=${fail}
      @play=${lit.play}
      @seeked=${lit.seeked}
    ></audio>
    ${unheard ? html`<p class="notice" role="status">${unheard.failure ? reason(unheard.failure) : unplayable(task)}</p>` : nothing}
  `;
}

/** Why a recording is not heard: the `failure` to get it, or null where it is there and this browser does not play it. */
export async function whyUnheard({ task_id: taskId }) {
  const [, failure] = await outcome(probe(`/recordings/${taskId}/media`));
  return { failure };
}

/** Play from a second; what has failed to load is loaded anew. */
export function playFrom(audio, second) {
  if (audio.error) audio.load();
  audio.currentTime = second;
  audio.play().catch(() => {}); // why it does not play, its `error` event asks
}

function unplayable(task) {
  return html`${say("unplayable")} <a href=${mediaOf(task)} download=${task.title}>${say("download_recording")}</a>`;
}

function mediaOf({ task_id: taskId }) {
  return address(`/recordings/${taskId}/media`);
}
