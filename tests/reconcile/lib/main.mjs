// The reconciliation: a stack, a fake Gemini, the clients, the trouble; then all
// books are laid side by side.
import { parseArgs } from "node:util";

import { random } from "../../simulation/lib/random.mjs";
import { run } from "./client.mjs";
import { account, settle, start, sumUp, summing } from "./gateway.mjs";
import { Match, explained } from "./match.mjs";
import { plan } from "./plan.mjs";
import { counts, faults, table } from "./report.mjs";
import { agree, sumsOfFailures, sumsOfRequests } from "./sums.mjs";
import { Trouble } from "./trouble.mjs";

const CLIENTS = 32;

/* limit: requests a minute of the limited token; some are refused. */
const FORMS = {
	short: { requests: 3000, kills: 3, keys: 60, limit: 20 },
	full: { requests: 20000, kills: 20, keys: 200, limit: 60 },
};

function options() {
	const { values } = parseArgs({ options: {
		short: { type: "boolean" }, full: { type: "boolean" },
		seed: { type: "string" }, requests: { type: "string" },
		restart: { type: "string", default: "fast" },
	} });
	const form = { ...FORMS[values.full ? "full" : "short"],
		restart: values.restart,
		seed: Number(values.seed ?? Date.now() % 1000000) };
	if (values.requests)
		form.requests = Number(values.requests);
	return form;
}

/* When each thing goes wrong, in requests that are done. */
function schedule({ requests, kills, restart }, trouble, chance) {
	const due = Array.from({ length: kills }, () => ({
		at: Math.floor(requests * (0.05 + 0.9 * chance())),
		act: () => trouble.kill() }));
	due.push({ at: Math.floor(requests / 2),
		act: () => trouble.restart(restart) });
	return due.sort((a, b) => a.at - b.at);
}

/** All requests, with the trouble in between. */
async function ask({ stack, secrets }, form) {
	const chance = random(form.seed + 1);
	const trouble = new Trouble(stack, chance);
	const due = schedule(form, trouble, chance);
	const requests = plan(form.requests, form.seed);
	let acts = Promise.resolve();
	const endSumming = summing(stack);
	await run({ port: stack.port, secrets, width: CLIENTS, requests,
		progress: (done) => {
			while (due.length > 0 && done >= due[0].at) {
				const { act } = due.shift();
				acts = acts.then(act);
				acts.catch(() => {}); /* it is thrown below */
			}
		} });
	await acts;
	await endSumming();
	await settle(stack);
	return { requests, trouble };
}

/** What was found: lines [good, what]. */
class Verdict {
	lines = [];

	judge(good, what) {
		this.lines.push({ good, what });
	}

	/* Each source agrees with what is right. */
	sources(when, sources, right) {
		for (const [name, sums] of Object.entries(sources))
			this.judge(agree(sums, right), `${when}${name}`);
	}

	print() {
		for (const { good, what } of this.lines)
			console.log(`${good ? "ok    " : "not ok"} ${what}`);
		const failed = this.lines.filter(({ good }) => !good).length;
		console.log(`reconcile: ${this.lines.length - failed} passed, ` +
		    `${failed} failed`);
		return failed;
	}
}

/** Request by request, and which kill has cost what. */
function compare(verdict, { match, trouble, calls }) {
	const { lost } = match;
	console.log(`\n${calls.length} calls of Gemini; ` +
	    `${trouble.kills.length} responders killed, ${lost.length} of them ` +
	    "with a lease");
	console.log(counts(match.counts));
	console.log(faults(match.faults));
	console.log(table("by Google's books", {
		"told": match.part("told"),
		"… to attempts that failed": match.part("failed"),
		"… to responders that were killed": match.part("killed"),
		"… and lost in the crash": match.part("crashed"),
		"… after the client had gone": match.part("gone"),
		"so the account is to have": match.expected,
	}));
	verdict.judge(match.faults.length === 0, "request by request");
	verdict.judge(lost.length + match.unbegun <= trouble.kills.length,
	    "no kill has cost more than one request");
	const strange = explained(lost, trouble.kills);
	verdict.judge(strange.length === 0, "each request that is marked as " +
	    `lost, by a kill of its own (${strange.length} are not)`);
}

/** The sums: as they are, when all is summed up, and made anew. */
async function compareSums(verdict, stack, match) {
	const right = match.expected;
	const failed = { ...match.part("failed") };
	const sources = await sumsOfRequests(stack);
	const failures = await sumsOfFailures(stack);
	console.log(`\n${table("source", sources, right)}`);
	console.log(`\n${table("failed attempts", failures, failed)}`);
	verdict.sources("", sources, right);
	verdict.sources("failed attempts: ", failures, failed);
	for (const [when, act] of [
		["summed up: ", () => sumUp(stack)],
		["made anew: ", () => stack.sql.exec(
		    "select keywheel.recompute_usage()")]]) {
		await act();
		verdict.sources(when, await sumsOfRequests(stack), right);
		verdict.sources(`${when}failed attempts: `,
		    await sumsOfFailures(stack), failed);
	}
}

async function main() {
	const form = options();
	console.log(`reconcile: seed ${form.seed}, ${form.requests} requests by ` +
	    `${CLIENTS} clients, ${form.kills + 1} kills, one ${form.restart} ` +
	    "restart of PostgreSQL");
	const { stack, secrets } = await start(form);
	const stop = () => stack.stop();
	for (const signal of ["SIGINT", "SIGTERM"])
		process.once(signal, () => stop().finally(() => process.exit(1)));
	const verdict = new Verdict();
	try {
		const since = Date.now();
		const { requests, trouble } = await ask({ stack, secrets }, form);
		console.log(`${(Date.now() - since) / 1000} s`);
		const calls = await stack.fake.calls();
		const match = new Match({ requests, calls, trouble,
			...await account(stack) });
		compare(verdict, { match, trouble, calls });
		await compareSums(verdict, stack, match);
	} finally {
		await stop();
	}
	process.exit(verdict.print() > 0 ? 1 : 0);
}

await main();
