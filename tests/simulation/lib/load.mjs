// The load: the same requests at the same moments for each side.
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { choose, random } from "./random.mjs";
import { SIZES } from "./world.mjs";

/**
 * The requests of a phase, each with the second at which it is due: as many of
 * each model as that share of what is possible, at moments of chance.
 */
export function schedule({ seconds, share }, capacity, seed) {
	const chance = random(seed);
	const models = Object.entries(capacity)
	    .map(([model, rate]) => [rate, model]);
	const rate = share * models.reduce((sum, [one]) => sum + one, 0);
	const requests = [];
	for (let at = 0; ;) {
		at -= Math.log(1 - chance()) / rate;
		if (at >= seconds)
			return requests;
		const [from, to] = choose(chance, SIZES);
		requests.push({ at, model: choose(chance, models),
			tokens: Math.round(from + chance() * (to - from)) });
	}
}

/** A text of so many tokens, as the fake counts them. */
export const textOf = (tokens) => "word ".repeat(Math.ceil(tokens * 4 / 5))
    .slice(0, tokens * 4);

export const makeAgent = () => new http.Agent({ keepAlive: true,
	maxSockets: 512, maxFreeSockets: 256, timeout: 30000 });

/** POST; {status, headers, text}. Status 0: no answer. */
export function post(agent, port, path, headers, body) {
	const text = JSON.stringify(body);
	const once = () => new Promise((resolve) => {
		const request = http.request({ agent, port, host: "127.0.0.1", path,
			method: "POST", headers: { ...headers,
				"Content-Type": "application/json",
				"Content-Length": Buffer.byteLength(text) } },
		    (response) => {
			const pieces = [];
			response.on("data", (bytes) => pieces.push(bytes));
			response.on("error", () => resolve({ status: 0, headers: {},
				text: "" }));
			response.on("end", () => resolve({
				status: response.statusCode, headers: response.headers,
				text: Buffer.concat(pieces).toString() }));
		});
		request.setTimeout(30000, () => request.destroy());
		request.on("error", (error) => resolve({ status: 0, headers: {},
			text: error.message, stale: request.reusedSocket &&
			    ["ECONNRESET", "EPIPE"].includes(error.code) }));
		request.end(text);
	});
	/* The server may close an idle connection just as we take it. */
	return once().then((answer) => answer.stale ? once() : answer);
}

/**
 * Play a schedule to a side; `asked` gets each request with its answer. Returns
 * when the last answer is there.
 */
export async function play(side, requests, phase, asked) {
	const begin = performance.now();
	const open = new Set();
	for (const what of requests) {
		const wait = begin + what.at * 1000 - performance.now();
		if (wait > 1)
			await sleep(wait);
		const record = { ...what, phase, from: performance.now() };
		asked.push(record);
		const answer = side.ask(what).then(async (got) => {
			record.to = performance.now();
			record.status = got.status;
			record.code = got.code;
			record.retryAfter = got.retryAfter;
			await side.look?.(record);
		});
		open.add(answer);
		answer.finally(() => open.delete(answer));
	}
	const rest = begin + phase.seconds * 1000 - performance.now();
	if (rest > 0)
		await sleep(rest);
	return open;
}
