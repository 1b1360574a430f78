// A Google of our own, for the bytes that come and go.
import http from "node:http";
import { once } from "node:events";

import { kw } from "./shared.mjs";

/** An upstream that keeps the bytes of requests, and answers as told. */
export async function upstream(t, answer) {
	const seen = [];
	const server = http.createServer(async (request, response) => {
		const parts = [];
		for await (const part of request)
			parts.push(part);
		seen.push({ method: request.method, url: request.url,
			headers: request.headers, raw: request.rawHeaders,
			body: Buffer.concat(parts) });
		answer(response);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	await kw.set({ BASE_URL:
	    `http://127.0.0.1:${server.address().port}/up/v1beta/` });
	return seen;
}
