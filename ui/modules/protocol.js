// The protocol: what was decided, who does what by when, and how far it can be relied on.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { heardAt } from "./moments.js";
import { onProtocol } from "./remarks.js";
import { say } from "./wording.js";

export function protocol(result, play) {
  const { protocol: made } = result;
  return html`
    <section class="protocol" aria-labelledby="protocol">
      <h2 id="protocol">${say("protocol")}</h2>
      ${onProtocol(made)} ${result.summary ? html`<p class="summary">${result.summary}</p>` : nothing}
      ${points("decisions", made.decisions, play)} ${tasks(made.action_items, play)} ${points("key_points", made.key_points, play)}
    </section>
  `;
}

function points(heading, list, play) {
  if (!list.length) return nothing;
  return html`
    <h3>${say(heading)}</h3>
    <ul class="points">
      ${list.map((point) => html`<li>${point.text} ${point.at.map((second) => heardAt(second, play))}</li>`)}
    </ul>
  `;
}

function tasks(items, play) {
  if (!items.length) return nothing;
  return html`
    <h3>${say("action_items")}</h3>
    <table class="tasks">
      <thead>
        <tr>
          <th scope="col">${say("task")}</th>
          <th scope="col">${say("owner")}</th>
          <th scope="col">${say("due")}</th>
        </tr>
      </thead>
      <tbody>
        ${items.map(
          ({ task, owner, due, at }) => html`
            <tr>
              <td>${task} ${at.map((second) => heardAt(second, play))}</td>
              <td data-name=${say("owner")}>${owner ?? "–"}</td>
              <td data-name=${say("due")}>${due ?? "–"}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
