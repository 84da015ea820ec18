/** How fast an upload goes and how long it has left, in words; never a guess before a second has passed. */

const UNITS = ["bytes", "kB", "MB", "GB"];
const SETTLED_AFTER_MS = 1_000;
const WEIGHT = 0.2; // of the newest reading in the moving average

/** 1_800_000_000 → "1.80 GB"; decimal units, as TikTok's limits are. */
export function size(bytes) {
  let unit = 0;
  let amount = bytes;
  for (; amount >= 1000 && unit < UNITS.length - 1; unit += 1) amount /= 1000;
  return `${unit === 0 ? amount : amount.toFixed(amount < 10 ? 2 : 1)} ${UNITS[unit]}`;
}

/** 50 → "About 50 seconds left"; 200 → "About 3 minutes left". */
export function remaining(seconds) {
  if (seconds < 5) return "A few seconds left";
  if (seconds < 55) return `About ${Math.ceil(seconds / 5) * 5} seconds left`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes === 1 ? "About a minute left" : `About ${minutes} minutes left`;
}

export class Pace {
  constructor(total) {
    Object.assign(this, { total, rate: 0 });
  }

  /** What to show when `loaded` bytes have left the browser at `now` (milliseconds). */
  at(loaded, now) {
    this.began ??= now;
    if (this.previous && now > this.previous.now) {
      const reading = ((loaded - this.previous.loaded) * 1000) / (now - this.previous.now);
      this.rate = this.rate ? this.rate + WEIGHT * (reading - this.rate) : reading;
    }
    this.previous = { loaded, now };
    const known = now - this.began >= SETTLED_AFTER_MS && this.rate > 0;
    const done = loaded >= this.total;
    return {
      share: this.total ? loaded / this.total : 1,
      sent: `${size(loaded)} of ${size(this.total)}`,
      speed: known && !done ? `${size(this.rate)}/s` : "",
      left: done ? "Checking the video" : known ? remaining((this.total - loaded) / this.rate) : "",
    };
  }
}
