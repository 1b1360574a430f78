// ./quickstart and the .env file of gemini-balance. Stacks of their own.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import nodeTest from "node:test";

import { ADMIN_TOKEN, KEYS, MODEL, Stack, TOKEN, folder, freePort, program,
	quickstart, root, startStack } from "./lib/stack.mjs";
import { until } from "./lib/until.mjs";

const test = (name, fn) => nodeTest(name, { timeout: 120000 }, fn);

/** A process that is there and more than a name in a table. */
function runs(pid) {
	try {
		return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
	} catch {
		return false;
	}
}

/** gemini-balance's example file, with values of its users. */
const balance = (base, keys) => `# database configuration
DATABASE_TYPE=mysql
#SQLITE_DATABASE=default_db
MYSQL_HOST=gemini-balance-mysql
MYSQL_PORT=3306
MYSQL_USER=gemini
MYSQL_PASSWORD=change_me
MYSQL_DATABASE=default_db
API_KEYS=${JSON.stringify(keys)}
ALLOWED_TOKENS=["${TOKEN}", "sk-e2e-second-b0a6e1a3c7f2"]
AUTH_TOKEN=${ADMIN_TOKEN}
BASE_URL=${base}/v1beta
# For Vertex AI Platform API Keys
VERTEX_API_KEYS=["AQ.Abxxxxxxxxxxxxxxxxxxx"]
VERTEX_EXPRESS_BASE_URL=https://aiplatform.googleapis.com/v1beta1/publishers/google
TEST_MODEL=gemini-2.5-flash
THINKING_MODELS=["gemini-2.5-flash","gemini-2.5-pro"]
THINKING_BUDGET_MAP={"gemini-2.5-flash": -1}
IMAGE_MODELS=["gemini-2.0-flash-exp"]
SEARCH_MODELS=["gemini-2.0-flash-exp","gemini-2.0-pro-exp"]
FILTERED_MODELS=["gemini-3.1-pro-preview", "gemini-1.0-pro-vision-latest"]
# whether to use urlContext
URL_CONTEXT_ENABLED=false
URL_CONTEXT_MODELS=["gemini-2.5-pro","gemini-2.5-flash"]
TOOLS_CODE_EXECUTION_ENABLED=false
SHOW_SEARCH_LINK=true
SHOW_THINKING_PROCESS=False   # not for our users
MAX_FAILURES=10
MAX_RETRIES=1
CHECK_INTERVAL_HOURS=0.5
TIMEZONE=Asia/Shanghai
TIME_OUT=120
PROXIES=[]
PROXIES_USE_CONSISTENCY_HASH_BY_API_KEY=true
CUSTOM_HEADERS={"X-From": "balance"}
PAID_KEY=AIzaSyxxxxxxxxxxxxxxxxxxx
CREATE_IMAGE_MODEL=imagen-3.0-generate-002
UPLOAD_PROVIDER=smms
SMMS_SECRET_TOKEN=XXXX
PICGO_API_KEY=xxxx
PICGO_API_URL=https://www.picgo.net/api/1/upload
CLOUDFLARE_IMGBED_URL=https://xxxxxxx.pages.dev/upload
CLOUDFLARE_IMGBED_AUTH_CODE=xxxxxxxxx
CLOUDFLARE_IMGBED_UPLOAD_FOLDER=
OSS_ENDPOINT=oss-cn-shanghai.aliyuncs.com
OSS_ENDPOINT_INNER=oss-cn-shanghai-internal.aliyuncs.com
OSS_ACCESS_KEY=LTAI5txxxxxxxxxxxxxxxx
OSS_ACCESS_KEY_SECRET=yXxxxxxxxxxxxxxxxxxxxxx
OSS_BUCKET_NAME=your-bucket-name
OSS_REGION=cn-shanghai
STREAM_OPTIMIZER_ENABLED=false
STREAM_MIN_DELAY=0.016
STREAM_MAX_DELAY=0.024
STREAM_SHORT_TEXT_THRESHOLD=10
STREAM_LONG_TEXT_THRESHOLD=50
STREAM_CHUNK_SIZE=5
LOG_LEVEL=info
ERROR_LOG_RECORD_REQUEST_BODY=False
AUTO_DELETE_ERROR_LOGS_ENABLED=true
AUTO_DELETE_ERROR_LOGS_DAYS=7
AUTO_DELETE_REQUEST_LOGS_ENABLED=false
AUTO_DELETE_REQUEST_LOGS_DAYS=30
FAKE_STREAM_ENABLED=True
FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS=5
SAFETY_SETTINGS=[{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}, {"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "BLOCK_NONE"}]
URL_NORMALIZATION_ENABLED=false
ADMIN_SESSION_EXPIRE=3600
FILES_CLEANUP_ENABLED=true
FILES_CLEANUP_INTERVAL_HOURS=1
FILES_USER_ISOLATION_ENABLED=true
TTS_MODEL=gemini-2.5-flash-preview-tts
TTS_VOICE_NAME=Zephyr
TTS_SPEED=normal
export GITHUB_REPO_OWNER='snailyp'
GITHUB_REPO_NAME="gemini-balance"
`;

