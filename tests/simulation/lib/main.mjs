// The simulation: three sides, one after the other through the same phases, all
// at once; then the restart.
import { parseArgs } from "node:util";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { OwnFake } from "../../e2e/lib/fake.mjs";
import { build, folder } from "../../e2e/lib/stack.mjs";
import { judge } from "./goals.mjs";
import { figures, recovery, spent } from "./figures.mjs";
import { Gateway } from "./gateway.mjs";
import { play, schedule } from "./load.mjs";
import { Plain } from "./plain.mjs";
import { table } from "./report.mjs";
import { restart } from "./restart.mjs";
import { FLASH, LITE, PRO, allKeys, makeWorld, quotasOf } from "./world.mjs";

const SPEED = 10;

/* Seconds of each phase; share: of what the limits allow; quiet: a minute of the
 * world's after it, in the full form, in which nobody asks, so that the next
 * phase finds its share unused. */
const PHASES = [
	{ name: "learning", short: 14, full: 30, share: 1.4, quiet: true },
	{ name: "below", short: 9, full: 60, share: 0.7 },
	{ name: "above", short: 8, full: 60, share: 1.5, quiet: true },
	{ name: "overload, all", short: 2, full: 8, share: 0.7, overload: 1 },
	{ name: "overload, half", short: 2, full: 8, share: 0.7, overload: 0.5 },
	{ name: "recovery", short: 6, full: 24, share: 0.7 },
];

/* Few models, a small load: the short form runs beside other tests. */
const MODELS = { short: [FLASH, PRO], full: [FLASH, LITE, PRO] };

/* How long an answer takes Google. */
const DELAY_MS = 60;

/* Of the refused clients, each so manieth asks the fake for the truth. */
const LOOK_AT = 4;

function options() {
	const { values } = parseArgs({ options: {
		short: { type: "boolean" }, full: { type: "boolean" },
		json: { type: "boolean" }, seed: { type: "string", default: "1" },
		sides: { type: "string", default: "learning,knowing,plain" },
		"no-restart": { type: "boolean" },
	} });
	return { ...values, seed: Number(values.seed),
		sides: values.sides.split(","),
		length: values.full ? "full" : "short" };
}

async function startPlain(world, keys) {
	const fake = new OwnFake(path.join(build, "fake_gemini"), await folder());
	await fake.start();
	return new Plain(fake, keys);
}

const SIDES = {
	learning: (world, keys) => new Gateway("keywheel").start(world, keys),
	knowing: (world, keys) => new Gateway("keywheel, limits known")
	    .start(world, keys, { limits: true }),
	plain: startPlain,
};

/* A side with its eyes open: a refused client compares with the truth. */
function watch(side) {
	let n = 0;
	side.look = async (record) => {
		if (record.status === 429 && n++ % LOOK_AT === 0)
			record.room = await side.fake.room(record.model);
	};
}

/* Which limits of a project are used up for the rest of the run. */
const usedUp = (world, books) => (name, model) => {
	const project = world.projects.find((one) => one.name === name);
	return project !== undefined &&
	    Object.entries(project.limits).some(([one, { rpd }]) =>
		(model === one || model === null || model === "*") &&
		(books.projects[name]?.[one]?.ok ?? 0) >= rpd);
};

/** One phase: its requests, and what the fake and the keys say at its end.
 * Answers may come later; the next phase does not wait for them. */
async function runPhase(side, { name, share, overload, seconds }, seed, world) {
	const records = [];
	const before = await side.fake.used();
	await side.fake.overload(overload
	    ? { as: "unavailable", share: overload } : {});
	const begin = performance.now();
	const open = await play(side, schedule({ seconds, share }, world.capacity,
	    seed), { name, seconds }, records);
	const after = await side.fake.used();
	return { world, records, seconds, begin, open,
		books: spent(before, after),
		lost: await side.lost(world, usedUp(world, after)) };
}

/** All phases for one side. */
async function runSide(side, { world, seed, length, log }) {
	const done = {};
	for (const [i, phase] of PHASES.entries()) {
		done[phase.name] = await runPhase(side,
		    { ...phase, seconds: phase[length] }, seed + i, world);
		log(`${side.name}: ${phase.name}`);
		if (phase.quiet && length === "full")
			await sleep(60000 / SPEED);
	}
	const results = {};
	for (const [name, phase] of Object.entries(done)) {
		await Promise.all(phase.open);
		results[name] = figures(phase);
		if (name === "recovery")
			results[name].recoveryMs = recovery(phase.records,
			    phase.begin);
	}
	return results;
}

async function main() {
	const { seed, length, json, sides, ...rest } = options();
	const world = makeWorld(SPEED, MODELS[length]);
	const keys = allKeys(world, seed);
	const log = (text) => console.error(`simulation: ${text}`);
	const started = [];
	const stop = async () => {
		await Promise.all(started.splice(0).map((side) => side.stop()));
	};
	for (const signal of ["SIGINT", "SIGTERM"])
		process.once(signal, () => stop().finally(() => process.exit(1)));
	const all = { seed, length, speed: SPEED, results: {} };
	try {
		await Promise.all(sides.map(async (name, i) => {
			started[i] = await SIDES[name](world, keys);
		}));
		for (const side of started) {
			await side.fake.quotas(quotasOf(world));
			await side.fake.script({ first_delay_ms: DELAY_MS });
			watch(side);
		}
		await Promise.all(started.map(async (side) => {
			all.results[side.name] = await runSide(side,
			    { world, seed, length, log });
		}));
		if (!rest["no-restart"])
			all.restart = await restart(started[0],
			    { world, seed, length, log });
	} finally {
		await stop();
	}
	const verdict = judge(all);
	if (json)
		console.log(JSON.stringify({ ...all, verdict }, null, 1));
	else
		console.log(table(all));
	for (const { good, text } of verdict)
		console.log(`${good ? "ok    " : "not ok"} ${text}`);
	const failed = verdict.filter(({ good }) => !good).length;
	console.log(`simulation: ${verdict.length - failed} passed, ` +
	    `${failed} failed`);
	process.exit(failed > 0 ? 1 : 0);
}

await main();
