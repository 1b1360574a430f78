// The clients: each asks one thing after the other, and notes what it saw.
import http from "node:http";

/* Who hears nothing for so long gives up; it does not happen. */
const PATIENCE_MS = 60000;

const PIECE = /^data: \{/gm;

/** Google's and OpenAI's words for usage, as [prompt, cached, thought,
 * answer]. */
function usageOf(o) {
	const google = o.usageMetadata;
	if (google)
		return [google.promptTokenCount, google.cachedContentTokenCount,
			google.thoughtsTokenCount, google.candidatesTokenCount]
		    .map((count) => count ?? 0);
	const u = o.usage ?? o.response?.usage;
	if (!u)
		return undefined;
	const thought = (u.completion_tokens_details ?? u.output_tokens_details)
	    ?.reasoning_tokens ?? 0;
	return [u.prompt_tokens ?? u.input_tokens,
		(u.prompt_tokens_details ?? u.input_tokens_details)
		    ?.cached_tokens ?? 0,
		thought, (u.completion_tokens ?? u.output_tokens ?? thought) - thought];
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/* What is told last of the usage, and whether the answer is whole. */
function read(saw, text) {
	if (!saw.headers["content-type"]?.startsWith("text/event-stream")) {
		const whole = parse(text);
		saw.whole = saw.ended && whole !== undefined;
		const last = Array.isArray(whole) ? whole.at(-1) : whole;
		saw.usage = last && usageOf(last);
		saw.error = last?.error;
		return;
	}
	const events = text.split(/\r?\n\r?\n/).slice(0, -1)
	    .map((event) => event.replace(/^data: /, ""));
	for (const event of events) {
		const o = parse(event);
		saw.usage = (o && usageOf(o)) ?? saw.usage;
		saw.error ??= o?.error;
	}
	saw.whole = saw.ended && saw.error === undefined &&
	    (events.at(-1) === "[DONE]" || /"finishReason"/.test(text));
}

/* One request: {status, headers, ended, left, whole, usage, error, at, until}.
 * ended: to the end of the message. Status 0: no answer at all. */
function send({ agent, port, secret }, one) {
	const text = one.body && JSON.stringify(one.body);
	return new Promise((resolve) => {
		const saw = { status: 0, headers: {}, ended: false, left: false,
			at: Date.now() };
		const pieces = [];
		let timer;
		let done = false;
		const finish = () => {
			if (done)
				return;
			done = true;
			clearTimeout(timer);
			saw.until = Date.now();
			read(saw, Buffer.concat(pieces).toString());
			resolve(saw);
		};
		const request = http.request({ agent, port, host: "127.0.0.1",
			path: one.path, method: text ? "POST" : "GET",
			headers: { Authorization: `Bearer ${secret}`,
				"x-request-id": one.id, ...(text ? {
				"Content-Type": "application/json",
				"Content-Length": Buffer.byteLength(text) } : {}) } });
		const leave = () => {
			saw.left = true;
			request.destroy();
			finish();
		};
		let heard = 0;
		request.on("response", (response) => {
			saw.status = response.statusCode;
			saw.headers = response.headers;
			response.on("data", (bytes) => {
				pieces.push(bytes);
				heard += bytes.toString().match(PIECE)?.length ?? 0;
				if (heard >= (one.leave?.pieces ?? Infinity))
					leave();
			});
			response.on("end", () => {
				saw.ended = response.complete;
				finish();
			});
			response.on("error", finish);
		});
		request.on("error", (error) => {
			saw.failure = error.code;
			finish();
		});
		request.setTimeout(PATIENCE_MS, () => request.destroy());
		if (one.leave?.ms !== undefined)
			timer = setTimeout(leave, one.leave.ms);
		request.end(text);
	});
}

/* Without a server or a database a client waits for a moment. */
const REST_MS = 500;

/** All requests by so many clients; `progress(done)` after each. */
export async function run({ port, secrets, width, requests, progress }) {
	let next = 0;
	let done = 0;
	const client = async () => {
		/* A connection of its own, as a program has. */
		const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
		while (next < requests.length) {
			const one = requests[next++];
			one.saw = await send({ agent, port,
				secret: secrets[one.token] }, one);
			if (one.saw.status === 0 || one.saw.status === 503)
				await new Promise((go) => setTimeout(go, REST_MS));
			progress(++done);
		}
		agent.destroy();
	};
	await Promise.all(Array.from({ length: width }, client));
}
