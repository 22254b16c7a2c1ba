// The history: every recording, the latest call first, narrowed by filters, kept up to date while one looks.

import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { html, nothing, render } from "./vendor/lit-html/lit-html.js";
import { ask, hasEnded } from "./api.js";
import { bar, meetingAddress, ROOT } from "./bar.js";
import { inTime } from "./calendar.js";
import { choice, days, LANGUAGES, SOURCES, STATUSES } from "./fields.js";
import { listed, listOf, more } from "./lists.js";
import { badge, doing, reason } from "./state.js";
import { regularly } from "./waiting.js";
import { keepWanted, wantedIn } from "./wanted.js";
import { clock, moment, say } from "./wording.js";

const REFRESH_MILLISECONDS = 4000;
const SEARCH_MILLISECONDS = 20_000; // titles are searched one by one
const PAGE_SIZE = 25;
const FILTERS = ["q", "status", "source", "language", "from", "to"];

export function open(place) {
  let filters = wantedIn(location.search, FILTERS);
  const list = listOf({
    ask: (cursor) => tasks(filters, cursor),
    id: (task) => task.task_id,
    when: (task) => task.held_at,
    changed: draw,
  });

  function draw() {
    render(page(list, filters, narrow), place);
  }

  function narrow(name, value) {
    filters = wantedIn({ ...filters, [name]: value }, FILTERS);
    keepWanted(filters);
    list.load();
  }

  draw();
  list.load();
  regularly(() => (filters.q ? SEARCH_MILLISECONDS : REFRESH_MILLISECONDS), () => list.refresh(anew));
}

function tasks(filters, cursor) {
  return ask("/tasks", { parameters: { ...inTime(filters), cursor, limit: PAGE_SIZE } });
}

/** How far a task is that was under way. */
function anew(task) {
  return hasEnded(task) ? task : ask(`/tasks/${task.task_id}`).catch(() => task);
}

function page(list, filters, narrow) {
  const { failure } = list;
  return html`
    ${bar("meetings")}
    <div class="page">
      <div class="title"><h1>${say("meetings")}</h1><a class="button" href="${ROOT}upload">${say("send_recording")}</a></div>
      ${fields(filters, narrow)} ${failure ? html`<p class="notice" role="alert">${reason(failure, "silent")}</p>` : nothing}
      ${listed(list, table, Object.keys(filters).length ? "nothing_found" : "no_meetings")}
      ${more(list)}
    </div>
  `;
}

function fields(filters, narrow) {
  return html`
    <form class="filters" role="search" @submit=${(event) => event.preventDefault()}>
      <label class="wide"
        ><span>${say("title")}</span
        ><input type="search" value=${filters.q ?? ""} @change=${(event) => narrow("q", event.target.value)} placeholder=${say("title_part")}
      /></label>
      ${choice("status", ["", ...STATUSES], narrow, filters.status)} ${choice("source", ["", ...SOURCES], narrow, filters.source)}
      ${choice("language", ["", ...LANGUAGES], narrow, filters.language)} ${days(narrow, filters)}
    </form>
  `;
}

function table(items) {
  return html`
    <table class="meetings">
      <thead>
        <tr>
          ${["title", "when", "duration", "participants", "source", "language", "status"].map((name) => html`<th scope="col">${say(name)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${repeat(items, (task) => task.task_id, row)}
      </tbody>
    </table>
  `;
}

function row(task) {
  return html`
    <tr>
      <th scope="row"><a href=${meetingAddress(task.task_id)}>${task.title}</a></th>
      <td class="when" data-name=${say("when")}>${moment(task.held_at)}</td>
      <td data-name=${say("duration")}>${task.duration_seconds ? clock(task.duration_seconds) : "–"}</td>
      <td class="speaking" data-name=${say("participants")}>${names(task.speakers)}</td>
      <td data-name=${say("source")}>${say(`source_${task.source}`)}</td>
      <td data-name=${say("language")}>${task.language ? say(`language_${task.language}`) : "–"}</td>
      <td data-name=${say("status")}>${badge(task)} ${doing(task)}</td>
    </tr>
  `;
}

/** Who speaks, as far as there is room for it, and how many they are where that may not be seen. */
function names(speakers) {
  if (!speakers.length) return "–";
  const all = speakers.join(", ");
  return html`
    <span class="names" title=${all}><span>${all}</span> ${speakers.length > 2 ? html`<b>${say("people", { count: speakers.length })}</b>` : nothing}</span>
  `;
}
