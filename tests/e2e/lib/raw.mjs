// HTTP over a bare TCP connection: every byte as we want it, every piece of
// the answer with its time, and all ways of hanging up.
import net from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");

/** What has come so far of one answer. */
class Answer {
	constructor(method) {
		this.method = method;
		this.status = 0;
		this.headers = {};
		this.body = Buffer.alloc(0);
		this.pieces = []; // {at: ms, bytes}, the framing taken off
		this.complete = false; // it ended as its framing promised
		this.ended = false;
	}

	get text() {
		return this.body.toString("utf8");
	}

	get json() {
		return JSON.parse(this.text);
	}
}

/** One connection. */
export class Connection {
	constructor(port, host = "127.0.0.1") {
		this.rest = Buffer.alloc(0);
		this.answer = null;
		this.waiting = [];
		this.closed = false;
		this.error = null;
		this.socket = net.connect({ port, host, allowHalfOpen: true });
		this.socket.setNoDelay(true);
		this.socket.on("data", (bytes) => this.#take(bytes));
		this.socket.on("end", () => this.#ended());
		this.socket.on("close", () => this.#ended());
		this.socket.on("error", (error) => {
			this.error = error;
			this.#ended();
		});
		this.opened = new Promise((resolve) => {
			this.socket.once("connect", resolve);
			this.socket.once("close", resolve);
		});
	}

	/** Bytes as they are. */
	write(bytes) {
		this.socket.write(bytes);
	}

	/** Send one request; answers() gives what comes back. */
	send({ method = "GET", path, headers = {}, body, version = "1.1" }) {
		const fields = { Host: "127.0.0.1", ...headers };
		const content = body === undefined ? null : Buffer.from(
		    typeof body === "string" || Buffer.isBuffer(body)
			? body : JSON.stringify(body));
		if (content !== null &&
		    !Object.keys(fields).some((name) => /^content-length$/i.test(name)))
			fields["Content-Length"] = content.length;
		let head = `${method} ${path} HTTP/${version}\r\n`;
		for (const [name, value] of Object.entries(fields))
			if (value !== undefined && value !== null)
				head += `${name}: ${value}\r\n`;
		this.answer = new Answer(method);
		this.socket.ref();
		this.write(head + "\r\n");
		if (content !== null)
			this.write(content);
		return this;
	}

	/** Resolves as soon as fn(answer) is true; fails if that cannot be. */
	when(fn, timeout = 10000) {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				this.waiting = this.waiting.filter((w) => w !== look);
				reject(new Error(`nothing like ${fn} within ${timeout}` +
				    ` ms; got ${this.answer?.status} ` +
				    `${JSON.stringify(this.answer?.text ?? "")}`));
			}, timeout);
			const look = () => {
				const hit = fn(this.answer);
				if (!hit && !this.answer.ended)
					return;
				clearTimeout(timer);
				this.waiting = this.waiting.filter((w) => w !== look);
				if (hit)
					resolve(this.answer);
				else
					reject(new Error(`the answer ended without ${fn}: ` +
					    `${this.answer.status} ${this.answer.text}`));
			};
			this.waiting.push(look);
			look();
		});
	}

	/** The whole answer, however it ends. */
	whole(timeout = 30000) {
		return this.when((answer) => answer.ended, timeout);
	}

	/** Close in the ordinary way: FIN, and nothing more is read. */
	close() {
		this.socket.destroy();
	}

	/** Say that nothing more will be sent, and go on reading. */
	half() {
		this.socket.end();
	}

	/** Hang up with a reset. */
	reset() {
		this.socket.resetAndDestroy();
	}

	// ---- reading -------------------------------------------------------

	/* A connection that nobody reads any more keeps no process alive: not
	 * every test closes its own. */
	#wake() {
		if (this.answer?.ended)
			this.socket.unref();
		for (const look of [...this.waiting])
			look();
	}

	#ended() {
		if (this.closed)
			return;
		this.closed = true;
		if (this.answer && !this.answer.ended) {
			this.answer.ended = true;
			this.answer.complete ||= this.frame === "close" &&
			    this.error === null;
		}
		this.#wake();
	}

	#take(bytes) {
		this.rest = Buffer.concat([this.rest, bytes]);
		if (this.answer && this.answer.status === 0)
			this.#takeHead();
		if (this.answer && this.answer.status !== 0 && !this.answer.ended)
			this.#takeBody();
		this.#wake();
	}

	#takeHead() {
		const end = this.rest.indexOf(HEAD_END);
		if (end < 0)
			return;
		const lines = this.rest.subarray(0, end).toString("latin1").split("\r\n");
		this.rest = this.rest.subarray(end + 4);
		const answer = this.answer;
		answer.status = Number(lines[0].split(" ")[1]);
		answer.headAt = performance.now();
		for (const line of lines.slice(1)) {
			const colon = line.indexOf(":");
			const name = line.slice(0, colon).toLowerCase();
			const value = line.slice(colon + 1).trim();
			/* Of all others there is one. */
			answer.headers[name] = name === "set-cookie" &&
			    name in answer.headers
				? `${answer.headers[name]}\n${value}` : value;
		}
		const size = answer.headers["content-length"];
		if (answer.method === "HEAD" || answer.status === 204 ||
		    answer.status === 304)
			this.frame = "none";
		else if (answer.headers["transfer-encoding"] === "chunked")
			this.frame = "chunked";
		else if (size !== undefined)
			this.frame = "length";
		else
			this.frame = "close";
		this.left = Number(size ?? 0);
		if (this.frame === "none")
			this.#done();
	}

	#add(bytes) {
		if (bytes.length === 0)
			return;
		this.answer.body = Buffer.concat([this.answer.body, bytes]);
		this.answer.pieces.push({ at: performance.now(), bytes });
	}

	#done() {
		this.answer.complete = true;
		this.answer.ended = true;
	}

	#takeBody() {
		if (this.frame === "close") {
			this.#add(this.rest);
			this.rest = Buffer.alloc(0);
		} else if (this.frame === "length") {
			const part = this.rest.subarray(0, this.left);
			this.rest = this.rest.subarray(part.length);
			this.left -= part.length;
			this.#add(part);
			if (this.left === 0)
				this.#done();
		} else if (this.frame === "chunked") {
			this.#takeChunks();
		}
	}

	#takeChunks() {
		for (;;) {
			const line = this.rest.indexOf("\r\n");
			if (line < 0)
				return;
			const size = parseInt(this.rest.subarray(0, line).toString(), 16);
			if (this.rest.length < line + 2 + size + 2)
				return;
			this.#add(this.rest.subarray(line + 2, line + 2 + size));
			this.rest = this.rest.subarray(line + 2 + size + 2);
			if (size === 0)
				return this.#done();
		}
	}
}

/** One request on a connection of its own; its whole answer. */
export async function request(port, what, timeout, host) {
	const connection = new Connection(port, host);
	try {
		return await connection.send(
		    { ...what, headers: { Connection: "close", ...what.headers } })
		    .whole(timeout);
	} finally {
		connection.close();
	}
}

/**
 * The events of an SSE text: {data, json, comment}. What stands behind the
 * last blank line must be nothing, or it is an event with `cut`.
 */
export function events(text) {
	const parts = text.split(/\r?\n\r?\n/);
	const last = parts.pop();
	const list = parts.map((part) => {
		const lines = part.split(/\r?\n/);
		const data = lines.filter((line) => line.startsWith("data:"))
		    .map((line) => line.slice(5).replace(/^ /, "")).join("\n");
		const event = { data, comment: part.startsWith(":") ? part : undefined };
		try {
			event.json = JSON.parse(data);
		} catch {
			// [DONE], or a comment.
		}
		return event;
	});
	if (last !== "")
		list.push({ data: last, cut: true });
	return list;
}
