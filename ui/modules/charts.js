// What the plots of the statistics show, each with the table that says the same.
//
// A chart has a `name`, a `heading`, perhaps a `note` and a `legend` (names and their colours), the `head` and the `rows` of
// its table, what to say where there are none (`nothing`), a `height` in pixels, and its `picture`: Plotly's traces and
// layout, in given colours.

import { HEIGHT, ofAmount, ofCalls, ofDays } from "./axes.js";
import { daysOf, mondayOf } from "./calendar.js";
import { SOURCES } from "./fields.js";
import { failures, stages, talkers } from "./ranks.js";
import { shares } from "./shares.js";
import { day, lasting, number, say } from "./wording.js";

const MANY_DAYS = 92; // of which bars would be hairs, and lines a thicket
const COLOURS = { upload: "first", kontur_talk: "second", kafka: "third" };

export function charts(stats) {
  const days = daysOf(stats.since, stats.until);
  const came = days.length > MANY_DAYS ? byWeek(stats.days, days) : { found: stats.days, days, per: "day", length: 1 };
  return [
    bySource("calls", came, number, ofCalls),
    bySource("hours", came, (hours) => number(hours, 2), ofAmount),
    processing(stats.days, days),
    speed(stats.days, days),
    stages(stats.stages),
    failures(stats.failures),
    shares(stats.largest_shares),
    talkers(stats.talkers),
  ];
}

function byWeek(found, days) {
  const weeks = Map.groupBy(found, ({ day }) => mondayOf(day));
  return {
    found: [...weeks].map(([day, each]) => ({ day, sources: each.flatMap(({ sources }) => sources) })),
    days: [...new Set(days.map(mondayOf))],
    per: "week",
    length: 7,
  };
}

function bySource(measure, { found, days, per, length }, written, axis) {
  const sum = (some) => some.reduce((together, each) => together + each[measure], 0);
  const of = (one, source) => sum(one?.sources.filter((each) => each.source === source) ?? []);
  const sources = SOURCES.filter((source) => found.some((one) => of(one, source)));
  const all = new Map(found.map((one) => [one.day, one]));
  return {
    name: measure,
    heading: say(`${measure}_by_${per}`),
    legend: sources.map((source) => ({ name: say(`source_${source}`), colour: COLOURS[source] })),
    height: HEIGHT,
    head: [say(per), ...sources.map((source) => say(`source_${source}`)), say("together")],
    rows: found.map((one) => [day(one.day), ...sources.map((source) => written(of(one, source))), written(sum(one.sources))]),
    picture: (colours) => ({
      traces: sources.map((source) => ({
        type: "bar",
        name: say(`source_${source}`),
        x: days,
        y: days.map((each) => of(all.get(each), source)),
        customdata: days.map((each) => written(of(all.get(each), source))),
        hovertemplate: "%{customdata}",
        marker: { color: colours[COLOURS[source]] },
      })),
      layout: { barmode: "stack", xaxis: ofDays(days, length), yaxis: axis(colours) },
    }),
  };
}

function processing(found, days) {
  const longest = Math.max(...found.map((one) => one.processing?.seconds.p95 ?? 0));
  const [unit, size] = longest < 120 ? ["seconds", 1] : longest < 7200 ? ["minutes", 60] : ["hours", 3600];
  return spread("processing_by_day", found, days, {
    heading: say("processing_by_day", { unit: say(unit) }),
    of: (one) => one.processing?.seconds,
    scale: (seconds) => seconds / size,
    written: lasting,
    legend: twoLines("median", "p95"),
  });
}

function speed(found, days) {
  return spread("speed_by_day", found, days, {
    heading: say("speed_by_day"),
    of: (one) => one.processing?.times_real_time,
    scale: (times) => times,
    written: (times) => `× ${number(times, 1)}`,
    legend: twoLines("median", "p5"),
  });
}

/** What half of the calls keep to, and what 95 of 100 do, day by day; a day of which it is not known is a gap. */
function spread(name, found, days, { heading, of, scale, written, legend }) {
  const known = new Map(found.filter(of).map((one) => [one.day, of(one)]));
  return {
    name,
    heading,
    legend,
    nothing: say("nothing_processed"),
    height: HEIGHT,
    head: [say("day"), ...legend.map((line) => line.name)],
    rows: [...known].map(([each, { median, p95 }]) => [day(each), written(median), written(p95)]),
    picture: (colours) => ({
      traces: ["median", "p95"].map((which, place) => ({
        type: "scatter",
        mode: days.length > MANY_DAYS ? "markers" : "lines+markers",
        name: legend[place].name,
        x: days,
        y: days.map((each) => (known.has(each) ? scale(known.get(each)[which]) : null)),
        customdata: days.map((each) => known.has(each) && written(known.get(each)[which])),
        hovertemplate: "%{customdata}",
        line: { color: colours[legend[place].colour], width: 2 },
        marker: { size: 5 },
      })),
      layout: { xaxis: ofDays(days), yaxis: ofAmount(colours) },
    }),
  };
}

function twoLines(half, most) {
  return [
    { name: say(half), colour: "first" },
    { name: say(most), colour: "second" },
  ];
}
