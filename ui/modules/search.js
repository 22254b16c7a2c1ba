// Search in what was said: each hit with its words marked; a click opens the meeting at that second.

import { html, nothing, render } from "./vendor/lit-html/lit-html.js";
import { ask } from "./api.js";
import { bar, meetingAddress } from "./bar.js";
import { inTime } from "./calendar.js";
import { choice, days, LANGUAGES, SOURCES } from "./fields.js";
import { listed, listOf, more } from "./lists.js";
import { reason } from "./state.js";
import { keepWanted, wantedIn } from "./wanted.js";
import { clock, moment, say } from "./wording.js";

const WANTED = ["q", "speaker", "source", "language", "from", "to"];

export function open(place) {
  let wanted = wantedIn(location.search, WANTED);
  const list = listOf({
    ask: (cursor) => ask("/search", { parameters: { ...inTime(wanted), cursor } }),
    id: (hit) => `${hit.task_id} ${hit.at}`,
    changed: draw,
  });

  function draw() {
    render(page(list, wanted, { narrow: want, find }), place);
  }

  function find(event) {
    event.preventDefault();
    want();
  }

  /** Search for what all of the form's fields say now, if they say anything to search for: until then the hits stay. */
  function want() {
    const news = wantedIn(new FormData(place.querySelector("form")), WANTED);
    if (!news.q) return;
    wanted = news;
    keepWanted(wanted);
    list.load();
  }

  draw();
  if (wanted.q) list.load();
}

function page(list, wanted, { narrow, find }) {
  return html`
    ${bar("search")}
    <div class="page">
      <h1>${say("search")}</h1>
      <form class="filters" role="search" @submit=${find}>
        <label class="wide"
          ><span>${say("search_for")}</span
          ><input type="search" name="q" required maxlength="200" value=${wanted.q ?? ""} placeholder=${say("search_example")}
        /></label>
        <label class="wide"
          ><span>${say("speaker")}</span
          ><input name="speaker" maxlength="100" value=${wanted.speaker ?? ""} placeholder=${say("speaker_example")}
        /></label>
        ${choice("source", ["", ...SOURCES], narrow, wanted.source)} ${choice("language", ["", ...LANGUAGES], narrow, wanted.language)}
        ${days(narrow, wanted)}
        <button class="button primary">${say("find")}</button>
      </form>
      <p class="facts" role="status">${list.items?.length ? say("shown", { count: list.items.length }) : nothing}</p>
      ${list.failure ? html`<p class="notice" role="alert">${reason(list.failure)}</p>` : nothing} ${listed(list, hits, "nothing_found")}
      ${more(list)}
    </div>
  `;
}

function hits(items) {
  return html`<ul class="hits">
    ${items.map(hit)}
  </ul>`;
}

function hit(found) {
  const { task_id: taskId, title, at, speaker, name, snippet } = found;
  return html`
    <li>
      <h2><a href=${meetingAddress(taskId, at)}>${title}</a></h2>
      <span class="facts">${moment(found.held_at)} · ${clock(at)} · ${name ?? speaker}</span>
      <p>${snippet.map(({ text, hit: marked }) => (marked ? html`<mark>${text}</mark>` : text))}</p>
    </li>
  `;
}
