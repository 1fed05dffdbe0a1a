// Reads codes through the camera, where the browser can. What it reads is handed to the page as if it were typed.

const button = document.querySelector("#door-camera");
const video = document.querySelector("#door-video");
const form = document.querySelector("#door-form");
const start = button.textContent;
const PAUSE = 300;
let stream = null;

async function watch() {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let last = "";
  while (stream) {
    const [found] = await detector.detect(video).catch(() => []);
    if (found && found.rawValue !== last) {
      last = found.rawValue;
      form.dispatchEvent(new CustomEvent("code", { detail: last }));
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = video.srcObject = null;
  video.hidden = true;
  button.textContent = start;
}

async function begin() {
  stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  video.hidden = false;
  button.textContent = button.dataset.stop;
  await video.play();
  await watch();
}

async function offer() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const formats = await BarcodeDetector.getSupportedFormats();
  button.hidden = !formats.includes("qr_code");
}

button.addEventListener("click", () => (stream ? stop() : begin().catch(stop)));
document.addEventListener("visibilitychange", () => document.hidden && stop());
offer().catch(() => {}); // the field works without it