test("a .env of gemini-balance: honoured; a second one wins; stop and start",
    async (t) => {
	const stack = await startStack();
	t.after(() => stack.stop());
	const up = async (text) => {
		await writeFile(stack.envFile, text);
		return quickstart("up", "--state", stack.state, "--port",
		    String(stack.port), "--env-file", stack.envFile);
	};

	await t.test("every setting of it", async () => {
		const { status, out, err } =
		    await up(balance(stack.fake.url, KEYS.slice(0, 3)));
		assert.equal(status, 0, out + err);
		const settings = Object.fromEntries((await stack.cliJson("get"))
		    .map(({ name, value }) => [name, value]));
		for (const [name, value] of Object.entries({ MAX_RETRIES: "1",
			MAX_FAILURES: "10", TIME_OUT: "120", TEST_MODEL: "gemini-2.5-flash",
			SHOW_THINKING_PROCESS: "false", CHECK_INTERVAL_HOURS: "0.5",
			TIMEZONE: "Asia/Shanghai", LOG_LEVEL: "INFO",
			GITHUB_REPO_OWNER: "snailyp", STREAM_MIN_DELAY: "0.016",
			FAKE_STREAM_ENABLED: "true" }))
			assert.equal(settings[name], value, name);
		assert.equal((await stack.cliJson("keys", "list"))
		    .filter(({ pool }) => pool === "gemini").length, 3);

		for (const token of [TOKEN, "sk-e2e-second-b0a6e1a3c7f2", ADMIN_TOKEN])
			assert.equal((await stack.chat({}, { token })).status, 200);
		await stack.fake.reset();
		await stack.chat({ model: "gemini-3.8-flash" });
		const sent = await stack.fake.only();
		assert.equal(sent.headers["x-from"], "balance");
		assert.equal(sent.body.safetySettings.length, 2);
		assert.notEqual(sent.body.generationConfig?.thinkingConfig
		    ?.includeThoughts, true, "SHOW_THINKING_PROCESS");
		const models = (await stack.request({ path: "/v1/models" })).json.data;
		assert.ok(!models.some(({ id }) => id === "gemini-3.1-pro-preview"),
		    "FILTERED_MODELS");
		await stack.fake.script({ error: "internal" });
		const failed = await stack.chat();
		assert.equal((await stack.rowOf(failed)).attempts, 2, "MAX_RETRIES=1");
		await stack.fake.reset();
	});

	await t.test("the files with tokens, and who may read them", async () => {
		for (const [file, token] of [["token", TOKEN],
			["admin-token", ADMIN_TOKEN]]) {
			const name = path.join(stack.state, file);
			assert.equal((await readFile(name, "utf8")).trim(), token);
			assert.equal(statSync(name).mode & 0o777, 0o600);
		}
		assert.equal(statSync(stack.state).mode & 0o777, 0o700);
		assert.equal(statSync(path.join(stack.state, "master.key")).mode & 0o777,
		    0o600);
	});

	await t.test("a second load wins over the database", async () => {
		await stack.set({ MAX_RETRIES: 7, TIME_OUT: 77, IDLE_TIMEOUT: 44 });
		const { status, out, err } = await up(
		    `API_KEYS=${JSON.stringify([KEYS[1], KEYS[3]])}\n` +
		    `ALLOWED_TOKENS=["sk-e2e-third-4c1d9e8a7b60"]\n` +
		    `AUTH_TOKEN=${ADMIN_TOKEN}\nMAX_RETRIES=2\n`);
		assert.equal(status, 0, out + err);
		const value = async (name) => (await stack.cli("get", name)).out.trim();
		assert.equal(await value("MAX_RETRIES"), "2");
		assert.equal(await value("TIME_OUT"), "77", "not in the file: it stays");
		assert.equal(await value("IDLE_TIMEOUT"), "44");
		assert.equal(await value("BASE_URL"), `${stack.fake.url}/v1beta`);

		stack.token = "sk-e2e-third-4c1d9e8a7b60";
		assert.equal((await stack.chat({}, { token: TOKEN })).status, 401);
		for (let i = 0; i < 6; i++)
			assert.equal((await stack.chat()).status, 200);
		assert.deepEqual(Object.keys(await stack.fake.counts()).sort(),
		    [KEYS[1], KEYS[3]].sort());
	});

	await t.test("keys that came by hand stay", async () => {
		const { status } = await stack.cli("keys", "add",
		    { input: `${KEYS[4]}\n` });
		assert.equal(status, 0);
		assert.equal((await up(`API_KEYS=["${KEYS[0]}"]\n`)).status, 0);
		const hints = (await stack.cliJson("keys", "list"))
		    .map(({ hint }) => hint.slice(-2)).sort();
		assert.deepEqual(hints, ["K1", "K5"]);
		assert.equal((await stack.chat()).status, 200, "tokens stay unnamed");
	});

	await t.test("bad files: each fault with its line, and nothing changes",
	    async () => {
		const before = await stack.sql.exec(`select json_agg(s) from
		    keywheel.settings s`) + JSON.stringify(await stack.keyStates());
		const { status, out, err } = await up("# a comment\nAPI_KEYS=[]\n" +
		    "MAX_RETRIES=many\n\nNO_SUCH_SETTING=1\nTIME_OUT=0\n" +
		    'SAFETY_SETTINGS=[{"category":"X"}\nLOG_LEVEL=LOUD\n' +
		    "MAX_FAILURES=5\n");
		assert.notEqual(status, 0);
		const said = out + err;
		for (const [line, name] of [[3, "MAX_RETRIES"], [5, "NO_SUCH_SETTING"],
			[6, "TIME_OUT"], [7, "SAFETY_SETTINGS"], [8, "LOG_LEVEL"]])
			assert.match(said, new RegExp(`line ${line}: ${name} `), name);
		assert.ok(said.includes(stack.envFile), "the file is named");
		assert.doesNotMatch(said, /MAX_FAILURES/);
		assert.equal(await stack.sql.exec(`select json_agg(s) from
		    keywheel.settings s`) + JSON.stringify(await stack.keyStates()), before);
		assert.equal((await stack.chat()).status, 200, "what ran runs on");
	});

	await t.test("status, stop, status, and up again", async () => {
		const is = async () => quickstart("status", "--state", stack.state);
		const running = await is();
		assert.equal(running.status, 0, running.out);
		assert.match(running.out, /postgres +running[^]*lighttpd +running/);
		assert.match(running.out, /health +ok/);
		const pids = await Promise.all(["postgres", "responders", "lighttpd"]
		    .map((part) => stack.pid(part)));
		const logs = await quickstart("logs", "--state", stack.state);
		assert.equal(logs.status, 0);
		assert.match(logs.out, /responders\.log/);

		assert.equal((await quickstart("stop", "--state", stack.state)).status, 0);
		for (const pid of pids)
			assert.ok(!runs(pid), `process ${pid}`);
		const stopped = await is();
		assert.equal(stopped.status, 3, stopped.out);
		assert.match(stopped.out, /postgres +stopped/);
		assert.equal((await quickstart("stop", "--state", stack.state)).status, 0);

		const again = await quickstart("up", "--state", stack.state, "--port",
		    String(stack.port));
		assert.equal(again.status, 0, again.err);
		assert.equal((await stack.chat()).status, 200, "everything is there");
	});

	await t.test("up twice: the same processes, within seconds", async () => {
		const parts = ["postgres", "responders", "lighttpd"];
		const before = await Promise.all(parts.map((p) => stack.pid(p)));
		const { status } = await quickstart("up", "--state", stack.state,
		    "--port", String(stack.port));
		assert.equal(status, 0);
		assert.deepEqual(await Promise.all(parts.map((p) => stack.pid(p))), before);
	});

	await t.test("killed without a word: it recovers", async () => {
		for (const part of ["lighttpd", "responders", "postgres"])
			process.kill(await stack.pid(part), "SIGKILL");
		const { status, out, err } = await quickstart("up", "--state",
		    stack.state, "--port", String(stack.port));
		assert.equal(status, 0, out + err);
		assert.equal((await stack.chat()).status, 200);
	});

	await t.test("a port in use is named", async () => {
		const dir = await folder();
		const { status, out, err } = await quickstart("up", "--state",
		    path.join(dir, "s"), "--port", String(stack.port));
		await quickstart("stop", "--state", path.join(dir, "s"));
		assert.notEqual(status, 0);
		assert.match(out + err, new RegExp(`port ${stack.port} is in use`));
		assert.equal((await stack.chat()).status, 200);
		await rm(dir, { recursive: true, force: true });
	});

	await t.test("nothing of PostgreSQL listens to the network", async () => {
		assert.equal(await stack.sql.exec("show listen_addresses"), "");
	});
});

