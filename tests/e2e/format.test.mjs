// response_format, with OpenAI's own client: what Gemini is asked for, and
// what .parse() makes of the answer.
import assert from "node:assert/strict";
import OpenAI from "openai";
import { makeParseableResponseFormat } from "openai/lib/parser";

import { kw, test } from "./lib/shared.mjs";

const messages = [{ role: "user", content: "Where is Zürich?" }];

function client() {
	return new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0 });
}

/* What zodResponseFormat makes, without zod. */
function format(schema) {
	return makeParseableResponseFormat({ type: "json_schema",
		json_schema: { name: "place", strict: true, schema } }, JSON.parse);
}

const place = { type: "object",
	properties: { city: { type: "string", pattern: "^[A-Z]" },
		country: { $ref: "#/definitions/country" },
		not: { type: ["integer", "null"], default: null } },
	required: ["city", "country", "not"], additionalProperties: false,
	definitions: { country: { type: "string", enum: ["CH", "AT"] } },
	$schema: "http://json-schema.org/draft-07/schema#" };

const answer = { city: "Zürich", country: "CH", not: null };

test("parse: the schema, cleaned", async () => {
	await kw.fake.script({ text: JSON.stringify(answer) });
	const completion = await client().chat.completions.parse(
	    { model: "gemini-3.8-flash", messages, response_format: format(place) });
	assert.deepEqual(completion.choices[0].message.parsed, answer);
	const { body } = await kw.fake.only();
	assert.deepEqual(body.generationConfig.responseJsonSchema,
	    { type: "object",
		properties: { city: { type: "string" },
			country: { $ref: "#/$defs/country" },
			not: { type: ["integer", "null"] } },
		required: ["city", "country", "not"], additionalProperties: false,
		$defs: { country: { type: "string", enum: ["CH", "AT"] } } });
	assert.equal(body.generationConfig.responseMimeType, "application/json");
	assert.ok(!("systemInstruction" in body));
});

test("parse: an old model's dialect", async () => {
	await kw.fake.script({ text: JSON.stringify(answer) });
	await client().chat.completions.parse(
	    { model: "gemini-2.0-flash", messages, response_format: format(place) });
	const { body } = await kw.fake.only();
	assert.deepEqual(body.generationConfig.responseSchema,
	    { type: "object",
		properties: { city: { type: "string", pattern: "^[A-Z]" },
			country: { type: "string", enum: ["CH", "AT"] },
			not: { type: "integer", nullable: true } },
		required: ["city", "country", "not"] });
});

test("parse: what cannot be a schema is said in words, a fence taken off",
    async () => {
	const tree = { type: "object", properties: { name: { type: "string" },
		children: { type: "array", items: { $ref: "#" } } },
		required: ["name", "children"], additionalProperties: false };
	const found = { name: "a", children: [] };
	await kw.fake.script(
	    { text: "```json\n" + JSON.stringify(found, null, 2) + "\n```\n" });
	const completion = await client().chat.completions.parse(
	    { model: "gemini-3.8-flash", response_format: format(tree),
		messages: [{ role: "system", content: "Be brief." }, ...messages] });
	assert.deepEqual(completion.choices[0].message.parsed, found);
	const { body } = await kw.fake.only();
	assert.equal(body.generationConfig.responseMimeType, "application/json");
	assert.ok(!("responseJsonSchema" in body.generationConfig));
	const [own, ours] = body.systemInstruction.parts;
	assert.equal(own.text, "Be brief.");
	assert.ok(ours.text.endsWith(JSON.stringify(tree)));
});

test("what is wrong with a schema is said with its path", async () => {
	await assert.rejects(client().chat.completions.create(
	    { model: "gemini-3.8-flash", messages, response_format:
		{ type: "json_schema", json_schema: { name: "x", schema: "y" } } }),
	    (error) => {
		assert.equal(error.status, 400);
		assert.equal(error.code, "invalid_type");
		assert.equal(error.param, "response_format.json_schema.schema");
		return true;
	});
	assert.deepEqual(await kw.fake.requests(), []);
});

test("a name that occurs twice in the body is refused by its path", async () => {
	const response = await fetch(`${kw.base}/v1/chat/completions`, {
		method: "POST",
		headers: { "content-type": "application/json",
			authorization: `Bearer ${kw.token}` },
		body: '{"model":"gemini-3.8-flash","messages":' +
		    '[{"role":"user","content":"a","content":"b"}]}',
	});
	assert.equal(response.status, 400);
	const { error } = await response.json();
	assert.equal(error.code, "invalid_json");
	assert.equal(error.param, "messages[0].content");
	assert.match(error.message, /twice/);
	assert.deepEqual(await kw.fake.requests(), []);
});
