// What became of the calls of a time: figures and plots, kept up to date while one looks.

import { html, nothing, render } from "./vendor/lit-html/lit-html.js";
import { ask, Refused } from "./api.js";
import { bar, ROOT } from "./bar.js";
import { inTime, lastDays, timeZone } from "./calendar.js";
import { charts } from "./charts.js";
import { days } from "./fields.js";
import { figures } from "./figures.js";
import { awaited, reason } from "./state.js";
import { regularly } from "./waiting.js";
import { keepWanted } from "./wanted.js";
import { say } from "./wording.js";

const LENGTHS = [7, 30, 90, 365];
const REFRESH_MILLISECONDS = 60_000;

export function open(place) {
  const view = { time: timeOf(location.search), stats: null, failure: null };

  async function load() {
    const { time } = view;
    const news = await ask("/stats", { parameters: { ...inTime(range(time)), tz: timeZone } }).then(
      (stats) => ({ stats, failure: null }),
      (failure) => (failure instanceof Refused ? { stats: null, failure } : { failure }),
    );
    if (time !== view.time) return; // another has been chosen meanwhile
    Object.assign(view, news);
    draw();
  }

  async function draw() {
    render(page(view, choose), place);
    const { plot } = await import("./plots.js");
    for (const element of place.querySelectorAll(".plot")) plot(element, element.chart);
  }

  function choose(time) {
    Object.assign(view, { time, stats: null });
    draw();
    keepWanted(time);
    load();
  }

  draw();
  load();
  regularly(() => REFRESH_MILLISECONDS, load);
  new MutationObserver(draw).observe(document.body, { attributeFilter: ["class"] }); // where the theme says it is dark
}

/** What an address asks for: `days` until today, or `from` a day `to` another. */
function timeOf(query) {
  const { days: length, from, to } = Object.fromEntries(new URLSearchParams(query));
  return from || to ? { from, to } : { days: LENGTHS.find((each) => String(each) === length) ?? 30 };
}

function range({ days: length, from, to }) {
  return length ? lastDays(length) : { from, to };
}

function page({ time, stats, failure }, choose) {
  return html`
    ${bar("analytics")}
    <div class="page">
      <h1>${say("analytics")}</h1>
      ${period(time, choose)} ${failure ? html`<p class="notice" role="alert">${why(failure)}</p>` : nothing}
      ${stats ? whole(stats) : failure ? nothing : awaited()}
    </div>
  `;
}

function period(time, choose) {
  const shown = range(time);
  return html`
    <form class="filters" @submit=${(event) => event.preventDefault()}>
      <div class="lengths" role="group" aria-label=${say("period")}>
        ${LENGTHS.map(
          (length) => html`
            <button type="button" class="button" aria-pressed=${length === time.days} @click=${() => choose({ days: length })}>
              ${say(`last_${length}`)}
            </button>
          `,
        )}
      </div>
      ${days((name, day) => choose({ ...shown, [name]: day }), shown)}
    </form>
  `;
}

function why(failure) {
  return failure.status === 422 ? say("look_at_the_days") : reason(failure, "silent");
}

function whole(stats) {
  return html`
    ${figures(stats)}
    ${stats.days.length
      ? html`<div class="charts">${charts(stats).map(card)}</div>`
      : html`<p class="empty">${say("no_calls_then")} <a href="${ROOT}upload">${say("send_recording")}</a></p>`}
  `;
}

function card(chart) {
  return html`
    <section class="chart" aria-labelledby=${chart.name}>
      <h2 id=${chart.name}>${chart.heading}</h2>
      ${chart.note ? html`<p class="facts">${chart.note}</p>` : nothing}
      ${chart.rows.length
        ? html`
            ${chart.legend ? legend(chart.legend) : nothing}
            <div class="plot" role="img" aria-label=${say("plot_of", { what: chart.heading })} style="height: ${chart.height}px" .chart=${chart}></div>
            <details>
              <summary>${say("in_a_table")}</summary>
              ${table(chart)}
            </details>
          `
        : html`<p class="empty">${chart.nothing}</p>`}
    </section>
  `;
}

function legend(names) {
  return html`
    <ul class="legend">
      ${names.map(({ name, colour }) => html`<li><span class="dot" style="--voice: var(--plot-${colour})"></span>${name}</li>`)}
    </ul>
  `;
}

function table({ head, rows }) {
  return html`
    <table>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, ...cells]) => html`
            <tr>
              <th scope="row">${name}</th>
              ${cells.map((cell, place) => html`<td data-name=${head[place + 1]}>${cell}</td>`)}
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
