// How much of a call's talk is its largest voice's: how many calls there are by tenths.

import { FIXED, HEIGHT, ofCalls } from "./axes.js";
import { number, percent, say } from "./wording.js";

export function shares(tenths) {
  const written = tenths.map(({ above, up_to: upTo }) => `${Math.round(100 * above)}–${percent(upTo)}`);
  const calls = tenths.map((each) => each.calls);
  return {
    name: "largest_shares",
    heading: say("largest_shares"),
    note: say("largest_shares_note"),
    nothing: say("no_transcripts"),
    height: HEIGHT,
    head: [say("share"), say("calls")],
    rows: calls.some(Boolean) ? tenths.map((_, place) => [written[place], number(calls[place])]) : [],
    picture: (colours) => ({
      traces: [
        {
          type: "bar",
          x: tenths.map(({ above, up_to: upTo }) => 50 * (above + upTo)),
          y: calls,
          customdata: written,
          hovertemplate: "%{customdata}: %{y}<extra></extra>",
          marker: { color: colours.first },
        },
      ],
      layout: {
        bargap: 0.08,
        hovermode: "closest",
        xaxis: { ...FIXED, range: [-1, 101], tick0: 10, dtick: 20, ticksuffix: percent(0).slice(1), showgrid: false },
        yaxis: ofCalls(colours),
      },
    }),
  };
}
