// The quotas of the fake Gemini itself: what other tests rely on.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";

import { OwnFake } from "./lib/fake.mjs";
import { MODEL, build, folder } from "./lib/stack.mjs";
import { sleep, until } from "./lib/until.mjs";

let fake;
before(async () => {
	fake = new OwnFake(path.join(build, "fake_gemini"), await folder());
	await fake.start();
});
after(() => fake.stop());

/** One call: its status and its body. */
async function call(key, { model = MODEL, text = "Hello",
	method = "generateContent" } = {}) {
	const answer = await fetch(`${fake.url}/v1beta/models/${model}:${method}`, {
		method: "POST",
		headers: { "x-goog-api-key": key },
		body: JSON.stringify({ contents: [{ parts: [{ text }] }] }),
	});
	return { status: answer.status, body: await answer.json() };
}

async function calls(n, key, more) {
	const statuses = [];
	for (let i = 0; i < n; i++)
		statuses.push((await call(key, more)).status);
	return statuses;
}

const detail = ({ body: { error } }, type) => error.details?.find((d) =>
    d["@type"] === `type.googleapis.com/google.rpc.${type}`);

const seconds = (answer) => Number(
    /^([0-9.]+)s$/.exec(detail(answer, "RetryInfo").retryDelay)[1]);

test("requests per minute, shared by a project's keys, model by model",
    async () => {
	await fake.quotas({ projects: { a: { keys: ["k1", "k2"],
		limits: { [MODEL]: { rpm: 3 }, "*": { rpm: 1 } } },
		b: { keys: ["k3"], number: "4711", limits: { "*": { rpm: 1 } } } } });
	assert.deepEqual(await calls(2, "k1"), [200, 200]);
	assert.deepEqual(await calls(2, "k2"), [200, 429]);
	assert.deepEqual(await calls(2, "k1", { model: "gemini-2.5-pro" }),
	    [200, 429]);
	assert.deepEqual(await calls(2, "k1", { model: "gemini-2.0-flash" }),
	    [200, 429]);

	const answer = await call("k1");
	assert.equal(answer.status, 429);
	assert.equal(answer.body.error.status, "RESOURCE_EXHAUSTED");
	assert.match(answer.body.error.message,
	    /limit: 3, model: gemini-2\.5-flash\nPlease retry in 5\d\.\d+s\.$/);
	assert.deepEqual(detail(answer, "QuotaFailure").violations, [{
		quotaMetric: "generativelanguage.googleapis.com/" +
		    "generate_content_free_tier_requests",
		quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
		quotaDimensions: { location: "global", model: MODEL },
		quotaValue: "3" }]);
	assert.ok(detail(answer, "Help"));
	assert.match(detail(answer, "RetryInfo").retryDelay, /^5\ds$/);
	assert.equal(detail(answer, "ErrorInfo"), undefined);

	/* Where it is told, the project's number. */
	await call("k3");
	assert.equal(detail(await call("k3"), "ErrorInfo").metadata.consumer,
	    "projects/4711");
	const { projects, wasted } = await fake.used();
	assert.deepEqual(projects.a[MODEL].refused,
	    { rpm: 2, tpm: 0, rpd: 0, tpd: 0 });
	assert.deepEqual([projects.a[MODEL].ok, projects.b[MODEL].ok], [3, 1]);
	assert.deepEqual(wasted, { quota: 5, dead: 0 });
});

test("the delay told is the client's own, and true", async () => {
	await fake.quotas({ speed: 60,
		projects: { a: { keys: ["k1"], limits: { "*": { rpm: 2 } } } } });
	assert.deepEqual(await calls(2, "k1"), [200, 200]);
	const answer = await call("k1");
	const wait = seconds(answer);
	assert.ok(wait > 0 && wait <= 1, `${wait} s`);
	assert.match(answer.body.error.message, /retry in [0-9.]+(ms|s)\.$/);
	await sleep(wait * 1000 + 5);
	assert.equal((await call("k1")).status, 200);
	/* A minute never had more, whichever minute one takes. */
	assert.equal((await fake.used()).projects.a[MODEL].most_requests, 2);
});

