// The reconciliation: a stack, a fake Gemini, the clients, the trouble; then all
// books are laid side by side.
import { parseArgs } from "node:util";

import { TOKEN, startStack } from "../../e2e/lib/stack.mjs";
import { until } from "../../e2e/lib/until.mjs";
import { random } from "../../simulation/lib/random.mjs";
import { run } from "./client.mjs";
import { CACHED, rules } from "./kinds.mjs";
import { Match, sum, tokensOf } from "./match.mjs";
import { plan } from "./plan.mjs";
import { counts, faults, table } from "./report.mjs";
import { agree, sumsOf, sumsOfPages } from "./sums.mjs";
import { Trouble } from "./trouble.mjs";

const CLIENTS = 32;
const FORMS = {
	short: { requests: 3000, kills: 3, keys: 60 },
	full: { requests: 20000, kills: 20, keys: 200 },
};

/* The limited token's requests a minute: some are refused, some are not. */
const LIMIT = { short: 20, full: 60 };

function options() {
	const { values } = parseArgs({ options: {
		short: { type: "boolean" }, full: { type: "boolean" },
		seed: { type: "string" }, requests: { type: "string" },
		restart: { type: "string", default: "fast" },
	} });
	const length = values.full ? "full" : "short";
	const seed = Number(values.seed ?? Date.now() % 1000000);
	return { ...FORMS[length], ...(values.requests
	    ? { requests: Number(values.requests) } : {}),
		length, seed, restart: values.restart };
}

const keys = (n) => Array.from({ length: n }, (_, i) =>
    `AIzaSyREC-${String(i).padStart(26, "a")}Rec`);

/* The stack, and the clients' tokens. */
async function start({ keys: n, length }) {
	const stack = await startStack({ keys: keys(n),
		env: { RESPONSE_CACHE_ADMIT: 1, RESPONSE_CACHE_MODELS: CACHED } });
	const secrets = { client: TOKEN, unknown: "sk-nobody-has-this-one" };
	for (const name of ["caching", "limited"])
		secrets[name] = (await stack.cliJson("tokens", "add", name)).token;
	const { status, err } = await stack.cli("tokens", "set", "limited",
	    "--limits", `rpm=${LIMIT[length]}`);
	if (status !== 0)
		throw new Error(err);
	await stack.fake.script(...rules());
	return { stack, secrets };
}

/* When each thing goes wrong, in requests that are done. */
function schedule({ requests, kills, restart }, trouble, chance) {
	const due = Array.from({ length: kills }, () => ({
		at: Math.floor(requests * (0.05 + 0.9 * chance())),
		act: () => trouble.kill() }));
	due.push({ at: Math.floor(requests * 0.5),
		act: () => trouble.restart(restart) });
	return due.sort((a, b) => a.at - b.at);
}

/* All requests, with the trouble in between. */
async function ask({ stack, secrets }, { requests, seed, ...rest }) {
	const chance = random(seed + 1);
	const trouble = new Trouble(stack, chance);
	const due = schedule({ requests, ...rest }, trouble, chance);
	const asked = plan(requests, seed);
	let acts = Promise.resolve();
	await run({ port: stack.port, secrets, width: CLIENTS, requests: asked,
		progress: (done) => {
			while (due.length > 0 && done >= due[0].at) {
				const { act } = due.shift();
				acts = acts.then(act);
			}
		} });
	await acts;
	return { asked, trouble };
}

/* Whatever is still to be written is written, and what cannot be is marked. */
async function settle(stack) {
	await until(async () => await stack.sql.exec(`select count(*)
	    from keywheel.leases l where not exists (select from keywheel.requests r
	    where r.request_id = l.request_id)`) === "0",
	    { timeout: 20000, every: 200, what: "the end of all leases" })
	    .catch((error) => console.log(String(error)));
	await until(async () => (await stack.fake.books()).open === 0,
	    { timeout: 5000, what: "the end of all calls" });
}

/* What the account has, in the words of its tables. */
async function account(sql) {
	return {
		rows: await sql.rows("select r.* from keywheel.requests r"),
		attempts: await sql.rows(`select a.* from keywheel.attempts a
		    order by attempt`),
	};
}

/* What the fake and the account say of the same. */
function google(match) {
	const [prompt, cached, thought, answer] = match.sums["told by Google"];
	return { prompt, cached, thought, answer };
}

async function main() {
	const form = options();
	console.log(`reconcile: seed ${form.seed}, ${form.requests} requests by ` +
	    `${CLIENTS} clients, ${form.kills} kills, restart ${form.restart}`);
	const { stack, secrets } = await start(form);
	const stop = () => stack.stop();
	for (const signal of ["SIGINT", "SIGTERM"])
		process.once(signal, () => stop().finally(() => process.exit(1)));
	const verdict = [];
	const judge = (good, what) => verdict.push({ good, what });
	try {
		const since = Date.now();
		const { asked, trouble } = await ask({ stack, secrets }, form);
		const seconds = (Date.now() - since) / 1000;
		await settle(stack);
		const { rows, attempts } = await account(stack.sql);
		const calls = await stack.fake.calls();
		const match = new Match({ requests: asked, calls, rows, attempts,
			trouble });
		console.log(`${seconds} s, ${calls.length} calls of Gemini, ` +
		    `${rows.length} rows, ${attempts.length} failed attempts`);
		console.log(counts(match.counts));
		console.log(JSON.stringify(match.ends, null, 1));
		console.log(faults(match.faults));
		const sources = { ...await sumsOf(stack.sql),
			...await sumsOfPages(stack) };
		console.log(table(sources));
		console.log(google(match), match.sums,
		    sum(rows.map(tokensOf)), sum(attempts.map(tokensOf)));
		judge(match.faults.length === 0, "request by request");
		const [, first] = Object.entries(sources)[0];
		for (const [name, sums] of Object.entries(sources))
			judge(agree(sums, first), name);
	} finally {
		await stop();
	}
	for (const { good, what } of verdict)
		console.log(`${good ? "ok    " : "not ok"} ${what}`);
	const failed = verdict.filter(({ good }) => !good).length;
	console.log(`reconcile: ${verdict.length - failed} passed, ` +
	    `${failed} failed`);
	process.exit(failed > 0 ? 1 : 0);
}

await main();
