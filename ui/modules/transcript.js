// Who said what: each word can be clicked, and the one under the playhead is lit (lights.js).

import { html } from "./vendor/lit-html/lit-html.js";
import { heardAt } from "./moments.js";
import { say } from "./wording.js";

export function transcript(segments, voices, play) {
  return html`
    <section class="transcript" aria-labelledby="transcript">
      <h2 id="transcript">${say("transcript")}</h2>
      <div @click=${(event) => event.target.dataset.start && play(Number(event.target.dataset.start))}>
        ${segments.map((segment) => turn(segment, voices.get(segment.speaker), play))}
      </div>
    </section>
  `;
}

function turn({ speaker, start, words }, voice, play) {
  return html`
    <div class="turn colour-${voice.colour}">
      <p class="who">
        <strong>${voice.name ?? speaker}</strong>
        ${heardAt(start, play)}
      </p>
      <p>${words.map((word) => html`<span class="word" data-start=${word.start} data-end=${word.end}>${word.word}</span> `)}</p>
    </div>
  `;
}
