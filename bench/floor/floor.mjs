// The least that a Worker can do: answer, or answer after one row is stored.
export default {
  async fetch(request, env) {
    const body = await request.text();
    if (new URL(request.url).pathname === "/insert") {
      const insert = env.DB.prepare("INSERT INTO webhooks (id, body, at) VALUES (?1, ?2, ?3)");
      await insert.bind(crypto.randomUUID(), body, Date.now()).run();
    }
    return new Response("<Response/>", { headers: { "content-type": "text/xml" } });
  },
};
