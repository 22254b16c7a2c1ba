// One meeting: its player, its protocol and its transcript; whatever is clicked is heard.

import { html, nothing, render } from "./vendor/lit-html/lit-html.js";
import { ask, hasEnded, outcome, Refused } from "./api.js";
import { bar, meetingAddress, ROOT } from "./bar.js";
import { follow } from "./following.js";
import { lights } from "./lights.js";
import { menu } from "./menu.js";
import { copier } from "./moments.js";
import { player, playFrom, whyUnheard } from "./player.js";
import { protocol } from "./protocol.js";
import { onRecording } from "./remarks.js";
import { awaited, badge, doing, reason } from "./state.js";
import { speakers, voicesOf } from "./speakers.js";
import { transcript } from "./transcript.js";
import { regularly } from "./waiting.js";
import { clock, moment, say } from "./wording.js";

const LOOK_MILLISECONDS = 5000;
const SETTLED_LOOK_MILLISECONDS = 15_000;
const COPIED_MILLISECONDS = 3000;

export function open(place) {
  const query = new URLSearchParams(location.search);
  const given = query.get("id");
  const id = encodeURIComponent(given);
  const view = { task: null, result: null, shown: null, isMissing: !given, refusal: null, trouble: null, unheard: null, isCopied: false };
  let start = Number(query.get("t")); // until it has begun there
  let stop = null; // following the task
  const draw = () => render(page(view, actions), place);
  const audio = () => place.querySelector("audio");

  const actions = {
    play(second) {
      playFrom(audio(), second);
      history.replaceState(null, "", meetingAddress(given, second));
    },
    async copy() {
      const moment = meetingAddress(given, Math.floor(audio().currentTime));
      await navigator.clipboard.writeText(location.origin + moment);
      tellOfCopy(true);
      setTimeout(tellOfCopy, COPIED_MILLISECONDS, false);
    },
    ready() {
      if (start) audio().currentTime = start;
      start = 0;
      tellOfSound(null);
    },
    fail: async () => tellOfSound(await whyUnheard(view.task)),
    lit: lights(place),
    async rename(label, name) {
      await attempt(async () => {
        view.result = await ask(`/results/${id}/speakers`, { method: "PATCH", body: { [label]: name || null } });
      });
      return voicesOf(view.result).get(label)?.name ?? "";
    },
    again: (parameters) => attempt(async () => see(await ask(`/tasks/${id}/retry`, { method: "POST", parameters }))),
    cancel: () => attempt(async () => see(await ask(`/tasks/${id}/cancel`, { method: "POST" }))),
    async remove() {
      if (!confirm(say("remove_really", { title: view.task.title }))) return;
      await attempt(() => ask(`/tasks/${id}`, { method: "DELETE" }));
      if (!view.refusal) location.assign(ROOT);
    },
  };

  function tellOfCopy(isCopied) {
    view.isCopied = isCopied;
    draw();
  }

  function tellOfSound(unheard) {
    view.unheard = unheard;
    draw();
  }

  /** Do what is asked for; where it is refused, the task may be another than the reader sees. */
  async function attempt(work) {
    view.refusal = null;
    try {
      await work();
    } catch (failure) {
      view.refusal = failure;
      look();
    }
    draw();
  }

  /** Ask how the task stands. */
  async function look() {
    const [task, failure] = await outcome(ask(`/tasks/${id}`));
    if (task) see(task);
    else fail(failure);
  }

  /** Take in how the task stands, whoever has had it done anew; its result too, where that has changed. */
  function see(task) {
    document.title = `${task.title} · CallScribe`;
    if (task.status !== view.task?.status) view.refusal = null;
    view.task = task;
    keepFollowing();
    if (isShown(view)) view.trouble = null;
    else show();
    draw();
  }

  function keepFollowing() {
    if (!hasEnded(view.task)) {
      stop ??= follow(view.task.task_id, see, fail);
    } else {
      stop?.();
      stop = null;
    }
  }

  /** Fetch the result: there is one as soon as the language is known. */
  async function show() {
    const isFirst = !view.result;
    const mark = (view.shown = markOf(view.task));
    try {
      const result = await ask(`/results/${id}`);
      if (mark !== view.shown) return; // a newer one is on its way
      Object.assign(view, { result, trouble: null });
      draw();
      if (isFirst && query.has("t")) actions.lit.seeked({ target: audio() });
    } catch (failure) {
      view.shown = null;
      if (failure.status !== 409) fail(failure);
    }
  }

  function fail(failure) {
    if (failure instanceof Refused && failure.status === 404) view.isMissing = true;
    else view.trouble = failure;
    draw();
  }

  draw();
  if (view.isMissing) return;
  look();
  regularly(() => (isSettled(view) ? SETTLED_LOOK_MILLISECONDS : LOOK_MILLISECONDS), () => view.isMissing || stop || look());
}

/** What of a task changes its result: a transcript is stored before the protocol is begun. */
function markOf({ protocol_status: protocolStatus, finished_at: finished, stage }) {
  return `${protocolStatus} ${finished} ${stage === "summarizing"}`;
}

function isShown({ task, shown }) {
  return !task.language || markOf(task) === shown;
}

/** Whether nothing will change unless somebody asks for it: a degraded protocol is completed when the language model is back. */
function isSettled(view) {
  return view.task && view.task.protocol_status !== "degraded" && isShown(view);
}

function page(view, actions) {
  return html`${bar(null)}<div class="page">${troubles(view)} ${view.task && !view.isMissing ? meeting(view, actions) : waiting(view)}</div>`;
}

function waiting({ isMissing, trouble }) {
  return isMissing || trouble ? nothing : awaited();
}

function troubles({ isMissing, trouble, refusal }) {
  if (isMissing) return html`<p class="empty">${say("no_such_meeting")} <a href=${ROOT}>${say("meetings")}</a></p>`;
  return html`
    ${trouble ? html`<p class="notice" role="alert">${reason(trouble, "silent")}</p>` : nothing}
    ${refusal ? html`<p class="notice" role="alert">${reason(refusal)}</p>` : nothing}
  `;
}

function meeting({ task, result, unheard, isCopied }, actions) {
  return html`
    <div class="title">
      <div>
        <h1>${task.title}</h1>
        <p class="facts">${facts(task)} ${task.status === "completed" ? nothing : badge(task)}</p>
      </div>
      ${menu(task, actions)}
    </div>
    ${doing(task)} ${player(task, unheard, actions)} ${copier(isCopied, actions.copy)} ${result ? whole(result, task, actions) : nothing}
  `;
}

function facts(task) {
  const said = [moment(task.held_at), say(`source_${task.source}`)];
  if (task.duration_seconds) said.push(clock(task.duration_seconds));
  if (task.language) said.push(say(`language_${task.language}`));
  return said.join(" · ");
}

/** The result; where a task is done anew, that of before, whose voices may soon be others, as long as there is none in its place. */
function whole(result, task, { play, rename }) {
  const isOfBefore = task.result_of_before;
  const voices = voicesOf(result);
  return html`
    ${isOfBefore ? html`<p class="notice" role="status">${say(hasEnded(task) ? `of_before_${task.status}` : "of_before")}</p>` : nothing}
    ${onRecording(result)}
    ${result.segments.length
      ? html`<div class="columns">
          <div>${protocol(result, play)} ${speakers(voices, isOfBefore && !hasEnded(task) ? null : rename)}</div>
          ${transcript(result.segments, voices, play)}
        </div>`
      : html`<p class="empty">${say("nobody_speaks")}</p>`}
  `;
}
