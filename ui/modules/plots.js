// Plotly in the reader's language and the page's colours. It is large: whoever imports this does so late.

import { language } from "./wording.js";

await import("../plotly/plotly.min.js");
const { Plotly } = globalThis;

const CONFIG = { displayModeBar: false, locale: language, responsive: true };

if (language !== "en") Plotly.register({ moduleType: "locale", name: language, dictionary: {}, format: format() });

/** Draw a chart (charts.js) in an element, or draw it anew. */
export function plot(element, chart) {
  const colours = coloursOf(element);
  const { traces, layout } = chart.picture(colours);
  Plotly.react(element, traces, { ...look(element, colours), ...layout }, CONFIG);
}

function look(element, { text, soft, ground, line }) {
  const font = { family: getComputedStyle(element).fontFamily, size: 13, color: soft };
  return {
    font,
    autosize: true,
    height: element.clientHeight,
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    margin: { l: 0, r: 8, t: 8, b: 0 },
    bargap: 0.2,
    barcornerradius: 3,
    dragmode: false,
    hovermode: "x unified",
    hoverlabel: { bgcolor: ground, bordercolor: line, font: { ...font, color: text } },
    showlegend: false, // the card has its own
  };
}

function coloursOf(element) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    text: of("--body-text-color"),
    soft: of("--soft"),
    line: of("--line"),
    ground: of("--block-background-fill"),
    first: of("--plot-first"),
    second: of("--plot-second"),
    third: of("--plot-third"),
    pale: of("--plot-pale"),
  };
}

/** How days and numbers are written on axes. */
function format() {
  const month = (number, width) => {
    const parts = new Intl.DateTimeFormat(language, { day: "numeric", month: width }).formatToParts(new Date(2026, number, 1));
    return parts.find(({ type }) => type === "month").value;
  };
  const months = (width) => Array.from({ length: 12 }, (_, number) => month(number, width));
  const [decimal, thousands] = ["decimal", "group"].map(
    (wanted) => new Intl.NumberFormat(language).formatToParts(12345.5).find(({ type }) => type === wanted).value,
  );
  return {
    decimal,
    thousands,
    months: months("long"),
    shortMonths: months("short"),
    month: "%b\n%Y", // the year only where it changes
    dayMonth: "%-d %b",
    dayMonthYear: "%-d %b %Y",
  };
}
