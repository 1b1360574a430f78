/*
 * Golden files of the answer side: Gemini's events in, the client's bytes
 * out. Every file of the folder named on the command line is one case:
 *
 *   about          one sentence
 *   request        model, include_usage, legacy_functions, single_call,
 *                  json_wanted, search_links, markdown_images,
 *                  thoughts_as_tags, hide_thoughts, gemini: what the client
 *                  had asked for, and the settings;
 *                  functions, customs: the names of its tools
 *   pace           short, long, piece: texts are cut by the pacer
 *   events         Gemini's events; or
 *   sse            the raw text of its stream
 *   expect_stream  the exact bytes, or an array with one element per event:
 *                  a string is the data itself; an object is written as
 *                  compact JSON, after id, object, created and model if it
 *                  has neither `id` nor `error`
 *   expect_whole   the object of the whole answer (or the error object)
 *   expect_state   what the reader makes of it: complete, blocked …
 *   expect_signatures  {call id: signature} to be remembered; {}: nothing
 *
 * A case is played once as a whole, once byte by byte and several times in
 * random cuts; events are also played with \r\n and as a JSON array.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cases.h"
#include "protocol/chat_answer.h"
#include "protocol/json_array.h"
#include "protocol/pacer.h"
#include "protocol/sse.h"
#include "protocol/surrogate.h"

#define EVENT_MAX ((size_t)16 * 1024 * 1024)
#define RANDOM_ROUNDS 20
#define CREATED 1760000000

static const char stamp_id[] = "chatcmpl-golden";
static const char default_model[] = "gemini-3.8-flash";

/* How the upstream text is cut into reads. */
enum cut { CUT_NONE, CUT_BYTES, CUT_RANDOM };

/* One playing of a case: what the relay does, without the network. */
struct play {
	struct chat_request req;
	struct chat_answer *answer;
	struct pacer pacer;
	struct buf out;
	bool failed;
	enum answer_state state;
};

static uint32_t
next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static bool
take_event(void *ctx, const char *text, size_t len)
{
	struct play *p = ctx;
	struct json_object *event = surrogate_parse(text, len, NULL);
	if (event == NULL || !chat_answer_feed(p->answer, event, &p->out))
		p->failed = true;
	json_object_put(event);
	return !p->failed;
}

/* Feed the text, cut as asked; array: it is a JSON array and no SSE. */
static void
feed(struct play *p, const struct buf *text, bool array, enum cut cut,
    uint32_t seed)
{
	struct sse_parser sse;
	struct json_array json;
	sse_init(&sse, EVENT_MAX);
	json_array_init(&json, EVENT_MAX);

	/* Each piece is a copy of its own size: a read past it is seen. */
	for (size_t at = 0; at < text->len && !p->failed;) {
		size_t n = text->len - at;
		if (cut == CUT_BYTES)
			n = 1;
		if (cut == CUT_RANDOM && n > 1)
			n = 1 + next_random(&seed) % (n < 40 ? n : 40);
		char *piece = malloc(n);
		memcpy(piece, text->data + at, n);
		if (array ? !json_array_feed(&json, piece, n, take_event, p)
			  : !sse_feed(&sse, piece, n, take_event, p))
			p->failed = true;
		free(piece);
		at += n;
	}
	if (array ? !json_array_ended(&json) : !sse_end(&sse, take_event, p))
		p->failed = true;
	sse_clear(&sse);
	json_array_clear(&json);
}

static void
end(struct play *p)
{
	struct gemini_reader *reader = chat_answer_reader(p->answer);
	p->state = gemini_reader_state(reader, true);
	if (!p->failed &&
	    (p->state == ANSWER_COMPLETE || p->state == ANSWER_BLOCKED)) {
		chat_answer_finish(p->answer, &p->out);
		return;
	}

	struct api_error error = {.fault = FAULT_UPSTREAM};
	if (p->req.stream)
		chat_answer_fail(&error, &p->out);
	else
		api_error_write(&error, DIALECT_OPENAI, &p->out);
}

static const char *
asked_model(struct json_object *request)
{
	const char *model = json_get_text(request, "model");
	return model == NULL ? default_model : model;
}

