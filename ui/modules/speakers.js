// The voices: what each is called, which colour it has, how long it spoke.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { clock, percent, say } from "./wording.js";

const COLOURS = 8;

/** Each voice by its label: its name, its colour's number, its share of all that was spoken. */
export function voicesOf(result) {
  const spoken = result.participants.reduce((sum, voice) => sum + voice.talk_seconds, 0) || 1;
  return new Map(
    result.participants.map((voice, index) => [
      voice.speaker,
      { ...voice, colour: index % COLOURS, share: voice.talk_seconds / spoken },
    ]),
  );
}

/** The bar of who spoke how much, and a list in which voices are renamed in place, where they can be. */
export function speakers(voices, rename) {
  const all = [...voices.values()];
  return html`
    <section aria-labelledby="participants">
      <h2 id="participants">${say("participants")}</h2>
      <div class="shares" role="img" aria-label=${all.map(spoken).join(", ")}>
        ${all.map((voice) => html`<span class="colour-${voice.colour}" style="flex-grow: ${voice.talk_seconds}"></span>`)}
      </div>
      <ul class="voices">
        ${all.map((voice) => row(voice, rename))}
      </ul>
    </section>
  `;
}

function spoken({ name, speaker, share }) {
  return `${name ?? speaker} ${percent(share)}`;
}

function row(voice, rename) {
  return html`
    <li>
      <span class="dot colour-${voice.colour}"></span>
      <input
        .value=${voice.name ?? ""}
        placeholder=${voice.speaker}
        maxlength="100"
        aria-label=${say("name_of", { speaker: voice.speaker })}
        ?disabled=${!rename}
        @change=${(event) => take(event.target, voice, rename)}
      />
      ${rename && voice.name_origin === "person"
        ? html`<button class="undo" @click=${() => rename(voice.speaker, "")}>${say("undo")}</button>`
        : nothing}
      <span class="talk">${clock(voice.talk_seconds)} · ${percent(voice.share)}</span>
    </li>
  `;
}

/** Rename a voice as the field says; then the field says what it is called: a name may be refused, or be found again where there is none. */
async function take(field, voice, rename) {
  field.value = await rename(voice.speaker, field.value.trim());
}
