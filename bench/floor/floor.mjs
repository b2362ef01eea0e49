// The least that a Worker can do: answer, answer after one row is stored, or pass on a file that a row knows.
const remember = (env, id, body) =>
  env.DB.prepare("INSERT INTO webhooks (id, body, at) VALUES (?1, ?2, ?3)").bind(id, body, Date.now()).run();

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/file" && request.method === "POST") {
      const id = crypto.randomUUID();
      await env.MEDIA.put(id, request.body);
      await remember(env, id, "");
      return Response.json({ id }, { status: 201 });
    }
    if (pathname.startsWith("/file/")) {
      const id = pathname.slice("/file/".length);
      await env.DB.prepare("SELECT at FROM webhooks WHERE id = ?1").bind(id).first();
      const { body } = await env.MEDIA.get(id);
      return new Response(body);
    }
    const body = await request.text();
    if (pathname === "/insert") await remember(env, crypto.randomUUID(), body);
    return new Response("<Response/>", { headers: { "content-type": "text/xml" } });
  },
};
