// The space of Kontur Talk: whether its recordings come in by themselves, how far each is, and import by hand.

import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { html, nothing, render } from "./vendor/lit-html/lit-html.js";
import { ask } from "./api.js";
import { bar, meetingAddress } from "./bar.js";
import { listed, listOf, more } from "./lists.js";
import { reason, trouble } from "./state.js";
import { regularly } from "./waiting.js";
import { moment, say } from "./wording.js";

const REFRESH_MILLISECONDS = 5000;

export function open(place) {
  const view = { subscription: null, unknown: null, told: null };
  const list = listOf({
    ask: (cursor) => ask("/kontur-talk/recordings", { parameters: { cursor } }),
    id: (recording) => recording.key,
    when: (recording) => recording.created_at,
    changed: draw,
  });

  function draw() {
    render(page(view, list, { fetchOne, byKey }), place);
  }

  function look() {
    return ask("/kontur-talk/subscription").then(
      (subscription) => show({ subscription, unknown: null }),
      (failure) => show({ unknown: failure }),
    );
  }

  async function fetchOne(key) {
    try {
      const fetched = await ask(`/kontur-talk/recordings/${encodeURIComponent(key)}/import`, { method: "POST" });
      list.items = list.items?.map((old) => (old.key === key ? fetched : old)) ?? null;
      show({ told: say("will_be_fetched", { title: fetched.title ?? key }) });
    } catch (failure) {
      show({ told: reason(failure) });
    }
  }

  function byKey(event) {
    event.preventDefault();
    fetchOne(new FormData(event.target).get("key").trim());
    event.target.reset();
  }

  function show(news) {
    Object.assign(view, news);
    draw();
  }

  draw();
  look();
  list.load();
  regularly(() => REFRESH_MILLISECONDS, () => Promise.all([look(), list.refresh()]));
}

function page({ subscription, unknown, told }, list, { fetchOne, byKey }) {
  return html`
    ${bar("kontur_talk")}
    <div class="page">
      <h1>${say("kontur_talk")}</h1>
      ${unknown ? notice(unknown) : nothing} ${list.failure && !isOff(unknown) ? notice(list.failure) : nothing}
      ${subscription ? connection(subscription) : nothing} ${isOff(unknown) ? nothing : recordings(list, told, { fetchOne, byKey })}
    </div>
  `;
}

function isOff(failure) {
  return failure?.problem?.code === "kontur_talk_off";
}

function notice(failure) {
  return html`<p class="notice" role="alert">${reason(failure, "silent")}</p>`;
}

function recordings(list, told, { fetchOne, byKey }) {
  return html`
    <form class="filters" @submit=${byKey}>
      <label class="wide"><span>${say("recording_key")}</span><input name="key" required maxlength="200" /></label>
      <button class="button primary">${say("fetch")}</button>
    </form>
    <p role="status">${told ?? nothing}</p>
    ${listed(list, (items) => table(items, fetchOne), "no_recordings_there")}
    ${more(list)}
  `;
}

function connection({ webhooks, unlisted, polled_at: polled, trouble: faring, last_event_at: event, waiting, failed }) {
  const events = unlisted ? "events_not_known" : webhooks.some((each) => each.activated) ? "events_come" : "events_do_not_come";
  return html`
    <dl class="connection">
      <dt>${say("events")}</dt>
      <dd>${say(events)}${event ? html` · ${say("last_event", { when: moment(event) })}` : nothing}</dd>
      <dt>${say("polling")}</dt>
      <dd>${polled ? say(faring ? "poll_broke_off" : "polled", { when: moment(polled) }) : say("not_polled")}</dd>
      <dt>${say("fetching")}</dt>
      <dd>${say("waiting_and_failed", { waiting, failed })}</dd>
    </dl>
  `;
}

function table(items, fetchOne) {
  return html`
    <table>
      <thead>
        <tr>
          ${["title", "when", "participants", "status", "import"].map((name) => html`<th scope="col">${say(name)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${repeat(items, ({ key }) => key, (item) => row(item, fetchOne))}
      </tbody>
    </table>
  `;
}

function row({ key, title, created_at: made, participants, state, task_id: taskId, error }, fetchOne) {
  const name = title ?? key;
  return html`
    <tr>
      <th scope="row">${taskId ? html`<a href=${meetingAddress(taskId)}>${name}</a>` : name}</th>
      <td class="when" data-name=${say("when")}>${made ? moment(made) : "–"}</td>
      <td data-name=${say("participants")}>${participants.join(", ") || "–"}</td>
      <td data-name=${say("status")}>${say(`arrival_${state ?? "unknown"}`)} ${error ? whyNot(error) : nothing}</td>
      <td>
        ${state === null || state === "failed" || (state === "imported" && !taskId)
          ? html`<button class="button" @click=${() => fetchOne(key)} aria-label=${say("fetch_named", { name })}>${say("fetch")}</button>`
          : nothing}
      </td>
    </tr>
  `;
}

/** Why a recording that is in the list has not come: what is not there of it is its file. */
function whyNot(error) {
  return error.code === "kontur_talk_not_there" ? html`<span class="trouble">${say("file_not_there")}</span>` : trouble(error);
}
