/* Home of cards that the tablet's own camera reads: by the browser's reader where it has one, else by ours. */

import { fill, on, show, slot, stamp } from "./stamp.js";
import { say } from "./words.js";

const LOOKS_EVERY_MS = 150;
const WIDEST = 640;
let ours = null;

/** The card with the camera's picture; ends with the first code, or when another card is put on the desk. */
export function camera(here, found) {
  const root = stamp("camera");
  const video = slot(root, "video");
  const running = { stream: null, timer: 0, isOver: false };

  function leave() {
    running.isOver = true;
    window.clearTimeout(running.timer);
    if (running.stream) { running.stream.getTracks().forEach((track) => track.stop()); }
  }

  function cannot(why) {
    show(video, false);
    fill(root, { told: say(why) });
  }

  async function begin() {
    if (!navigator.mediaDevices) { cannot("camera_needs_https"); return; }
    try {
      const read = await reader();
      running.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      if (running.isOver) { leave(); return; }
      video.srcObject = running.stream;
      await video.play();
      look(read);
    } catch (error) {
      cannot(error.name === "NotAllowedError" ? "camera_refused" : "camera_missing");
    }
  }

  async function look(read) {
    if (running.isOver) { return; }
    const code = video.videoWidth ? await read(video) : "";
    if (running.isOver) { return; }
    if (code) {
      here.clear();
      found(code);
      return;
    }
    running.timer = window.setTimeout(() => look(read), LOOKS_EVERY_MS);
  }

  on(root, "end", here.clear);
  return { root: root, isAsking: true, begin: begin, leave: leave };
}

/* → a function that gives what the squares in a picture say, or "". */
async function reader() {
  const browsers = await browsersReader();
  if (browsers) { return browsers; }
  ours = ours || (await loaded());
  const canvas = document.createElement("canvas");
  return (video) => {
    const picture = pictureOf(video, canvas);
    const read = ours(picture.data, picture.width, picture.height, { inversionAttempts: "dontInvert" });
    return read ? read.data : "";
  };
}

/* Tablets without Google's services have the name of the reader but nothing behind it. */
async function browsersReader() {
  if (typeof BarcodeDetector === "undefined") { return null; }
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) { return null; }
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => ((await detector.detect(video))[0] || { rawValue: "" }).rawValue;
  } catch (error) {
    return null;
  }
}

function pictureOf(video, canvas) {
  const scale = Math.min(1, WIDEST / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/* Most tablets never need it, so it is read only then; the worker has kept it for use without network. */
function loaded() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.documentElement.dataset.decoderSrc;
    script.addEventListener("load", () => resolve(window.jsQR));
    script.addEventListener("error", () => reject(new Error("the decoder did not load")));
    document.head.append(script);
  });
}
