// The bar above every page: where one is, and where one can go.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { leave, session } from "./session.js";
import { say } from "./wording.js";

export const ROOT = new URL("..", import.meta.url).pathname;

const PAGES = { meetings: "", search: "search", upload: "upload", kontur_talk: "kontur_talk", analytics: "analytics" };

/** Draw the bar on the page that is called `here`. */
export function bar(here) {
  return html`
    <header class="bar">
      <a class="brand" href=${ROOT}><img src="${ROOT}modules/favicon.png" alt="" width="28" height="28" />CallScribe</a>
      <nav aria-label=${say("pages")}>
        ${Object.entries(PAGES).map(
          ([name, path]) => html`
            <a href=${ROOT + path} aria-current=${name === here ? "page" : "false"}>${say(name)}</a>
          `,
        )}
      </nav>
      ${session.name
        ? html`<span class="caller">${session.name} <button class="undo" @click=${leave}>${say("leave")}</button></span>`
        : nothing}
    </header>
  `;
}

/** The address of a meeting's page, at a second where one is given. */
export function meetingAddress(taskId, second) {
  return `${ROOT}meeting?id=${encodeURIComponent(taskId)}${second === undefined ? "" : `&t=${second}`}`;
}
