// Lets in whoever has a key, where the server wants one, and then opens the page.

import { html, nothing, render } from "./vendor/lit-html/lit-html.js";
import { bar } from "./bar.js";
import { enter, isShut } from "./session.js";
import { reason } from "./state.js";
import { say } from "./wording.js";

/** Open the view `name` in `place`, or ask for a key. */
export async function open(place, name) {
  document.title = `${say(isShut ? "enter" : name)} · CallScribe`;
  if (isShut) return knock(place);
  const view = await import(`./${name}.js`);
  view.open(place);
}

function knock(place, trouble = null) {
  render(form(trouble, tried), place);

  async function tried(event) {
    event.preventDefault();
    try {
      await enter(new FormData(event.target).get("key").trim());
    } catch (failure) {
      knock(place, failure.status === 401 ? say("wrong_key") : reason(failure));
    }
  }
}

function form(trouble, tried) {
  return html`
    ${bar(null)}
    <div class="page">
      <form class="door" @submit=${tried}>
        <h1>${say("enter")}</h1>
        <label><span>${say("key")}</span><input name="key" type="password" autocomplete="current-password" required /></label>
        ${trouble ? html`<p class="trouble" role="alert">${trouble}</p>` : nothing}
        <button class="button primary">${say("enter")}</button>
        <p class="facts">${say("where_keys_come_from")}</p>
      </form>
    </div>
  `;
}