static void
begin_pace(struct play *p, struct json_object *o)
{
	const struct text_pace pace = {
	    .short_text = (size_t)json_get_int(o, "short", 1),
	    .long_text = (size_t)json_get_int(o, "long", 1),
	    .piece = (size_t)json_get_int(o, "piece", 1),
	};
	if (o != NULL)
		pacer_attach(&p->pacer, chat_answer_reader(p->answer), &pace);
	pacer_begin(&p->pacer, &p->out);
}

static void
add_names(struct tool_names *names, struct json_object *list, bool custom)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (tool_names_add(names,
			json_object_get_string(json_at(list, i)),
			custom) == NULL)
			abort();
}

static void
begin(struct play *p, struct json_object *request, bool stream)
{
	struct chat_stamp stamp = {.created_s = CREATED, .seed = 1};
	snprintf(stamp.id, sizeof(stamp.id), "%s", stamp_id);
	*p = (struct play){0};
	p->req = (struct chat_request){
	    .asked_model = (char *)(uintptr_t)asked_model(request),
	    .stream = stream,
	    .include_usage = json_get_bool(request, "include_usage"),
	    .legacy_functions = json_get_bool(request, "legacy_functions"),
	    .single_call = json_get_bool(request, "single_call"),
	    .json_wanted = json_get_bool(request, "json_wanted"),
	    .search_links = json_get_bool(request, "search_links"),
	    .markdown_images = json_get_bool(request, "markdown_images"),
	    .thoughts_as_tags = json_get_bool(request, "thoughts_as_tags"),
	    .hide_thoughts = json_get_bool(request, "hide_thoughts"),
	    .n = 1,
	    .gemini = json_get(request, "gemini"),
	};
	add_names(&p->req.names, json_get(request, "functions"), false);
	add_names(&p->req.names, json_get(request, "customs"), true);
	p->answer = chat_answer_new(&p->req, &stamp);
	buf_init(&p->out, EVENT_MAX);
}

/* The upstream text of a case: SSE with the given line end, or an array. */
static void
write_input(
    struct buf *text, struct json_object *o, bool array, const char *line_end)
{
	struct json_object *events = json_get(o, "events");
	const char *sse = json_get_text(o, "sse");
	if (sse != NULL) {
		buf_str(text, sse);
		return;
	}

	for (size_t i = 0; i < json_count(events); i++) {
		buf_str(text, array ? (i == 0 ? "[" : "\r\n,") : "data: ");
		json_write(text, json_at(events, i));
		if (!array)
			buf_fmt(text, "%s%s", line_end, line_end);
	}
	if (array)
		buf_str(text, json_count(events) == 0 ? "[]" : "]\n");
}

static void
write_expected_event(
    struct buf *text, struct json_object *request, struct json_object *event)
{
	if (json_object_is_type(event, json_type_string)) {
		buf_fmt(text, "data: %s\n\n", json_object_get_string(event));
		return;
	}

	struct buf body;
	buf_init(&body, EVENT_MAX);
	json_write(&body, event);
	buf_str(text, "data: ");
	if (json_get(event, "id") == NULL && json_get(event, "error") == NULL)
		buf_fmt(text,
		    "{\"id\":\"%s\",\"object\":\"chat.completion.chunk\","
		    "\"created\":%d,\"model\":\"%s\",%s",
		    stamp_id, CREATED, asked_model(request),
		    buf_cstr(&body) + 1);
	else
		buf_str(text, buf_cstr(&body));
	buf_str(text, "\n\n");
	buf_clear(&body);
}

static void
write_expected(struct buf *text, struct json_object *o, bool stream)
{
	struct json_object *expect =
	    json_get(o, stream ? "expect_stream" : "expect_whole");
	if (!stream)
		json_write(text, expect);
	else if (json_object_is_type(expect, json_type_string))
		buf_str(text, json_object_get_string(expect));
	else
		for (size_t i = 0; i < json_count(expect); i++)
			write_expected_event(
			    text, json_get(o, "request"), json_at(expect, i));
}

