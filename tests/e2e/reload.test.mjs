// Responders are told to end, or to make way for new ones: what runs is
// finished, what waits is served, and what takes too long ends as it should.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, readdir, rm, stat, writeFile }
    from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { promisify } from "node:util";

import { openFcgi } from "./lib/fcgi.mjs";
import { MODEL, build, folder } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { crowd, until } from "./lib/until.mjs";

const CONF = `${kw.state}/keywheel.conf`;

/** The children of a process. */
const childrenOf = async (pid) =>
    (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8"))
	.split(" ").filter(Boolean).map(Number);

const lives = async (pid) => {
	const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z");
	return stat.split(") ")[1][0] !== "Z";
};

/** Until a process has taken its signals. */
const taken = (pid) => until(async () =>
    (await readFile(`/proc/${pid}/status`, "utf8"))
	.includes("ShdPnd:\t0000000000000000"));

const WORDS = "one two three four five six seven eight nine ten";
const slowly = (ms) => kw.fake.script({ text: WORDS, text_events: 10,
	event_delay_ms: ms });

const said = (text, more = {}) => ({ candidates: [{ ...more,
	content: { role: "model", parts: [{ text }] } }] });

/** An upstream whose first answer goes on when it is told. */
async function upstream(t) {
	let held;
	const server = http.createServer((request, response) => {
		request.resume();
		response.on("error", () => {});
		const whole = JSON.stringify(said("two", { finishReason: "STOP" }));
		const streamed = request.url.includes("streamGenerateContent");
		response.setHeader("Content-Type",
		    streamed ? "text/event-stream" : "application/json");
		if (!held && streamed) {
			response.write(`data: ${JSON.stringify(said("one "))}\n\n`);
			held = () => response.end(`data: ${whole}\n\n`);
		} else {
			response.end(streamed ? `data: ${whole}\n\n` : whole);
		}
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	await kw.set({ BASE_URL: `http://127.0.0.1:${server.address().port}/v1beta` });
	return () => held();
}

test("reload under load: nothing is lost, and all responders are new",
    async (t) => {
	const parent = await kw.pid("responders");
	const before = await childrenOf(parent);
	const goOn = await upstream(t);
	const stream = kw.openChat({ stream: true });
	await stream.when((answer) => answer.text.includes("one"));

	const load = crowd(128, 16, () => kw.chat());
	process.kill(parent, "SIGHUP");
	await until(async () => (await childrenOf(parent))
	    .filter((pid) => before.includes(pid)).length === 1,
	{ what: "the one with the stream alone among new ones", timeout: 20000 });
	const answers = await load;
	assert.deepEqual(answers.filter(({ status }) => status !== 200), []);
	assert.equal((await kw.chat()).status, 200);

	goOn();
	const answer = await stream.whole();
	assert.ok(answer.complete);
	assert.ok(answer.text.endsWith("data: [DONE]\n\n"), answer.text);
	stream.close();
	await until(async () => !(await childrenOf(parent))
	    .some((pid) => before.includes(pid)), { what: "the end of the old ones" });
	assert.equal((await kw.rowOf(answer)).outcome, "complete");
	assert.equal(await kw.pid("responders"), parent);
});

/* Reading with a time limit is never restarted after a signal: signal(7). */
const UPLOADS = {
	async "a file"() {
		const { headers } = await kw.request({ method: "POST",
			path: "/upload/v1beta/files", headers: {
				"X-Goog-Upload-Protocol": "resumable",
				"X-Goog-Upload-Command": "start",
				"X-Goog-Upload-Header-Content-Length": 1000,
				"X-Goog-Upload-Header-Content-Type": "text/plain" },
			body: { file: {} } });
		const { pathname, search } = new URL(headers["x-goog-upload-url"]);
		return [{ REQUEST_URI: pathname + search,
			QUERY_STRING: search.slice(1), HTTP_X_GOOG_UPLOAD_OFFSET: 0,
			HTTP_X_GOOG_UPLOAD_COMMAND: "upload, finalize" },
		"x".repeat(1000)];
	},
	"a form": () => [{ REQUEST_URI: "/v1/audio/transcriptions",
		HTTP_AUTHORIZATION: `Bearer ${kw.token}`,
		CONTENT_TYPE: "multipart/form-data; boundary=xyz" },
	["Content-Disposition: form-data; name=model\r\n\r\nwhisper-1",
		"Content-Disposition: form-data; name=file; filename=a.wav\r\n" +
		    "Content-Type: audio/wav\r\n\r\nRIFF$\0\0\0WAVEfmt "]
	    .map((part) => `--xyz\r\n${part}\r\n`).join("") + "--xyz--\r\n"],
};

for (const [name, make] of Object.entries(UPLOADS))
	test(`reload in the middle of ${name} that comes in`, async () => {
		const parent = await kw.pid("responders");
		const [variables, body] = await make();
		const before = await childrenOf(parent);
		const upload = openFcgi(kw, { REQUEST_METHOD: "POST",
			...variables }, body, { now: 100 });
		process.kill(parent, "SIGHUP");
		await until(async () => (await childrenOf(parent))
		    .filter((pid) => before.includes(pid)).length === 1,
		{ what: "the one with the upload among new ones" });
		assert.equal((await kw.chat()).status, 200);
		upload.goOn();
		const answer = await upload.ended;
		assert.equal(answer.status, 200, answer.text);
		assert.ok(answer.complete);
	});

test("reload with a configuration that is wrong: the old one goes on",
    async (t) => {
	const parent = await kw.pid("responders");
	const before = await childrenOf(parent);
	const good = await readFile(CONF, "utf8");
	t.after(() => writeFile(CONF, good));
	await writeFile(CONF, `${good}\nNONSENSE=1\n`);
	const log = async () =>
	    (await readFile(`${kw.state}/log/responders.log`, "utf8"));
	const from = (await log()).length;
	process.kill(parent, "SIGHUP");
	const lines = await until(async () => {
		const text = (await log()).slice(from);
		return text.includes("the old one goes on") && text;
	});
	assert.match(lines, /NONSENSE is not known/);
	assert.equal((await kw.chat()).status, 200);
	assert.ok((await childrenOf(parent)).some((pid) => before.includes(pid)));
	assert.ok(await lives(parent));
});

const FCGI = path.join(build, "keywheel.fcgi");

/** keywheel.fcgi on a socket of its own, run/fcgi.sock in its folder, started
 * by the first request; `by`: as that program starts another. */
async function activated(t, { args = [], env = {}, inetd = false, by = [],
	conf = CONF } = {}) {
	const state = await folder();
	await mkdir(`${state}/run`);
	const child = spawn("systemd-socket-activate", [
		"-l", `${state}/run/fcgi.sock`, ...(inetd ? ["--inetd"] : []),
		...Object.entries(env).map(([name, value]) => `-E${name}=${value}`),
		...by, FCGI, "--conf", conf, ...args],
	    { cwd: state, stdio: ["ignore", "ignore", "pipe"] });
	const own = { state, pid: child.pid, log: "" };
	child.stderr.on("data", (bytes) => { own.log += bytes; });
	own.ended = new Promise((resolve) => child.on("close",
	    (status, signal) => resolve(signal ?? status)));
	t.after(async () => {
		child.kill("SIGKILL");
		await own.ended;
		await rm(state, { recursive: true });
	});
	await until(() => own.log.includes("Listening on "));
	return own;
}

const chat = (own, body = {}) => openFcgi(own, {
	REQUEST_METHOD: "POST", REQUEST_URI: "/v1/chat/completions",
	HTTP_AUTHORIZATION: `Bearer ${kw.token}`, CONTENT_TYPE: "application/json",
}, JSON.stringify({ model: MODEL, messages: [{ role: "user", content: "Hi" }],
	...body }));

test("systemd's socket: responders on it, and SIGTERM lets a stream end",
    async (t) => {
	const own = await activated(t, { args: ["--responders", "2"] });
	assert.equal((await chat(own).ended).status, 200);
	await until(async () => (await childrenOf(own.pid)).length >= 2);
	await slowly(60);
	const stream = chat(own, { stream: true });
	await until(() => stream.read().text.includes("one"));
	process.kill(own.pid, "SIGTERM");
	const answer = await stream.ended;
	assert.ok(answer.complete);
	assert.ok(answer.text.endsWith("data: [DONE]\n\n"), answer.text);
	assert.equal(await own.ended, 0);
	assert.deepEqual(await readdir(`${own.state}/run`), ["fcgi.sock"]);
	assert.equal((await kw.rowOf(answer)).outcome, "complete");
});

test("the socket of systemd's stays, after a reload as well", async (t) => {
	const own = await activated(t, { args: ["--listen", "run/fcgi.sock"] });
	assert.equal((await chat(own).ended).status, 200);
	const before = await childrenOf(own.pid);
	process.kill(own.pid, "SIGHUP");
	await until(async () => !(await childrenOf(own.pid))
	    .some((pid) => before.includes(pid)));
	process.kill(own.pid, "SIGTERM");
	assert.equal(await own.ended, 0);
	assert.deepEqual(await readdir(`${own.state}/run`), ["fcgi.sock"]);
});

test("--listen: another's socket in the place of ours stays", async (t) => {
	const state = await folder();
	const socket = `${state}/fcgi.sock`;
	t.after(() => rm(state, { recursive: true }));
	const start = () => {
		const child = spawn(FCGI, ["--conf", CONF, "--listen", socket,
			"--responders", "1"], { stdio: "ignore" });
		t.after(() => child.kill("SIGKILL"));
		return { child, ended: once(child, "close") };
	};
	const inode = async () => (await stat(socket).catch(() => ({}))).ino;
	const one = start();
	const first = await until(inode);
	const other = start();
	await until(async () => ![undefined, first].includes(await inode()));
	/* It is there before anybody listens. */
	await until(() => chat({ socket }).ended.catch(() => null));
	one.child.kill("SIGTERM");
	await one.ended;
	assert.equal((await chat({ socket }).ended).status, 200);
	other.child.kill("SIGTERM");
	await other.ended;
	assert.deepEqual(await readdir(state), []);
});

test("started by who ignores SIGCHLD: it ends all the same", async (t) => {
	const own = await activated(t, { args: ["--responders", "1"],
		by: ["perl", "-e", "$SIG{CHLD} = 'IGNORE'; exec @ARGV"] });
	assert.equal((await chat(own).ended).status, 200);
	process.kill(own.pid, "SIGTERM");
	assert.equal(await own.ended, 0);
});

test("a responder too many: its request has no deadline", async (t) => {
	const own = await activated(t, { env: { STOP_SECONDS: 1 },
		args: ["--responders", "1"] });
	await slowly(200);
	const stream = chat(own, { stream: true });
	await until(() => stream.read().text.includes("one"));
	const [child] = await childrenOf(own.pid);
	process.kill(child, "SIGUSR1");
	const answer = await stream.ended;
	assert.ok(answer.complete);
	assert.ok(answer.text.endsWith("data: [DONE]\n\n"), answer.text);
});

test("a reload while another is tried: the last configuration counts",
    async (t) => {
	const dir = await folder();
	const conf = `${dir}/keywheel.conf`;
	const good = await readFile(CONF, "utf8");
	t.after(() => rm(dir, { recursive: true }));
	await writeFile(conf, good);
	const own = await activated(t, { conf });
	assert.equal((await chat(own).ended).status, 200);
	const before = await childrenOf(own.pid);
	/* The check waits for somebody who writes. */
	await rm(conf);
	await promisify(execFile)("mkfifo", [conf]);
	process.kill(own.pid, "SIGHUP");
	const writer = await open(conf, "w");
	process.kill(own.pid, "SIGHUP");
	await taken(own.pid);
	await rm(conf);
	await writeFile(conf, good);
	await writer.writeFile("NONSENSE=1\n");
	await writer.close();
	await until(async () => !(await childrenOf(own.pid))
	    .some((pid) => before.includes(pid)), { what: "the reload" });
	assert.match(own.log, /NONSENSE is not known/);
	process.kill(own.pid, "SIGTERM");
	assert.equal(await own.ended, 0);
});

/** What systemd would be told: a datagram socket, read by perl. */
async function listener(t) {
	const dir = await folder();
	const child = spawn("perl", ["-MIO::Socket::UNIX", "-e", `$| = 1;
		my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM,
		    Local => $ARGV[0]) or die $!;
		print "ready\\n";
		while (defined $s->recv(my $m, 4096)) { print "$m\\n"; }`, "--",
	    `${dir}/notify`], { stdio: ["ignore", "pipe", "inherit"] });
	const heard = { path: `${dir}/notify`, text: "" };
	child.stdout.on("data", (bytes) => { heard.text += bytes; });
	t.after(async () => {
		child.kill("SIGKILL");
		await rm(dir, { recursive: true });
	});
	await until(() => heard.text === "ready\n");
	return heard;
}

test("systemd is told: ready, alive, reloading, ready again, stopping",
    async (t) => {
	const heard = await listener(t);
	const own = await activated(t, { env: { NOTIFY_SOCKET: heard.path,
		WATCHDOG_USEC: 200000 } });
	const words = () => [...heard.text.matchAll(
	    /^(READY|RELOADING|STOPPING)=1$/gm)].map(([, word]) => word);
	assert.equal((await chat(own).ended).status, 200);
	await until(() => /^READY=1$/m.test(heard.text) &&
	    /^STATUS=\d+ responders, /m.test(heard.text) &&
	    /^WATCHDOG=1$/m.test(heard.text));
	process.kill(own.pid, "SIGHUP");
	await until(() => words().length === 3);
	assert.match(heard.text, /^MONOTONIC_USEC=\d+$/m);
	assert.equal((await chat(own).ended).status, 200);
	process.kill(own.pid, "SIGTERM");
	assert.equal(await own.ended, 0);
	assert.deepEqual(words(), ["READY", "RELOADING", "READY", "STOPPING"]);
});

/* How a responder comes to its end, and what it is that it gets. */
for (const [name, options, tell] of [
	["the deadline of the parent", { env: { STOP_SECONDS: 1 } }, ["SIGTERM"]],
	["a second SIGTERM to the parent", {}, ["SIGTERM", "SIGTERM"]],
	["one responder, its deadline", { inetd: true, env: { STOP_SECONDS: 1 } },
		["SIGUSR1"]],
	["one responder, a second SIGTERM", { inetd: true },
		["SIGUSR1", "SIGTERM"]]])
	test(`cut off: ${name}`, async (t) => {
		const own = await activated(t, options);
		await slowly(3000);
		const stream = chat(own, { stream: true });
		await until(() => stream.read().text.includes("one"),
		    { what: "the first word" });
		for (const signal of tell) {
			process.kill(own.pid, signal);
			/* Two at once would count as one. */
			await taken(own.pid);
		}
		const answer = await stream.ended;
		assert.equal(answer.complete, false, "the client sees a cut");
		assert.match(answer.text, /"code":"gateway_stopped"/);
		assert.doesNotMatch(answer.text, /\[DONE\]/);
		assert.equal(await own.ended, 0);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.status], ["truncated", 200]);
		assert.match(row.detail ?? "", /stopped or restarted/);
		assert.ok(row.prompt_tokens > 0);
	});

test("cut off before the answer: 503, which clients try again", async (t) => {
	const own = await activated(t, { env: { STOP_SECONDS: 1 } });
	await kw.fake.script({ first_delay_ms: 30000 });
	const call = chat(own);
	await until(async () => (await kw.fake.requests()).length === 1);
	process.kill(own.pid, "SIGTERM");
	const answer = await call.ended;
	assert.ok(answer.complete);
	assert.deepEqual([answer.status, answer.headers["retry-after"]],
	    [503, "1"]);
	assert.equal(JSON.parse(answer.text).error.code, "gateway_stopped");
	assert.equal((await kw.rowOf(answer)).outcome, "internal_error");
});

test("one responder on standard input ends after its request", async (t) => {
	const own = await activated(t, { inetd: true });
	await slowly(60);
	const stream = chat(own, { stream: true });
	await until(() => stream.read().text.includes("one"));
	assert.deepEqual(await childrenOf(own.pid), []);
	process.kill(own.pid, "SIGTERM");
	const answer = await stream.ended;
	assert.ok(answer.complete);
	assert.ok(answer.text.endsWith("data: [DONE]\n\n"), answer.text);
	assert.equal(await own.ended, 0);
});

test("--finish: the process ends at once, its child after the request",
    async (t) => {
	const own = await activated(t, { inetd: true, args: ["--finish", "30"] });
	await slowly(60);
	const stream = chat(own, { stream: true });
	await until(() => stream.read().text.includes("one"));
	const [child] = await childrenOf(own.pid);
	process.kill(own.pid, "SIGTERM");
	assert.equal(await own.ended, 0);
	const answer = await stream.ended;
	assert.ok(answer.complete);
	assert.ok(answer.text.endsWith("data: [DONE]\n\n"), answer.text);
	await until(async () => !await lives(child));
});

test("--listen -: responders on standard input", async (t) => {
	const own = await activated(t, { inetd: true, args: ["--listen", "-"] });
	assert.equal((await chat(own).ended).status, 200);
	await until(async () => (await childrenOf(own.pid)).length >= 4);
	process.kill(own.pid, "SIGTERM");
	assert.equal(await own.ended, 0);
});
