// The bucket as files: `media/` holds the bytes under their keys, `media.jsonl` what else is known of each.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

const AT_ONCE = 8;

/** Keys become paths: one that would lead out of the folder is refused. */
export function pathOf(folder, key) {
  if (key.split("/").some((part) => part === "" || part === "." || part === "..")) {
    throw new Error(`an object has the key ${JSON.stringify(key)}, which is no path`);
  }
  return join(folder, "media", key);
}

/** Copies the bucket into the folder; answers how many objects and bytes it has. */
export async function fetchObjects(bucket, folder) {
  const entries = [];
  let cursor;
  do {
    const list = await bucket.list({ cursor });
    await inParallel(list.objects, async ({ key }) => {
      const object = await bucket.get(key);
      // Deleted since it was listed.
      if (!object) return;
      const path = pathOf(folder, key);
      await mkdir(dirname(path), { recursive: true });
      const hash = createHash("sha256");
      const hashed = new Transform({
        transform(chunk, _, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      });
      await pipeline(Readable.fromWeb(object.body), hashed, createWriteStream(path));
      const { httpMetadata, customMetadata, size } = object;
      entries.push({ key, size, sha256: hash.digest("hex"), httpMetadata, customMetadata });
    });
    cursor = list.truncated ? list.cursor : undefined;
  } while (cursor);
  entries.sort((one, other) => (one.key < other.key ? -1 : 1));
  writeFileSync(join(folder, "media.jsonl"), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  return { objects: entries.length, bytes: entries.reduce((sum, { size }) => sum + size, 0) };
}

/**
 * Puts them back; one whose bytes are not those of the backup stops it. What an earlier run has put stays: R2 keeps an
 * object whole or not at all. Answers how many there are, and how many of them were there.
 */
export async function putObjects(bucket, folder) {
  const entries = readEntries(folder);
  let kept = 0;
  await inParallel(entries, async ({ key, size, sha256, httpMetadata, customMetadata }) => {
    if ((await bucket.head(key))?.size === size) {
      kept += 1;
      return;
    }
    const hash = createHash("sha256");
    const chunks = [];
    for await (const chunk of createReadStream(pathOf(folder, key))) {
      hash.update(chunk);
      chunks.push(chunk);
    }
    if (hash.digest("hex") !== sha256) throw new Error(`${key} is damaged in the backup (${size} bytes expected)`);
    await bucket.put(key, Buffer.concat(chunks), { httpMetadata, customMetadata });
  });
  return { objects: entries.length, kept };
}

export function readEntries(folder) {
  const text = readFileSync(join(folder, "media.jsonl"), "utf8");
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

async function inParallel(items, work) {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
