// Which of the deployment's cron expressions are due: neither Miniflare nor wrangler triggers them by itself.

const RANGES = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]];

/** Five fields of numbers, `*`, lists, ranges and steps, in UTC. */
export function isDue(expression, date) {
  const now = [
    date.getUTCMinutes(),
    date.getUTCHours(),
    date.getUTCDate(),
    date.getUTCMonth() + 1,
    date.getUTCDay(),
  ];
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) throw new Error(`cron expression "${expression}" does not have five fields`);
  return fields.every((field, i) => field.split(",").some((part) => matches(part, now[i], RANGES[i])));
}

function matches(part, value, [low, high]) {
  const parsed = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
  if (!parsed) throw new Error(`cron field "${part}" is not one that local runs understand`);
  const [, from, to, step] = parsed;
  const first = from === undefined ? low : Number(from);
  const last = to !== undefined ? Number(to) : from === undefined || step ? high : first;
  return value >= first && value <= last && (value - first) % Number(step ?? 1) === 0;
}

/** Calls `run(expression, time)` at each minute for what is due. Answers how to stop it. */
export function everyMinute(expressions, run) {
  let timer;
  const plan = () => {
    const next = Math.floor(Date.now() / 60_000 + 1) * 60_000;
    timer = setTimeout(() => {
      const time = new Date(next);
      for (const expression of expressions) if (isDue(expression, time)) run(expression, time);
      plan();
    }, next - Date.now());
  };
  plan();
  return () => clearTimeout(timer);
}
