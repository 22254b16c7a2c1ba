// The axes of plots.

import { say } from "./wording.js";

export const HEIGHT = 280;
/** A finger that drags it scrolls the page. */
export const FIXED = { automargin: true, fixedrange: true, zeroline: false, ticklabelstandoff: 4 };

const FEW = 4;
const FEW_CALLS = 5;
const DAY_MILLISECONDS = 86_400_000;

/** Days from left to right, or weeks by their first days. */
export function ofDays(days, length = 1) {
  const half = (length * DAY_MILLISECONDS) / 2;
  return {
    ...FIXED,
    type: "date",
    range: [Date.parse(days[0]) - half, Date.parse(days.at(-1)) + half],
    dtick: days.length > FEW ? undefined : length * DAY_MILLISECONDS,
    tickangle: 0,
    hoverformat: say(length === 1 ? "hovered_day" : "hovered_week"),
    showgrid: false,
  };
}

/** An amount from nothing upwards. */
export function ofAmount({ line }) {
  return { ...FIXED, rangemode: "tozero", gridcolor: line, nticks: 6 };
}

/** Calls from none upwards, far enough for whole numbers. */
export function ofCalls(colours) {
  return { ...ofAmount(colours), autorangeoptions: { include: FEW_CALLS } };
}
