// Lets one hear the calls: a ring, and the words that are said, by the server's voice or else by the browser's.

const KEPT_AS = "youlin.playground.sound";
const RING_HERTZ = [440, 480];
const RING_SECONDS = 1;
const RING_EVERY_MILLISECONDS = 3000;
const LANGUAGES = { cmn: "zh-CN", zh: "zh-CN", yue: "zh-HK", en: "en-GB" };

/** One voice for the whole page: what is said waits for its turn. */
export class TelephoneSound {
  constructor() {
    this.on = localStorage.getItem(KEPT_AS) !== "off";
    this.speaks = false;
    this._queue = [];
    this._playing = null;
    this._ringing = null;
  }

  toggle() {
    this.on = !this.on;
    localStorage.setItem(KEPT_AS, this.on ? "on" : "off");
    if (!this.on) this.hush();
  }

  /** Say a line of a call; `id` is the call's. */
  say(id, line) {
    if (!this.on) return;
    this._queue.push({ id, line });
    if (!this._playing) this._next();
  }

  /** The call is over, or a key cut the speech off. */
  stop(id) {
    this._queue = this._queue.filter((one) => one.id !== id);
    if (this._playing?.id === id) this._playing.end();
  }

  hush() {
    this._queue = [];
    this._playing?.end();
    this.ring(false);
  }

  _next() {
    this._playing = null;
    const next = this._queue.shift();
    if (!next) return;
    const { line } = next;
    const path = line.sound ? `/playground/telephone/sounds/${line.sound}` : this.speaks ? `/playground/telephone/speech?${new URLSearchParams({ text: line.text, language: line.language })}` : null;
    this._playing = path ? this._play(next.id, path) : this._utter(next.id, line);
  }

  _play(id, path) {
    const sound = new Audio(path);
    const end = () => {
      sound.onended = sound.onerror = null;
      sound.pause();
      this._next();
    };
    sound.onended = sound.onerror = end;
    sound.play().catch(end); // nobody has touched the page yet: it stays silent
    return { id, end };
  }

  _utter(id, line) {
    if (!("speechSynthesis" in window)) return null;
    const words = new SpeechSynthesisUtterance(line.text);
    words.lang = LANGUAGES[line.language.split("-")[0]] ?? "zh-CN";
    const end = () => {
      words.onend = words.onerror = null;
      speechSynthesis.cancel();
      this._next();
    };
    words.onend = words.onerror = end;
    speechSynthesis.speak(words);
    return { id, end };
  }

  /** Ring as long as something rings. */
  ring(ringing) {
    if (!ringing || !this.on) {
      clearInterval(this._ringing);
      this._ringing = null;
    } else if (!this._ringing) {
      this._tone();
      this._ringing = setInterval(() => this._tone(), RING_EVERY_MILLISECONDS);
    }
  }

  _tone() {
    if (!navigator.userActivation?.hasBeenActive) return;
    this._context ??= new AudioContext();
    const loudness = this._context.createGain();
    loudness.gain.value = 0.04;
    loudness.connect(this._context.destination);
    for (const hertz of RING_HERTZ) {
      const tone = this._context.createOscillator();
      tone.frequency.value = hertz;
      tone.connect(loudness);
      tone.start();
      tone.stop(this._context.currentTime + RING_SECONDS);
    }
  }
}
