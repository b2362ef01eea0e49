// Files between the network and R2. Bytes stay on this side and are never held whole: at most one part of an upload
// whose length nobody said. <https://developers.cloudflare.com/r2/api/workers/workers-api-reference/>

/** How much of the beginning goes to whoever tells what the file is. */
const HEAD_BYTES = 512;
/** R2 takes parts of at least 5 MiB, all of one size but the last. */
const PART_BYTES = 5 * 1024 * 1024;

/** Hash, size and beginning of what is written. */
class Measure {
  #digest = new crypto.DigestStream("SHA-256");
  #writer = this.#digest.getWriter();
  #head = new Uint8Array(HEAD_BYTES);
  size = 0;

  async write(chunk) {
    if (this.size < HEAD_BYTES) this.#head.set(chunk.subarray(0, HEAD_BYTES - this.size), this.size);
    this.size += chunk.length;
    await this.#writer.write(chunk);
  }

  /** Size, SHA-256 in hexadecimal, beginning. */
  async end() {
    await this.#writer.close();
    const hash = new Uint8Array(await this.#digest.digest);
    const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [this.size, hex, this.#head.subarray(0, Math.min(this.size, HEAD_BYTES))];
  }

  async abort() {
    // The digest of what was broken off is nobody's.
    this.#digest.digest.catch(() => {});
    await this.#writer.abort().catch(() => {});
  }
}

/** Of known length: a stream that R2 reads as it is written. */
class Streamed {
  #writer;
  #put;

  constructor(bucket, key, length) {
    const { readable, writable } = new FixedLengthStream(length);
    this.#writer = writable.getWriter();
    this.#put = bucket.put(key, readable);
    // Awaited in `end`; a failure before that shows in `write`, too.
    this.#put.catch(() => {});
  }

  write(chunk) {
    return this.#writer.write(chunk);
  }

  async end() {
    await this.#writer.close();
    await this.#put;
  }

  async abort(error) {
    await this.#writer.abort(error).catch(() => {});
    await this.#put.catch(() => {});
  }
}

/** Of unknown length: one object when it stays below a part, else a multipart upload. */
class InParts {
  #bucket;
  #key;
  #chunks = [];
  #buffered = 0;
  #upload;
  #parts = [];

  constructor(bucket, key) {
    this.#bucket = bucket;
    this.#key = key;
  }

  async write(chunk) {
    let rest = chunk;
    while (this.#buffered + rest.length > PART_BYTES) {
      const fits = PART_BYTES - this.#buffered;
      this.#keep(rest.subarray(0, fits));
      rest = rest.subarray(fits);
      await this.#flush();
    }
    this.#keep(rest);
  }

  #keep(chunk) {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
  }

  #take() {
    const bytes = new Uint8Array(this.#buffered);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [];
    this.#buffered = 0;
    return bytes;
  }

  async #flush() {
    this.#upload ??= await this.#bucket.createMultipartUpload(this.#key);
    this.#parts.push(await this.#upload.uploadPart(this.#parts.length + 1, this.#take()));
  }

  async end() {
    if (!this.#upload) {
      await this.#bucket.put(this.#key, this.#take());
      return;
    }
    if (this.#buffered > 0) await this.#flush();
    await this.#upload.complete(this.#parts);
  }

  async abort() {
    await this.#upload?.abort().catch(() => {});
  }
}

class BlobWriter {
  #measure = new Measure();
  #target;

  constructor(target) {
    this.#target = target;
  }

  get size() {
    return this.#measure.size;
  }

  async write(chunk) {
    await this.#measure.write(chunk);
    await this.#target.write(chunk);
  }

  async end() {
    await this.#target.end();
    return this.#measure.end();
  }

  async abort(error) {
    await this.#measure.abort();
    await this.#target.abort(error);
  }
}

/** `length` may be unknown. */
export function openBlob(bucket, key, length) {
  const target = length === undefined ? new InParts(bucket, key) : new Streamed(bucket, key, length);
  return new BlobWriter(target);
}

export function writeBlob(writer, chunk) {
  return writer.write(chunk);
}

export function endBlob(writer) {
  return writer.end();
}

export function abortBlob(writer) {
  return writer.abort(new Error("the sender gave up"));
}

/**
 * What an address answers goes into the bucket. Answers `["stored", size, hash, beginning]`, `["redirect", address]`,
 * `["status", number]` or `["too_large"]`; throws when the network or R2 fails.
 */
export async function copyBlob(bucket, key, url, authorization, most, milliseconds) {
  // Compressed, its length would not be the one that is said.
  const headers = { "accept-encoding": "identity" };
  if (authorization !== undefined) headers.authorization = authorization;
  const signal = AbortSignal.timeout(milliseconds);
  const response = await fetch(url, { headers, redirect: "manual", signal });
  const location = response.headers.get("location");
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    const moved = response.status >= 300 && response.status < 400 && location;
    return moved ? ["redirect", new URL(location, url).href] : ["status", response.status];
  }
  const said = response.headers.get("content-length");
  const length = said === null || response.headers.has("content-encoding") ? undefined : Number(said);
  if (length > most) {
    await response.body.cancel();
    return ["too_large"];
  }
  const writer = openBlob(bucket, key, length);
  try {
    for await (const chunk of response.body) {
      if (writer.size + chunk.length > most) {
        await writer.abort(new Error("too large"));
        return ["too_large"];
      }
      await writer.write(chunk);
    }
    return ["stored", ...(await writer.end())];
  } catch (error) {
    await writer.abort(error);
    throw error;
  }
}

export function deleteBlobs(bucket, keys) {
  return bucket.delete(JSON.parse(keys));
}

/** An answer whose body comes from the bucket; `undefined` when it has none such. `headers`: `name\nvalue` lines. */
export async function serveBlob(bucket, key, offset, length, whole, status, headers) {
  const object = await bucket.get(key, whole ? {} : { range: { offset, length } });
  if (!object) return undefined;
  const lines = headers.split("\n");
  const list = new Headers();
  for (let i = 0; i + 1 < lines.length; i += 2) list.append(lines[i], lines[i + 1]);
  return new Response(object.body, { status, headers: list });
}
