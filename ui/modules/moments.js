// Buttons by which a moment of the recording is heard, and shown to others.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { clock, say } from "./wording.js";

/** A button with a moment's time, at which `play` begins. */
export function heardAt(second, play) {
  return html`
    <button class="moment" @click=${() => play(second)} aria-label=${say("play_from", { time: clock(second) })}>
      ${clock(second)}
    </button>
  `;
}

/** A button that copies the address of the moment that is being heard, where the browser lets a page copy. */
export function copier(isCopied, copy) {
  if (!navigator.clipboard) return nothing;
  return html`<p class="copier" aria-live="polite"><button class="undo" @click=${copy}>${say(isCopied ? "link_copied" : "copy_link")}</button></p>`;
}
