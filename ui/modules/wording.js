// The pages' texts in the browser's language, and how it writes times.

const answer = await fetch(new URL("../wording.json", import.meta.url));
const texts = await answer.json();

export const language = texts.code;
document.documentElement.lang = language;

/** The text of a key, with `{name}` replaced by the value of that name. */
export function say(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Whether there is a text of that key. */
export function knows(key) {
  return key in texts;
}

/** A number as the language writes it, with so many digits after the point. */
export function number(value, digits = 0) {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language, options).format(value);
}

/** A share (0 to 1) as the language writes percents: 40% in English, 40 % in Russian. */
export function percent(share, digits = 0) {
  const options = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language, options).format(share);
}

/** How long something took: 3.2 sec, 42 sec, 2 min 5 sec, 1 hr 10 min. */
export function lasting(seconds) {
  if (seconds < 10) return amount(seconds, "second", 1);
  if (seconds < 59.5) return amount(seconds, "second");
  const [large, small, size] = seconds < 3570 ? ["minute", "second", 60] : ["hour", "minute", 3600];
  const parts = Math.round((seconds / size) * 60);
  const rest = parts % 60;
  return amount(Math.floor(parts / 60), large) + (rest ? `\u00a0${amount(rest, small)}` : "");
}

/** A size, in whole units of 1024 × 1024 bytes. */
export function megabytes(bytes) {
  return amount(Math.floor(bytes / 1024 ** 2), "megabyte");
}

function amount(value, unit, digits = 0) {
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: digits }).format(value).replaceAll(" ", "\u00a0");
}

/** Seconds as a player shows them: 1:05, 1:00:05. */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

const days = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const years = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });

/** A day of the calendar, which is written as 2026-03-05. */
export function day(iso) {
  return years.format(new Date(`${iso}T00:00`));
}

/** A moment, with the time of day where it is of this year. */
export function moment(iso) {
  const date = new Date(iso);
  return (date.getFullYear() === new Date().getFullYear() ? days : years).format(date);
}
