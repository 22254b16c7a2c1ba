// The figures above the plots.

import { html } from "./vendor/lit-html/lit-html.js";
import { lasting, number, percent, say } from "./wording.js";

/** What the statistics come to. */
export function figures({ days, processing, queue }) {
  const all = days.flatMap(({ sources }) => sources);
  const sum = (measure) => all.reduce((together, each) => together + each[measure], 0);
  const [calls, failed] = [sum("calls"), sum("failed")];
  return html`
    <dl class="figures">
      ${figure("calls_and_meetings", number(calls))} ${figure("hours_of_sound", hours(sum("hours")))}
      ${calls
        ? figure("failed_share", percent(failed / calls, 1), say("failed_of", { failed: number(failed), calls: number(calls) }))
        : figure("failed_share")}
      ${processing ? fast(processing) : [figure("processing_time"), figure("speed")]}
      ${figure("queue", number(queue.queued), waiting(queue))}
    </dl>
  `;
}

function hours(sum) {
  return number(sum, sum < 1 ? 2 : 1);
}

function fast({ seconds, times_real_time: times }) {
  return [
    figure("processing_time", lasting(seconds.median), say("p95_is", { p95: lasting(seconds.p95) })),
    figure("speed", say("times", { times: number(Math.max(times.median, 1 / times.median), 1) }), say(times.median < 1 ? "slower" : "faster")),
  ];
}

function figure(name, value = "–", more = "") {
  return html`
    <div>
      <dt>${say(name)}</dt>
      <dd><strong>${value}</strong> <span>${more}</span></dd>
    </div>
  `;
}

function waiting({ processing, oldest_seconds: oldest }) {
  const working = say("being_worked_on", { processing: number(processing) });
  return oldest === null ? working : `${working}, ${say("oldest_waits", { time: lasting(oldest) })}`;
}
