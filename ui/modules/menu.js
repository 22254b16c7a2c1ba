// What can be done with a meeting: take it away, stop its work or have it made anew, delete it.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { address, hasEnded } from "./api.js";
import { timeZone } from "./calendar.js";
import { TEMPLATES } from "./fields.js";
import { say } from "./wording.js";

const FORMATS = ["docx", "md", "txt", "srt", "vtt", "json"];
const STAGES = ["decoding", "diarizing", "transcribing", "summarizing"];

export function menu(task, { again, cancel, remove }) {
  return html`
    <div class="menu">
      ${task.language ? choices("save_as", FORMATS.map((format) => download(task, format))) : nothing}
      ${hasEnded(task)
        ? choices("do_again", [...STAGES.map((stage) => fromStage(stage, again)), ...others(task).map((template) => inTemplate(template, again))])
        : html`<button class="button" @click=${cancel}>${say("cancel")}</button>`}
      <button class="button danger" @click=${remove}>${say("remove")}</button>
    </div>
  `;
}

function fromStage(stage, again) {
  return html`<button @click=${() => again({ from: stage })}>${say(`again_${stage}`)}</button>`;
}

function inTemplate(template, again) {
  return html`<button @click=${() => again({ template })}>${say("again_in_template", { template: say(`template_${template}`) })}</button>`;
}

/** The kinds of call that a task is not done as. */
function others(task) {
  return TEMPLATES.filter((template) => template !== task.template);
}

function choices(name, all) {
  return html`
    <details name="menu">
      <summary class="button">${say(name)}</summary>
      <ul @click=${close}>
        ${all.map((choice) => html`<li>${choice}</li>`)}
      </ul>
    </details>
  `;
}

/** Close the menu in which something has been chosen. */
function close({ currentTarget: { parentElement: menu } }) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

function download({ task_id: taskId }, format) {
  return html`<a href=${address(`/results/${taskId}/export`, { format, tz: timeZone })} download>${say(`format_${format}`)}</a>`;
}