test("--demo without keys or network, beside another stack without keys",
    async (t) => {
	const dir = await folder();
	const stacks = await Promise.all(["demo", "bare"].map(async (name) => {
		const state = path.join(dir, name);
		const port = await freePort();
		const up = await quickstart("up", "--state", state, "--port",
		    String(port), ...(name === "demo" ? ["--demo"] : []));
		assert.equal(up.status, 0, up.out + up.err);
		const stack = new Stack({ dir, state, port, fakePort: 0 });
		stack.token = (await readFile(path.join(state, "token"), "utf8")).trim();
		stack.said = up.out;
		return stack;
	}));
	const [demo, bare] = stacks;
	t.after(async () => {
		for (const { state } of stacks)
			await quickstart("stop", "--state", state);
		await rm(dir, { recursive: true, force: true });
	});

	await t.test("what it prints works as it is", async () => {
		assert.match(demo.said,
		    new RegExp(`OpenAI base URL +${demo.base}/v1\n`));
		assert.match(demo.said, /Gemini base URL/);
		assert.match(demo.said, /Admin/);
		assert.ok(demo.said.includes(path.join(demo.state, "token")));
		assert.ok(!demo.said.includes(demo.token), "the token itself");
		const command = demo.said.slice(demo.said.indexOf("  curl "));
		const { out, status } = await program("sh", ["-c", command]);
		assert.equal(status, 0);
		assert.match(out, /"finish_reason":"stop"/);
	});

	await t.test("the demo answers from its fake", async () => {
		assert.match((await demo.chat()).json.choices[0].message.content,
		    /You said: Hello/);
		assert.equal((await demo.chat({ stream: true })).status, 200);
		assert.equal((await demo.native("generateContent")).status, 200);
		assert.equal((await demo.request({ path: "/health" })).json.keys_active, 3);
	});

	await t.test("without keys: it runs, says what to do, and answers 503",
	    async () => {
		assert.match(bare.said, /no Gemini key yet/i);
		assert.match(bare.said, /keys import/);
		const answer = await bare.chat();
		assert.equal(answer.status, 503, answer.text);
		assert.equal(answer.json.error.code, "no_upstream_key");
		assert.equal(answer.headers["x-should-retry"], "false");
		assert.equal((await bare.native("countTokens")).json.error.status,
		    "UNAVAILABLE");
		assert.equal((await bare.rowOf(answer)).outcome, "no_key");
	});

	await t.test("they share nothing", async () => {
		assert.notEqual(demo.token, bare.token);
		assert.equal((await demo.chat({}, { token: bare.token })).status, 401);
		assert.equal((await bare.chat({}, { token: demo.token })).status, 401);
		await bare.set({ MAX_RETRIES: 9 });
		assert.equal((await demo.cli("get", "MAX_RETRIES")).out.trim(), "3");
		assert.notEqual(await demo.pid("postgres"), await bare.pid("postgres"));
	});

	await t.test("ending one leaves the other alone", async () => {
		await quickstart("stop", "--state", bare.state);
		assert.equal((await demo.chat()).status, 200);
		assert.equal((await quickstart("status", "--state", demo.state)).status, 0);
		await assert.rejects(bare.chat().then(({ status }) => {
			assert.ok(status > 0);
		}));
	});
});

