// Charts of bars that lie one below another, under their names and values: stages, failures, voices.

import { FIXED } from "./axes.js";
import { inWords } from "./state.js";
import { lasting, number, say } from "./wording.js";

const ROW_HEIGHT = 44;
const MOST = 8;
const CHARACTERS = 43; // of a name and a value, on a phone

export function stages(found) {
  const rows = found.map(({ stage, seconds: { median, p95 } }) => ({
    name: say(`stage_${stage}`),
    value: median,
    further: p95,
    written: `${lasting(median)} · ${lasting(p95)}`,
    cells: [lasting(median), lasting(p95)],
  }));
  const legend = [
    { name: say("median"), colour: "first" },
    { name: say("p95"), colour: "pale" },
  ];
  const chart = ranked("stages", rows, [say("stage"), ...legend.map(({ name }) => name)]);
  return { ...chart, legend, nothing: say("nothing_processed") };
}

export function failures(found) {
  const rows = found.map(({ code, calls }) => ({
    name: inWords(code),
    value: calls,
    written: number(calls),
    cells: [number(calls)],
  }));
  return { ...ranked("failures", rows, [say("reason"), say("calls")]), nothing: say("nothing_failed") };
}

export function talkers(found) {
  const rows = found.map(({ name, calls, hours }) => ({
    name,
    value: hours,
    written: lasting(3600 * hours),
    cells: [lasting(3600 * hours), number(calls)],
  }));
  return { ...ranked("talkers", rows, [say("name"), say("spoke"), say("calls")]), nothing: say("no_names") };
}

/** A chart of rows: a bar as long as the `value`, and behind it a pale one as long as what is `further`, if anything is. */
function ranked(name, rows, head) {
  const shown = rows.slice(0, MOST);
  return {
    name,
    heading: say(name),
    height: ROW_HEIGHT * shown.length,
    head,
    rows: rows.map((row) => [row.name, ...row.cells]),
    picture: ({ first, pale, text }) => ({
      traces: [bars(shown.map(end), pale), bars(shown.map((row) => row.value), first)],
      layout: {
        barmode: "overlay",
        hovermode: false,
        margin: { l: 0, t: 0, b: 0, r: 0 },
        xaxis: { ...FIXED, visible: false, range: [0, Math.max(...shown.map(end))] },
        yaxis: { ...FIXED, visible: false, range: [shown.length - 0.75, -0.75] },
        annotations: shown.flatMap((row, place) => [
          words(cut(row.name, CHARACTERS - row.written.length), place, { x: 0, xanchor: "left", font: { color: text, size: 12 } }),
          words(row.written, place, { x: 1, xanchor: "right", font: { size: 12 } }),
        ]),
      },
    }),
  };
}

function end({ value, further }) {
  return further ?? value;
}

function bars(values, color) {
  return { type: "bar", orientation: "h", x: values, y: values.map((_, place) => place), width: 0.24, marker: { color } };
}

/** Words above a bar. */
function words(text, place, style) {
  return { text: plain(text), y: place, xref: "paper", yanchor: "bottom", yshift: 6, showarrow: false, ...style };
}

function cut(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** Plotly would take tags for tags. */
function plain(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
