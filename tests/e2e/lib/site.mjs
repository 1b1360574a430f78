// A web site of somebody else's, on loopback, that counts who comes.
import { once } from "node:events";
import http from "node:http";

/** Pages: {"/path": (request, response) => …, or {type, body, status}}. */
export class Site {
	constructor(pages) {
		this.pages = pages;
		this.asked = []; // {path, headers}, in order
		this.connections = 0;
		this.closed = 0; // requests whose connection was closed on us
		this.server = http.createServer((request, response) =>
		    this.#answer(request, response));
		this.server.on("connection", () => { this.connections++; });
	}

	async start(host = "127.0.0.1") {
		this.server.listen(0, host);
		await once(this.server, "listening");
		this.port = this.server.address().port;
		this.host = `127.0.0.1:${this.port}`;
		this.url = `http://${this.host}`;
		return this;
	}

	async stop() {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, "close");
	}

	/** Forget who came. */
	forget() {
		this.asked = [];
		this.connections = 0;
		this.closed = 0;
	}

	#answer(request, response) {
		this.asked.push({ path: request.url, headers: request.headers });
		response.on("close", () => {
			if (!response.writableFinished)
				this.closed++;
		});
		const page = this.pages[request.url.split("?")[0]];
		if (typeof page === "function")
			return page(request, response);
		const { status = page ? 200 : 404, type = "text/plain", headers = {},
			body = "nothing here" } = page ?? {};
		response.writeHead(status, { "Content-Type": type, ...headers });
		response.end(body);
	}
}

export const redirect = (url, status = 302) =>
    ({ status, headers: { Location: url }, body: "elsewhere" });