static bool
same_state(struct json_object *o, enum answer_state state)
{
	static const char *const names[] = {
	    [ANSWER_OPEN] = "open",
	    [ANSWER_COMPLETE] = "complete",
	    [ANSWER_BLOCKED] = "blocked",
	    [ANSWER_EMPTY] = "empty",
	    [ANSWER_RETRY] = "retry",
	    [ANSWER_TRUNCATED] = "truncated",
	};
	const char *expect = json_get_text(o, "expect_state");
	return expect == NULL || strcmp(expect, names[state]) == 0;
}

/* expect_signatures of a case: {call id: signature}. */
static bool
same_signatures(struct json_object *o, struct chat_answer *answer)
{
	struct json_object *expect = json_get(o, "expect_signatures");
	struct json_object *got = chat_answer_signatures(answer);
	bool same = expect == NULL || json_object_equal(expect, got) ||
	    (got == NULL && json_object_object_length(expect) == 0);
	json_object_put(got);
	return same;
}

/* One way of playing a case. */
struct way {
	const char *name;
	bool array;
	const char *line_end;
	enum cut cut;
	int rounds;
};

static const struct way ways[] = {
    {"whole", false, "\n", CUT_NONE, 1},
    {"whole, \\r\\n", false, "\r\n", CUT_NONE, 1},
    {"byte by byte", false, "\n", CUT_BYTES, 1},
    {"byte by byte, \\r\\n", false, "\r\n", CUT_BYTES, 1},
    {"random cuts", false, "\r\n", CUT_RANDOM, RANDOM_ROUNDS},
    {"array", true, "\n", CUT_NONE, 1},
    {"array, byte by byte", true, "\n", CUT_BYTES, 1},
    {"array, random cuts", true, "\n", CUT_RANDOM, RANDOM_ROUNDS},
};

static bool
play_once(const char *name, struct json_object *o, bool stream,
    const struct way *way, int round)
{
	struct buf input, expected;
	struct play p;
	buf_init(&input, EVENT_MAX);
	buf_init(&expected, EVENT_MAX);
	write_input(&input, o, way->array, way->line_end);
	write_expected(&expected, o, stream);

	begin(&p, json_get(o, "request"), stream);
	begin_pace(&p, json_get(o, "pace"));
	feed(&p, &input, way->array, way->cut, 2463534242u + (uint32_t)round);
	end(&p);

	bool ok = buf_ok(&p.out) && p.out.len == expected.len &&
	    memcmp(buf_cstr(&p.out), buf_cstr(&expected), expected.len) == 0;
	if (!ok)
		printf("%s: %s, %s, round %d\nexpected:\n%s\ngot:\n%s\n", name,
		    stream ? "stream" : "whole answer", way->name, round,
		    buf_cstr(&expected), buf_cstr(&p.out));
	if (!same_state(o, p.state)) {
		printf("%s: state %d, expected %s\n", name, (int)p.state,
		    json_get_text(o, "expect_state"));
		ok = false;
	}
	if (!same_signatures(o, p.answer)) {
		printf("%s: the signatures differ\n", name);
		ok = false;
	}
	chat_answer_free(p.answer);
	pacer_clear(&p.pacer);
	tool_names_clear(&p.req.names);
	buf_clear(&p.out);
	buf_clear(&input);
	buf_clear(&expected);
	return ok;
}

/* Every way and both forms; the first difference is enough. */
static bool
play_case(const char *name, struct json_object *o)
{
	bool any = false;
	for (int stream = 0; stream <= 1; stream++) {
		if (json_get(o, stream ? "expect_stream" : "expect_whole") ==
		    NULL)
			continue;
		any = true;
		for (size_t i = 0; i < COUNT_OF(ways); i++) {
			const struct way *way = &ways[i];
			if (way->array && json_get(o, "sse") != NULL)
				continue;
			for (int round = 0; round < way->rounds; round++)
				if (!play_once(
					name, o, stream == 1, way, round))
					return false;
		}
	}
	if (!any)
		printf("%s: expects nothing\n", name);
	return any;
}

int
main(int argc, char **argv)
{
	return cases_main(argc, argv, "answer", play_case);
}