test("fixed minutes; refused calls that count", async () => {
	const projects = { a: { keys: ["k1"], limits: { "*": { rpm: 1 } } } };
	await fake.quotas({ speed: 120, window: "fixed", projects });
	/* A minute may begin anew between two of them, on a busy machine. */
	let answers;
	await until(async () => {
		await call("k1");
		answers = [await call("k1"), await call("k1")];
		return answers.every(({ status }) => status === 429);
	});
	const waits = answers.map(seconds);
	assert.ok(waits.every((wait) => wait >= 0 && wait <= 0.5), `${waits}`);

	await fake.quotas({ count_refused: true, projects });
	await calls(4, "k1");
	assert.equal((await fake.used()).projects.a[MODEL].most_requests, 4);
	await fake.quotas({ projects });
	await calls(4, "k1");
	assert.equal((await fake.used()).projects.a[MODEL].most_requests, 1);
});

test("input tokens per minute; days; no allowance at all", async () => {
	await fake.quotas({ projects: {
		a: { keys: ["tokens"], limits: { "*": { tpm: 100 } } },
		b: { keys: ["day"], limits: { "*": { rpm: 1, rpd: 1 } } },
		c: { keys: ["words"], limits: { "*": { tpd: 150 } } },
		d: { keys: ["none"], limits: { "*": { rpm: 0 } } } } });
	const text = "word ".repeat(64); /* 80 tokens */
	for (const [key, id, value] of [
		["tokens", "GenerateContentInputTokensPerModelPerMinute-FreeTier",
			"100"],
		["day", "GenerateRequestsPerDayPerProjectPerModel-FreeTier", "1"],
		["words", "GenerateContentInputTokensPerModelPerDay-FreeTier",
			"150"]]) {
		assert.equal((await call(key, { text })).status, 200, key);
		const answer = await call(key, { text });
		const [violation] = detail(answer, "QuotaFailure").violations;
		assert.deepEqual([violation.quotaId, violation.quotaValue],
		    [id, value]);
	}
	/* A small one still fits into the minute. */
	assert.equal((await call("tokens")).status, 200);
	/* Google tells a short time although the day is over. */
	assert.ok(seconds(await call("day")) < 60);
	assert.match((await call("none")).body.error.message, /limit: 0/);
	/* Counting is free. */
	assert.equal((await call("day", { method: "countTokens" })).status, 200);
});

test("dead keys, keys nobody has listed", async () => {
	const dead = { x1: "api_key_invalid", x2: "leaked", x3: "suspended",
		x4: "service_disabled" };
	const projects = { a: { keys: ["k1"], limits: {} } };
	await fake.quotas({ projects, dead, rest: "deny" });
	for (const [key, status] of [["x1", 400], ["x2", 403], ["x3", 403],
		["x4", 403], ["who", 400], ["k1", 200]])
		assert.equal((await call(key)).status, status, key);
	assert.equal((await fetch(`${fake.url}/v1beta/models?key=x2`)).status, 403);
	const used = await fake.used();
	assert.deepEqual([used.wasted.dead, used.unknown, used.dead.x2], [5, 1, 2]);
	await fake.quotas({ projects, dead });
	assert.equal((await call("who")).status, 200);
});

test("an overload comes and goes, and takes no quota", async () => {
	await fake.quotas({ projects: { a: { keys: ["k1"],
		limits: { "*": { rpm: 5 } } } },
		overload: { as: "unavailable" } });
	assert.deepEqual(await calls(2, "k1"), [503, 503]);
	await fake.overload({ as: "rate_plain", share: 0.5, model: MODEL });
	assert.deepEqual((await calls(4, "k1")).sort(), [200, 200, 429, 429]);
	await fake.overload({});
	assert.deepEqual(await calls(4, "k1"), [200, 200, 200, 429]);
	const { projects } = await fake.used();
	assert.deepEqual([projects.a[MODEL].ok, projects.a[MODEL].overloaded],
	    [5, 4]);
	await fake.reset();
	assert.deepEqual(await calls(1, "k1"), [200]);
});

test("mistakes are named, and change nothing", async () => {
	await fake.quotas({ projects: { a: { keys: ["k1"],
		limits: { "*": { rpm: 0 } } } } });
	for (const wrong of [{ speed: 0 }, { window: "round" }, { dead: { k: "x" } },
		{ projects: { a: { keys: "k1" } } }, { what: 1 },
		{ projects: { a: { limits: { m: { rpm: -1 } } } } },
		{ overload: { share: 2 } }])
		await assert.rejects(fake.quotas(wrong), /400/, JSON.stringify(wrong));
	await assert.rejects(fake.overload({ as: "nonsense" }), /400/);
	assert.deepEqual(await calls(1, "k1"), [429]);
});
