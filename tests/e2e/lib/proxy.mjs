// Egress proxies for tests, on loopback: HTTP (CONNECT and single requests),
// the same over TLS, and SOCKS5. Each keeps a record of what it was asked.
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import tls from "node:tls";

const HTTP_CONTINUES = "HTTP/1.1 200 Connection established\r\n\r\n";
const HOP_BY_HOP = ["proxy-authorization", "proxy-connection"];

/** What both kinds share: the server, its connections, stop and start. */
class Proxy {
	/** users: {user: password}; null: anybody. */
	constructor({ users = null } = {}) {
		this.users = users;
		this.port = 0;
		this.sockets = new Set();
		this.forget();
	}

	forget() {
		this.asked = []; // {target, user, headers, method}
		this.connections = 0;
	}

	async start() {
		this.server = this.makeServer();
		this.server.on("connection", (socket) => {
			this.connections++;
			this.hold(socket);
		});
		this.server.listen(this.port, "127.0.0.1");
		await once(this.server, "listening");
		this.port = this.server.address().port;
		return this;
	}

	/** Break all that runs, and refuse connections until start(). */
	async stop() {
		if (!this.server)
			return;
		const server = this.server;
		this.server = null;
		server.close();
		for (const socket of this.sockets)
			socket.destroy();
		if (server.listening)
			await once(server, "close");
	}

	hold(socket) {
		this.sockets.add(socket);
		socket.on("close", () => this.sockets.delete(socket));
		socket.on("error", () => {});
	}

	/** Its URL, with a user and password or without. */
	url(user, { scheme = this.scheme, password } = {}) {
		const secret = password ?? this.users?.[user];
		const who = user === undefined ? "" : `${encodeURIComponent(user)}:` +
		    `${encodeURIComponent(secret)}@`;
		return `${scheme}://${who}127.0.0.1:${this.port}`;
	}

	knows(user, password) {
		return this.users === null || this.users[user] === password;
	}

	/** Two sockets become one way. */
	join(a, b) {
		a.on("close", () => b.destroy());
		b.on("close", () => a.destroy());
		a.pipe(b);
		b.pipe(a);
	}

	connect(host, port) {
		const socket = net.connect({ host, port, noDelay: true });
		this.hold(socket);
		return socket;
	}
}

/** status: what it answers instead of serving; 0: it serves. Silent ones
 * accept and never answer. */
export class HttpProxy extends Proxy {
	constructor({ cert, ...options } = {}) {
		super(options);
		this.cert = cert; // {key, cert}: TLS to the proxy
		this.scheme = cert ? "https" : "http";
		this.status = 0;
		this.silent = false;
	}

	makeServer() {
		const inner = http.createServer();
		inner.on("request", (request, response) =>
		    this.#pass(request, response));
		inner.on("connect", (request, socket, head) =>
		    this.#tunnel(request, socket, head));
		if (!this.cert)
			return inner;
		const outer = tls.createServer(this.cert);
		outer.on("secureConnection", (socket) => {
			this.hold(socket);
			inner.emit("connection", socket);
		});
		outer.on("tlsClientError", () => {});
		return outer;
	}

	/* Note it (port: of our end of the tunnel); the status of the proxy's own answer, or 0. */
	#admit(request, target) {
		const basic = request.headers["proxy-authorization"] ?? "";
		const text = Buffer.from(basic.replace(/^Basic /, ""), "base64")
		    .toString("utf8");
		const colon = text.indexOf(":");
		const user = text.slice(0, Math.max(colon, 0));
		this.asked.push({ target, user, method: request.method,
			headers: request.headers });
		return this.knows(user, text.slice(colon + 1)) ? this.status : 407;
	}

	#pass(request, response) {
		const url = new URL(request.url, "http://nowhere.invalid");
		const status = this.#admit(request, url.host);
		if (this.silent)
			return;
		if (status !== 0) {
			response.writeHead(status, { "Content-Type": "text/html" });
			response.end("<html>the proxy's own words</html>");
			return;
		}
		const headers = { ...request.headers };
		for (const name of HOP_BY_HOP)
			delete headers[name];
		const upstream = http.request({ host: url.hostname, port: url.port,
			path: url.pathname + url.search, method: request.method,
			headers, agent: false });
		upstream.on("response", (answer) => {
			const { connection, ...headers } = answer.headers;
			response.writeHead(answer.statusCode, headers);
			response.flushHeaders();
			answer.pipe(response);
			answer.on("aborted", () => response.destroy());
		});
		upstream.on("error", () => {
			if (response.headersSent)
				response.destroy();
			else
				response.writeHead(502).end();
		});
		response.on("close", () => upstream.destroy());
		request.pipe(upstream);
	}

