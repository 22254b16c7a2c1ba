// Fields of forms.

import { html } from "./vendor/lit-html/lit-html.js";
import { say } from "./wording.js";

export const STATUSES = ["queued", "processing", "completed", "failed", "cancelled"];
export const SOURCES = ["upload", "kontur_talk", "kafka"];
export const LANGUAGES = ["ru", "en"];
export const TEMPLATES = ["meeting", "sales", "support", "interview"];

/** A choice among values, of which an empty one is any and one is `given`; `change` gets the name and what is chosen. */
export function choice(name, values, change = () => {}, given = "") {
  return html`
    <label
      ><span>${say(name)}</span
      ><select name=${name} @change=${(event) => change(name, event.target.value)}>
        ${values.map((value) => html`<option value=${value} ?selected=${value === given}>${value ? say(`${name}_${value}`) : say("any")}</option>`)}
      </select></label
    >
  `;
}

/** The first and the last day, as they are `given`; `change` as for a choice. */
export function days(change, given = {}) {
  return ["from", "to"].map(
    (name) => html`
      <label
        ><span>${say(name)}</span
        ><input type="date" name=${name} .value=${given[name] ?? ""} @change=${(event) => change(name, event.target.value)}
      /></label>
    `,
  );
}
