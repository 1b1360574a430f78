// The kinds of requests: how often each comes, what it asks, what the fake does
// with its mark, and where its client leaves.
import { MODEL } from "../../e2e/lib/stack.mjs";

const PRO = "gemini-2.5-pro";
const LITE = "gemini-2.5-flash-lite";
const THINKER = "gemini-3-flash-preview";
const DRAWS = "gemini-2.5-flash-image";
const EMBEDDER = "gemini-embedding-001";

/* The model whose answers are kept. */
export const CACHED = LITE;

/* How many questions are asked that others have asked before. */
const QUESTIONS = 40;

const models = [MODEL, PRO, THINKER];
const modelOf = ({ n }) => models[n % models.length];
const text = ({ mark }) => `mark=${mark} Tell me.`;

// ---- What is asked ----------------------------------------------------------

const chat = (more = {}) => (one) => ({ path: "/v1/chat/completions",
	body: { model: modelOf(one),
		messages: [{ role: "user", content: text(one) }], ...more } });

const streamed = chat({ stream: true,
	stream_options: { include_usage: true } });

const responses = (one) => ({ path: "/v1/responses",
	body: { model: modelOf(one), input: text(one) } });

const native = (method, query = "") => (one) => ({
	path: `/v1beta/models/${modelOf(one)}:${method}${query}`,
	body: { contents: [{ role: "user", parts: [{ text: text(one) }] }] } });

const nativeStream = native("streamGenerateContent", "?alt=sse");

const embed = (count) => (one) => ({ path: "/v1/embeddings",
	body: { model: EMBEDDER, input: Array.from({ length: count },
	    (_, i) => `${text(one)} ${i}`) } });

const tools = [{ type: "function", function: { name: "weather",
	parameters: { type: "object",
		properties: { town: { type: "string" } } } } }];

const pictures = (one) => ({ path: "/v1/images/generations",
	body: { model: DRAWS, prompt: text(one), n: 2 } });

const cached = (one) => ({ path: "/v1/chat/completions",
	body: { model: CACHED, temperature: 0,
		messages: [{ role: "user", content: text(one) }] } });

// ---- What the fake does -----------------------------------------------------

const own = { own_tokens: true };

const usage = (prompt, answer, thoughts) => ({ usageMetadata: {
	promptTokenCount: prompt, candidatesTokenCount: answer,
	thoughtsTokenCount: thoughts,
	totalTokenCount: prompt + answer + thoughts } });

const CALL = { candidates: [{ index: 0, finishReason: "STOP", content: {
	role: "model", parts: [{ functionCall: { name: "weather",
		args: { town: "Bern" } } }] } }], ...usage(77, 19, 5) };

/* Gemini says itself that such a call is none; the other says nothing. */
const BAD_CALL = { candidates: [{ index: 0, content: { role: "model" },
	finishReason: "MALFORMED_FUNCTION_CALL" }], ...usage(31, 0, 12) };
const EMPTY = { candidates: [{ index: 0, content: { role: "model" } }],
	...usage(33, 0, 14) };

/* Half of an answer, and a word to ask for the rest with. */
const HALF = { candidates: [{ index: 0, finishReason: "CONTINUATION",
	continuationToken: "more", content: { role: "model",
		parts: [{ text: "One, " }] } }], ...usage(35, 8, 3) };

const BLOCKED = { promptFeedback: { blockReason: "SAFETY" },
	usageMetadata: { promptTokenCount: 41, totalTokenCount: 41 } };

/* A stream that lasts for some tenths of a second. */
const SLOW = { ...own, text_events: 12, event_delay_ms: 25 };

// ---- The kinds --------------------------------------------------------------

/*
 * share: of all requests, in thousandths. ask(one): path and body, one being
 * {n, mark}. rules: of the fake, for such a mark. leave: the client goes after
 * so many pieces of the answer, or after so many milliseconds. token: which of
 * the clients'; mark(i): one that others have, too.
 */
