// Days of the calendar in the reader's time zone, written as 2026-03-05.

export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const written = new Intl.DateTimeFormat("sv-SE"); // Swedes write days so

/** The day of a moment. */
export function dayOf(moment) {
  return written.format(new Date(moment));
}

/** Every day from a moment's to the last that begins before another. */
export function daysOf(since, until) {
  const days = [];
  const day = new Date(since);
  day.setHours(0, 0, 0, 0);
  for (; day < new Date(until); day.setDate(day.getDate() + 1)) days.push(dayOf(day));
  return days;
}

/** The Monday of a day's week. */
export function mondayOf(day) {
  const monday = new Date(`${day}T00:00`);
  monday.setDate(monday.getDate() - ((monday.getDay() + 6) % 7));
  return dayOf(monday);
}

/** Filters as the API has them: a first and a last day become the moments at which the one begins and the other is over. */
export function inTime({ from, to, ...others }) {
  return { ...others, from: midnight(from), to: midnight(to, 1) };
}

/** The moment at which a day begins, or one so many days later; null of what is no day. */
function midnight(day, later = 0) {
  const moment = new Date(`${day}T00:00`);
  if (Number.isNaN(moment.getTime())) return null;
  moment.setDate(moment.getDate() + later);
  return moment.toISOString();
}

/** The first and the last of so many days, of which the last is today. */
export function lastDays(count) {
  const first = new Date();
  first.setDate(first.getDate() - count + 1);
  return { from: dayOf(first), to: dayOf(new Date()) };
}
