/**
 * The words for when a post goes out, in the workspace's own zone: the date and the time are shown as typed,
 * so the browser's zone cannot shift them. The server reads and checks them; this only repeats them.
 */

import { timeOf, written } from "./clock-time.js";
import { read, words } from "./rules.js";

const DAY_PARTS = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };
const DAY = new Intl.DateTimeFormat("en-GB", DAY_PARTS);
const WITH_YEAR = new Intl.DateTimeFormat("en-GB", { ...DAY_PARTS, year: "numeric" });

/**
 * "Fri 20 Nov, 12:30 Lisbon time" for a picked time, with the year where it is not `year`, and that it has passed where
 * <when-field> says so; the label of the choice otherwise, "" while a part is missing.
 */
export function day(form, { zone, year }) {
  if (read(form, "when") !== "pick") return words(form, "when");
  const [date, time] = [read(form, "date"), timeOf(read(form, "time"))];
  const instant = new Date(`${date}T00:00Z`);
  if (!time || Number.isNaN(instant.getTime())) return "";
  const parts = instant.getUTCFullYear() === Number(year) ? DAY : WITH_YEAR;
  const past = read(form, "when_is") === "past" ? ": this time has passed" : "";
  return `${parts.format(instant).replace(",", "")}, ${written(time)} ${zone}${past}`;
}