	#tunnel(request, socket, head) {
		const status = this.#admit(request, request.url);
		this.hold(socket);
		if (this.silent)
			return;
		if (status !== 0) {
			socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
			return;
		}
		const colon = request.url.lastIndexOf(":");
		const upstream = this.connect(request.url.slice(0, colon),
		    Number(request.url.slice(colon + 1)));
		const entry = this.asked.at(-1);
		upstream.on("connect", () => {
			entry.port = upstream.localPort;
			socket.write(HTTP_CONTINUES);
			upstream.write(head);
			this.join(socket, upstream);
		});
		upstream.on("error", () =>
		    socket.end("HTTP/1.1 502 Bad gateway\r\n\r\n"));
	}
}

/** silent, as above; reply: the code it answers requests with instead of connecting. */
export class SocksProxy extends Proxy {
	constructor(options) {
		super(options);
		this.scheme = "socks5";
		this.reply = 0;
		this.silent = false;
	}

	makeServer() {
		return net.createServer((socket) => {
			this.#serve(socket).catch(() => socket.destroy());
		});
	}

	async #serve(socket) {
		if (this.silent)
			return;
		const read = reader(socket);
		const [, methods] = await read(2);
		const offered = await read(methods);
		const method = this.users ? 2 : 0;
		if (!offered.includes(method)) {
			socket.end(Buffer.from([5, 255]));
			return;
		}
		socket.write(Buffer.from([5, method]));
		const user = method === 2 ? await this.#authenticate(socket, read) : "";
		if (user === null)
			return;

		const [, , , type] = await read(4);
		const host = type === 3
		    ? (await read((await read(1))[0])).toString()
		    : [...await read(type === 1 ? 4 : 16)].join(".");
		const port = (await read(2)).readUInt16BE();
		this.asked.push({ target: `${host}:${port}`, user,
			named: type === 3 });
		if (this.reply !== 0) {
			socket.end(Buffer.from([5, this.reply, 0, 1, 0, 0, 0, 0, 0, 0]));
			return;
		}
		const upstream = this.connect(host, port);
		upstream.on("error", () =>
		    socket.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])));
		await once(upstream, "connect");
		socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
		read.done();
		this.join(socket, upstream);
	}

	/* RFC 1929. */
	async #authenticate(socket, read) {
		const [, size] = await read(2);
		const user = (await read(size)).toString();
		const password = (await read((await read(1))[0])).toString();
		const ok = this.knows(user, password);
		socket.write(Buffer.from([1, ok ? 0 : 1]));
		if (!ok) {
			this.asked.push({ target: null, user });
			socket.end();
		}
		return ok ? user : null;
	}
}

/* read(n): exactly so many bytes of a socket; done(): give back the rest. */
function reader(socket) {
	let rest = Buffer.alloc(0);
	let wake = () => {};
	const take = (bytes) => {
		rest = Buffer.concat([rest, bytes]);
		wake();
	};
	let closed = false;
	socket.on("data", take);
	socket.on("close", () => {
		closed = true;
		wake();
	});
	const read = async (n) => {
		while (rest.length < n) {
			if (closed)
				throw new Error("closed");
			await new Promise((resolve) => { wake = resolve; });
		}
		const bytes = rest.subarray(0, n);
		rest = rest.subarray(n);
		return bytes;
	};
	read.done = () => {
		socket.off("data", take);
		socket.pause();
		if (rest.length > 0)
			socket.unshift(rest);
	};
	return read;
}
