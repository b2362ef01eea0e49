// How loud a microphone is, for whoever sets one up.

const EVERY_MS = 100;

let running;

export const meter = {
  /** `listener` gets 0 to 1. */
  async start(microphone, listener) {
    this.stop();
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: microphone ? { deviceId: { exact: microphone } } : true,
    });
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    const samples = new Float32Array(analyser.fftSize);
    context.createMediaStreamSource(stream).connect(analyser);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // What is heard as twice as loud shows as a step, from -60 dB up.
      listener(Math.min(1, Math.max(0, 1 + Math.log10(Math.sqrt(power) || 1e-9) / 3)));
    }, EVERY_MS);
    running = { stream, context, timer };
  },

  stop() {
    if (!running) return;
    clearInterval(running.timer);
    for (const track of running.stream.getTracks()) track.stop();
    running.context.close();
    running = undefined;
  },
};
