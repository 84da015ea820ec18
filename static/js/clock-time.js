/**
 * A time of day as a person types it; the server reads the same forms (`parse_time` of scheduler/times.py), and says by
 * `data-hours` of the page how this person has it written (`accounts/hours.py`).
 */

const TYPED = /^(\d{1,2})(?:[:.h ]?(\d{2})(?::(\d{2}))?)?\s*(am|pm|h)?$/i;

/** "23:10" for "2310", "23.10" or "11:10 pm", with seconds only where there are any; "" for what is no time. */
export function timeOf(text) {
  const match = TYPED.exec(text.trim());
  if (!match) return "";
  const [typed, minute, second] = [match[1], match[2] ?? 0, match[3] ?? 0].map(Number);
  const half = (match[4] ?? "").toLowerCase();
  const isHalf = half === "am" || half === "pm";
  if (isHalf && (typed < 1 || typed > 12)) return "";
  const hour = isHalf ? (typed % 12) + (half === "pm" ? 12 : 0) : typed;
  if (hour > 23 || minute > 59 || second > 59) return "";
  return (second ? [hour, minute, second] : [hour, minute]).map((part) => String(part).padStart(2, "0")).join(":");
}

/** "23:10", or "11:10 pm" for whoever reads a clock of 12 hours; of what `timeOf` gave. */
export function written(time) {
  if (!time || document.documentElement.dataset.hours !== "12") return time;
  const [hour, ...rest] = time.split(":");
  return `${[Number(hour) % 12 || 12, ...rest].join(":")} ${Number(hour) < 12 ? "am" : "pm"}`;
}
