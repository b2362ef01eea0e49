// A program of the company's own: a real HTTP server that keeps what it is told, and answers as the test wants.
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

export async function startReceiver() {
  const told = [];
  const receiver = { told, status: 200, answer: "" };
  const server = createServer(async (request, answer) => {
    let body = "";
    for await (const piece of request) body += piece;
    told.push({ headers: request.headers, body });
    answer.writeHead(receiver.status).end(receiver.answer);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${server.address().port}/edgeline`,
    /** What it was told of that kind. */
    of: (event) => told.filter(({ body }) => JSON.parse(body).type === event),
    stop: () => server.close(),
  });
}

/** As Standard Webhooks signs: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>. */
export function signatureOf({ headers, body }, secret) {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}
