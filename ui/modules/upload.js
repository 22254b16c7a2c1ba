// Sending recordings: several at once, straight to the API, each followed to its protocol.

import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { html, nothing, render } from "./vendor/lit-html/lit-html.js";
import { Refused } from "./api.js";
import { bar, meetingAddress } from "./bar.js";
import { choice, LANGUAGES, TEMPLATES } from "./fields.js";
import { outbox } from "./outbox.js";
import { session } from "./session.js";
import { badge, doing, gauge, reason } from "./state.js";
import { lasting, megabytes, percent, say } from "./wording.js";

const OF_ONE = ["title", "started_at"]; // fields of one recording, once

export function open(place) {
  const held = { files: [], note: null }; // files are held while a field has what cannot be sent with them
  const draw = () => render(page(sent, held, { take, hover }), place);
  const sent = outbox(draw);

  function take(files, form) {
    held.files.push(...files);
    if (!held.files.length) return;
    const isFit = form.reportValidity();
    held.note = isFit ? null : say("files_wait_for_fields");
    if (isFit) put(held.files.splice(0), form);
    draw();
  }

  function put(files, form) {
    const fields = Object.fromEntries(new FormData(form));
    const isOne = files.length === 1;
    const given = OF_ONE.filter((name) => fields[name]);
    if (given.length && !isOne) held.note = say("not_used_for_several");
    for (const name of given) {
      if (isOne) form.elements[name].value = "";
      else delete fields[name];
    }
    if (fields.started_at) fields.started_at = new Date(fields.started_at).toISOString(); // typed in the reader's time zone
    sent.put(files, fields);
  }

  function hover(event, inside) {
    event.preventDefault();
    event.currentTarget.classList.toggle("inside", inside);
  }

  addEventListener("beforeunload", (event) => {
    if (sent.isSending()) event.preventDefault(); // the browser asks whether to leave
  });
  draw();
}

function page(sent, { note }, actions) {
  return html`
    ${bar("upload")}
    <div class="page">
      <h1>${say("upload")}</h1>
      <form class="sending" @submit=${(event) => event.preventDefault()} @change=${(event) => actions.take([], event.currentTarget)}>
        ${drop(actions)}
        <div class="filters">
          <label class="wide"><span>${say("title")}</span><input name="title" maxlength="300" placeholder=${say("title_default")} /></label>
          <label><span>${say("started_at")}</span><input name="started_at" type="datetime-local" /></label>
          ${choice("language", ["auto", ...LANGUAGES])} ${choice("template", TEMPLATES)}
          <label><span>${say("num_speakers")}</span><input name="num_speakers" type="number" min="1" max="30" placeholder=${say("unknown")} /></label>
        </div>
        <p role="status">${note ?? nothing}</p>
      </form>
      ${sent.all.length ? html`<p class="facts" role="status">${sentSoFar(sent.all)}</p>
            <ul class="sent">${repeat(sent.all, ({ key }) => key, (one) => item(one, sent.again))}</ul>` : nothing}
    </div>
  `;
}

function drop({ take, hover }) {
  return html`
    <label
      class="drop"
      @dragover=${(event) => hover(event, true)}
      @dragleave=${(event) => hover(event, false)}
      @drop=${(event) => {
        hover(event, false);
        take(event.dataTransfer.files, event.currentTarget.closest("form"));
      }}
    >
      <strong>${say("drop_here")}</strong>
      <span>${say("formats")}</span>
      ${session.max_upload_bytes ? html`<span>${say("size_limit", { size: megabytes(session.max_upload_bytes) })}</span>` : nothing}
      <input
        type="file"
        multiple
        accept="audio/*,video/*"
        aria-label=${say("choose_files")}
        @change=${(event) => {
          take(event.target.files, event.target.form);
          event.target.value = "";
        }}
      />
    </label>
  `;
}

function item(one, again) {
  const { file, taskId, task, failure } = one;
  return html`
    <li>
      <span class="name">${taskId ? html`<a href=${meetingAddress(taskId)}>${task?.title ?? file.name}</a>` : file.name}</span>
      ${task ? html`${badge(task)} ${doing(task)}` : failure ? nothing : onItsWay(one)} ${failure ? why(one, again) : nothing}
    </li>
  `;
}

/** What of it changes now and then only: it is read out. */
function sentSoFar(all) {
  const [sent, done] = [all.filter(({ taskId }) => taskId), all.filter(({ task }) => task?.status === "completed")];
  return say("sent_so_far", { sent: sent.length, all: all.length, done: done.length });
}

function onItsWay({ share, later }) {
  if (later) return html`<span class="facts">${whenLater(later)}</span>`;
  if (share === null) return html`<span class="facts">${say("waits_to_be_sent")}</span>`;
  return gauge(say("being_sent", { percent: percent(share) }), share);
}

function whenLater({ problem, later }) {
  return say(problem.code === "queue_full" ? "later_queue_full" : "later_too_often", { time: lasting(later) });
}

function why(one, again) {
  const { taskId, failure } = one;
  return html`
    <span role="alert">${reason(failure, taskId ? "silent" : "broken_off")}</span>
    ${taskId || !mayPass(failure) ? nothing : html`<button class="button" @click=${() => again(one)}>${say("send_again")}</button>`}
  `;
}

/** Whether the same may be taken another time. */
function mayPass(failure) {
  return !(failure instanceof Refused) || failure.status === 429 || failure.status >= 500;
}
