// Certificates, and TLS in front of the fake Gemini, which speaks none.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import { promisify } from "node:util";

const openssl = (...args) => promisify(execFile)("openssl", args);
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
	"-nodes", "-days", "2"];

/** An authority in a folder: its certificate is in the file `file`. */
export class Authority {
	constructor(dir, name) {
		this.dir = dir;
		this.name = name;
		this.file = path.join(dir, `${name}.pem`);
		this.key = path.join(dir, `${name}.key`);
	}

	async make() {
		await openssl("req", "-x509", ...NEW_KEY, "-subj", `/CN=${this.name}`,
		    "-addext", "basicConstraints=critical,CA:TRUE",
		    "-keyout", this.key, "-out", this.file);
		return this;
	}

	/** {key, cert} for these hosts ("DNS:localhost,IP:127.0.0.1"). */
	async issue(hosts) {
		const base = path.join(this.dir, `${this.name}-${Date.now()}`);
		await writeFile(`${base}.ext`, `subjectAltName=${hosts}\n`);
		await openssl("req", ...NEW_KEY, "-subj", "/CN=issued",
		    "-keyout", `${base}.key`, "-out", `${base}.csr`);
		await openssl("x509", "-req", "-in", `${base}.csr`, "-days", "2",
		    "-CA", this.file, "-CAkey", this.key, "-CAcreateserial",
		    "-extfile", `${base}.ext`, "-out", `${base}.pem`);
		return { key: await readFile(`${base}.key`),
			cert: await readFile(`${base}.pem`) };
	}
}

/** TLS in front of a plain server on loopback. */
export class Front {
	constructor(cert, port) {
		this.target = port;
		this.asked = []; // {port: of the connection's other end, key}
		this.server = https.createServer(cert, (request, response) =>
		    this.#pass(request, response));
		this.server.on("tlsClientError", () => {});
	}

	async start() {
		this.server.listen(0, "127.0.0.1");
		await once(this.server, "listening");
		this.port = this.server.address().port;
		this.url = `https://localhost:${this.port}`;
		return this;
	}

	async stop() {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, "close");
	}

	#pass(request, response) {
		this.asked.push({ port: request.socket.remotePort,
			key: request.headers["x-goog-api-key"] });
		const inner = http.request({ host: "127.0.0.1", port: this.target,
			path: request.url, method: request.method,
			headers: request.headers, agent: false });
		inner.on("response", (answer) => {
			const { connection, ...headers } = answer.headers;
			response.writeHead(answer.statusCode, headers);
			response.flushHeaders();
			answer.pipe(response);
		});
		inner.on("error", () => response.destroy());
		response.on("close", () => inner.destroy());
		request.pipe(inner);
	}
}
