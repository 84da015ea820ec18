/**
 * Stills of a video, drawn by the browser from a file that it plays already: nothing else is fetched, and nothing kept but
 * the small pictures.
 */

/** So many moments of a video of `duration` seconds, evenly from its first frame, in tenths of a second. */
export const moments = (duration, count) => Array.from({ length: count }, (_, place) => tenths((place * duration) / count));

/** As it is written down: whole tenths, never later than it was. */
export const tenths = (seconds) => Math.floor(seconds * 10) / 10;

/** "1:01.5", as players count. */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;

/**
 * The frame at each of `at` (seconds) into the canvas of the same place, one after the other. Rejects where the browser
 * can't play the file, or once `signal` is aborted.
 */
export async function drawFrames(source, at, canvases, signal) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, playsInline: true, preload: "auto", src: source });
  try {
    await told(video, "loadeddata", signal);
    for (const [place, moment] of at.entries()) {
      video.currentTime = moment;
      await told(video, "seeked", signal);
      draw(video, canvases[place]);
    }
  } finally {
    video.removeAttribute("src");
    video.load(); // lets go of the file
  }
}

function told(video, type, signal) {
  return new Promise((happened, failed) => {
    video.addEventListener(type, happened, { once: true, signal });
    video.addEventListener("error", () => failed(video.error), { once: true, signal });
    signal.addEventListener("abort", () => failed(signal.reason), { once: true });
  });
}

/** The middle of the picture, as large as it fills the canvas. */
function draw(video, canvas) {
  const scale = Math.max(canvas.width / video.videoWidth, canvas.height / video.videoHeight);
  const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
  canvas.getContext("2d").drawImage(video, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
}
