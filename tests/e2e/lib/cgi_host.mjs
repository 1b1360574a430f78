// A shared host: a web server that runs keywheel.fcgi as a plain CGI program
// below the folder /kw, and a database whose one role may do nothing else.
import { spawn } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";

import { Sql } from "./sql.mjs";
import { build, folder, program, root } from "./stack.mjs";

export const BASE = "/kw";

export class CgiHost {
	/** exposed: .htaccess has no effect here. */
	exposed = false;
	/** The process of the newest request. */
	child = null;

	constructor(stack) {
		this.stack = stack;
	}

	async start() {
		const { sql } = this.stack;
		this.dir = await folder();
		this.web = path.join(this.dir, "web");
		this.private = path.join(this.web, "kw/private");
		await mkdir(path.join(this.private, "share"), { recursive: true });
		for (const [name, target] of [["sql", path.join(root, "sql")],
			["templates", path.join(root, "templates")],
			["messages", path.join(build, "po")]])
			await symlink(target, path.join(this.private, "share", name));
		await sql.exec("create role customer login");
		await sql.exec("create role poor login");
		await sql.exec("create database customer owner customer");
		this.sql = new Sql(this.stack.state, "customer", "customer");
		await this.configure(this.url());
		this.server = http.createServer((ask, answer) => this.#serve(ask, answer));
		await new Promise((go) => this.server.listen(0, "127.0.0.1", go));
		this.port = this.server.address().port;
		this.origin = `http://127.0.0.1:${this.port}`;
	}

	async stop() {
		this.server.closeAllConnections();
		this.server.close();
		/* What has let its web server go may still be at work. */
		await this.stack.sql.exec("drop database customer with (force)");
		await this.stack.sql.exec("drop role customer");
		await this.stack.sql.exec("drop role poor");
		await rm(this.dir, { recursive: true, force: true });
	}

	url(user = "customer", password = "hush-hush") {
		return `postgresql://${user}:${password}@/customer?host=${
		    this.stack.state}/run`;
	}

	configure(url, more = "") {
		return this.put("keywheel.conf", `DATABASE_URL=${url}\n${more}`);
	}

	/** Upload a file. */
	put(name, text) {
		return writeFile(path.join(this.private, name), text);
	}

	remove(name) {
		return rm(path.join(this.private, name));
	}

	get(name) {
		return readFileSync(path.join(this.private, name), "utf8");
	}

	/** The command line, which such a host has not. */
	cli(...args) {
		return program(path.join(build, "keywheel"), args, { env: {
			KEYWHEEL_CONF: path.join(this.private, "keywheel.conf"),
			MASTER_KEY_FILE: path.join(this.private, "master.key") } });
	}

	#serve(ask, answer) {
		const file = ask.url.split("?")[0];
		if (file.startsWith(`${BASE}/private/`)) {
			answer.writeHead(this.exposed ? 200 : 403);
			answer.end(this.exposed
			    ? readFileSync(path.join(this.web, file)) : "Forbidden");
			return;
		}
		const child = spawn(path.join(build, "keywheel.fcgi"),
		    ["--shared", this.private], { env: this.#variables(ask) });
		this.child = child;
		ask.pipe(child.stdin);
		child.stdin.on("error", () => {});
		child.stderr.on("data", () => {});
		answer.on("close", () => child.stdout.destroy());
		this.#pass(child.stdout, answer);
	}

	#variables(ask) {
		const headers = Object.entries(ask.headers).map(([name, value]) =>
		    [`HTTP_${name.toUpperCase().replaceAll("-", "_")}`, value]);
		return {
			...Object.fromEntries(headers),
			PATH: process.env.PATH,
			GATEWAY_INTERFACE: "CGI/1.1",
			REQUEST_METHOD: ask.method,
			REQUEST_URI: ask.url,
			QUERY_STRING: ask.url.split("?")[1] ?? "",
			SCRIPT_NAME: `${BASE}/keywheel.cgi`,
			SCRIPT_FILENAME: path.join(this.web, "kw/keywheel.cgi"),
			DOCUMENT_ROOT: this.web,
			REMOTE_ADDR: "127.0.0.1",
			CONTENT_TYPE: ask.headers["content-type"] ?? "",
			CONTENT_LENGTH: ask.headers["content-length"] ?? "",
		};
	}

	/** The head of a CGI program's answer, and its body as it comes. */
	#pass(from, answer) {
		let head = Buffer.alloc(0);
		const take = (bytes) => {
			head = Buffer.concat([head, bytes]);
			const end = head.indexOf("\r\n\r\n");
			if (end < 0)
				return;
			from.off("data", take);
			const lines = head.subarray(0, end).toString().split("\r\n")
			    .map((line) => [line.slice(0, line.indexOf(":")),
				line.slice(line.indexOf(":") + 2)]);
			answer.writeHead(Number(lines[0][1]), lines.slice(1).flat());
			answer.write(head.subarray(end + 4));
			from.on("data", (more) => answer.write(more));
		};
		from.on("data", take);
		from.on("end", () => answer.headersSent
		    ? answer.end() : answer.writeHead(500).end("no head"));
	}
}