export const KINDS = {
	plain: { share: 235, ask: chat() },
	stream: { share: 200, ask: streamed },
	silent: { share: 40, ask: chat({ stream: true }) },
	responses: { share: 40, ask: responses },
	native: { share: 70, ask: native("generateContent") },
	nativestream: { share: 70, ask: nativeStream },
	array: { share: 15, ask: native("streamGenerateContent") },
	slow: { share: 40, ask: streamed, rules: [{ do: SLOW }] },
	tools: { share: 40, ask: chat({ tools }),
		rules: [{ do: { events: [CALL] } }] },
	embed: { share: 40, ask: embed(3) },
	embedmany: { share: 5, ask: embed(130) },
	embedhalf: { share: 4, ask: embed(130),
		rules: [{ nth: 2, do: { error: "internal" } }] },
	embedlost: { share: 3, ask: embed(130),
		rules: [{ nth: 1, do: own }, { do: { error: "internal" } }] },
	leave: { share: 35, ask: streamed, rules: [{ do: SLOW }],
		leave: (chance) => ({ pieces: 1 + Math.floor(chance() * 8) }) },
	leavenative: { share: 25, ask: nativeStream, rules: [{ do: SLOW }],
		leave: (chance) => ({ pieces: 1 + Math.floor(chance() * 8) }) },
	leaveearly: { share: 25, ask: chat(),
		rules: [{ do: { ...own, first_delay_ms: 400 } }],
		leave: (chance) => ({ ms: 20 + Math.floor(chance() * 200) }) },
	again500: { share: 20, ask: chat(),
		rules: [{ nth: 1, do: { error: "internal" } }] },
	again429: { share: 12, ask: streamed, rules: [{ nth: 1,
		do: { error: "rate_plain", retry_delay: "1s" } }] },
	empty: { share: 15, ask: chat(),
		rules: [{ nth: 1, do: { events: [BAD_CALL] } }] },
	emptystream: { share: 10, ask: streamed,
		rules: [{ nth: 1, do: { events: [EMPTY] } }] },
	never: { share: 3, ask: chat(),
		rules: [{ do: { events: [BAD_CALL] } }] },
	halves: { share: 8, ask: streamed,
		rules: [{ nth: 1, do: { events: [HALF] } }] },
	choices: { share: 8, ask: chat({ n: 3, model: PRO }) },
	pictures: { share: 5, ask: pictures },
	picturesless: { share: 4, ask: pictures,
		rules: [{ nth: 1, do: own }, { nth: 2, do: { text: "No." } }] },
	cut: { share: 15, ask: streamed,
		rules: [{ do: { ...own, text_events: 4, cut_after_events: 2 } }] },
	cutnative: { share: 10, ask: nativeStream,
		rules: [{ do: { ...own, text_events: 4, cut_after_events: 2 } }] },
	cutearly: { share: 5, ask: streamed,
		rules: [{ nth: 1, do: { ...own, cut_after_bytes: 30 } }] },
	faulty: { share: 8, ask: streamed,
		rules: [{ do: { ...own, text_events: 4, error_event_at: 3 } }] },
	bad: { share: 10, ask: chat(),
		rules: [{ do: { error: "bad_request" } }] },
	hopeless: { share: 3, ask: chat(), rules: [{ do: { error: "internal" } }] },
	blocked: { share: 15, ask: chat(), rules: [{ do: { body: BLOCKED } }] },
	blockednative: { share: 10, ask: native("generateContent"),
		rules: [{ do: { body: BLOCKED } }] },
	cached: { share: 30, ask: cached, token: "caching",
		mark: (i) => String(i % QUESTIONS) },
	limited: { share: 25, ask: chat(), token: "limited" },
	stranger: { share: 7, ask: chat(), token: "unknown" },
	list: { share: 10, ask: () => ({ path: "/v1/models" }) },
};

/** Marks end in a dash, so that no kind's begins like another's. */
export const markOf = (kind, seed, i) => `${kind}-${seed}-` +
    `${KINDS[kind].mark?.(i) ?? i}-`;

/** The rules of the fake for all kinds. */
export const rules = () => [
	...Object.entries(KINDS).flatMap(([kind, { rules = [] }]) =>
	    rules.map((rule) => ({ mark: `${kind}-`, ...rule }))),
	{ do: own },
];