const ISOLATED = `set -e
ip link set lo up
cd "$1"; shift
./quickstart up --demo --state "$1" --port "$2"
curl -sf "http://127.0.0.1:$2/v1/chat/completions" \\
	-H "Authorization: Bearer $(cat "$1/token")" \\
	-H 'Content-Type: application/json' \\
	-d '{"model":"m","messages":[{"role":"user","content":"Hello"}]}'
./quickstart stop --state "$1"
`;

nodeTest("--demo in a network of its own, with nothing in it",
    { timeout: 60000 }, async (t) => {
	const can = await program("unshare", ["-n", "ip", "link", "set", "lo", "up"]);
	if (can.status !== 0)
		return t.skip("needs root, unshare and ip");
	const dir = await folder();
	const state = path.join(dir, "s");
	const { status, out, err } = await program("unshare", ["-n", "sh", "-c",
		ISOLATED, "sh", root, state, String(await freePort())]);
	await quickstart("stop", "--state", state);
	await rm(dir, { recursive: true, force: true });
	assert.equal(status, 0, out + err);
	assert.match(out, /You said: Hello/);
});

test("--responders N: exactly N, and a stack goes on with one", async (t) => {
	const stack = await startStack({ options: ["--responders", "1"],
		keys: KEYS.slice(0, 2) });
	t.after(() => stack.stop());
	const master = await stack.pid("responders");
	const children = (await readFile(`/proc/${master}/task/${master}/children`,
	    "utf8")).trim().split(" ");
	assert.equal(children.length, 1);
	const answers = await Promise.all(Array.from({ length: 8 }, () =>
	    stack.chat({ model: MODEL })));
	assert.ok(answers.every(({ status }) => status === 200));
	process.kill(Number(children[0]), "SIGKILL");
	await until(async () => (await stack.chat()).status === 200,
	    { timeout: 8000 });
});

test("wrong usage is told, with status 2", async () => {
	for (const args of [["up", "--port"], ["up", "--port", "x"], ["fly"],
		["up", "--responders", "0"], ["stop", "--demo"]]) {
		const { status, err } = await quickstart(...args);
		assert.equal(status, 2, args.join(" "));
		assert.match(err, /usage/);
	}
	const { status, err } = await quickstart("up", "--env-file",
	    "/no/such/file", "--port", "65000");
	assert.equal(status, 1);
	assert.match(err, /\/no\/such\/file/);
});
