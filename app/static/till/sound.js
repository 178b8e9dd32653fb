/* Home of the till's three sounds: in a loud canteen nobody looks at the screen for every meal. */

/* Two rising tones: done. Two falling ones: done, but look what to collect. Two low ones: look at the screen. */
const TONES = { good: [[880, 0], [1320, 0.11]], look: [[880, 0], [587, 0.14]], warning: [[330, 0], [262, 0.2]] };
const SHAKES = { good: 60, look: [60, 60, 60], warning: [120, 80, 120] };
const SHAPES = { good: ["sine", 0.4], look: ["sine", 0.4], warning: ["square", 0.2] };
let audio = null;

/** Sound "good", "look" or "warning", and shake the tablet where it can. */
export function sound(kind) {
  if (navigator.vibrate) { navigator.vibrate(SHAKES[kind]); }
  const Audio = window.AudioContext || window.webkitAudioContext;
  if (!Audio) { return; }
  audio = audio || new Audio();
  if (audio.state === "suspended") { audio.resume(); }
  TONES[kind].forEach(([frequency, after]) => play(frequency, audio.currentTime + after, SHAPES[kind]));
}

function play(frequency, from, [shape, loudness]) {
  const wave = audio.createOscillator();
  const volume = audio.createGain();
  wave.type = shape;
  wave.frequency.value = frequency;
  volume.gain.setValueAtTime(loudness, from);
  volume.gain.exponentialRampToValueAtTime(0.001, from + 0.18);
  wave.connect(volume);
  volume.connect(audio.destination);
  wave.start(from);
  wave.stop(from + 0.2);
}
