/*
 * Golden files of the Responses API's answers: Gemini's events in, the
 * client's response out, streamed and whole. Members of a case:
 *
 *   about          one sentence
 *   request        the client's body: what the response repeats of it, and
 *                  json_wanted, single_call, as chat_request has them
 *   events         Gemini's events; a string is the raw text of one
 *   fault          after the events the stream fails with these words
 *   expect_whole   members of the response object
 *   expect_stream  the events, each in this very order of members, but for
 *                  sequence_number: it is counted here. Of a `response` only
 *                  the members that are named are looked at.
 *
 * Values are compared as one line of JSON, so that the order of keys counts.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cases.h"
#include "protocol/responses_answer.h"
#include "protocol/surrogate.h"
#include "protocol/tool_names.h"

#define TEXT_MAX ((size_t)16 * 1024 * 1024)

static const struct chat_stamp stamp = {
    .id = "resp_golden", .created_s = 1760000000, .seed = 1};

/* --- playing ------------------------------------------------------------- */

/* One event, by way of its text, as the relay gets it. */
static bool
feed(struct responses_answer *a, struct json_object *event, struct buf *out)
{
	struct buf text;
	buf_init(&text, TEXT_MAX);
	if (json_object_is_type(event, json_type_string))
		buf_str(&text, json_object_get_string(event));
	else
		json_write(&text, event);
	struct json_object *copy =
	    surrogate_parse(buf_cstr(&text), text.len, NULL);
	bool ok = responses_answer_feed(a, copy, out);
	json_object_put(copy);
	buf_clear(&text);
	return ok;
}

/* The tools that the client has named. */
static bool
add_names(struct tool_names *names, struct json_object *tools)
{
	for (size_t i = 0; i < json_count(tools); i++) {
		const char *type = json_get_text(json_at(tools, i), "type");
		const char *name = json_get_text(json_at(tools, i), "name");
		if (name != NULL &&
		    tool_names_add(names, name, strcmp(type, "custom") == 0) ==
			NULL)
			return false;
	}
	return true;
}

static bool
play(struct json_object *c, bool stream, struct buf *out)
{
	struct json_object *request = json_get(c, "request");
	struct json_object *events = json_get(c, "events");
	const char *model = json_get_text(request, "model");
	const char *fault = json_get_text(c, "fault");
	char *asked = strdup(model == NULL ? "gemini-3.8-flash" : model);
	struct chat_request req = {
	    .asked_model = asked,
	    .stream = stream,
	    .single_call = json_get_bool(request, "single_call"),
	    .json_wanted = json_get_bool(request, "json_wanted"),
	    .echo = request,
	};

	bool ok = add_names(&req.names, json_get(request, "tools"));
	struct responses_answer *a = responses_answer_new(&req, &stamp);
	for (size_t i = 0; ok && i < json_count(events); i++)
		ok = feed(a, json_at(events, i), out);
	if (fault != NULL) {
		struct api_error error = {0};
		api_error_set(&error, FAULT_UPSTREAM, NULL, "%s", fault);
		responses_answer_fail(a, &error, out);
		api_error_clear(&error);
	} else {
		responses_answer_finish(a, out);
	}
	responses_answer_free(a);
	tool_names_clear(&req.names);
	free(asked);
	return ok && buf_ok(out);
}

/* --- comparing ----------------------------------------------------------- */

static bool
same_value(const char *where, const char *member, struct json_object *expected,
    struct json_object *got)
{
	struct buf a, b;
	buf_init(&a, TEXT_MAX);
	buf_init(&b, TEXT_MAX);
	json_write(&a, expected);
	json_write(&b, got);
	bool same = strcmp(buf_cstr(&a), buf_cstr(&b)) == 0;
	if (!same)
		printf("%s: %s\n  expected: %s\n  got:      %s\n", where,
		    member, buf_cstr(&a), buf_cstr(&b));
	buf_clear(&a);
	buf_clear(&b);
	return same;
}

/* The members that are expected of a response. */
static bool
same_members(const char *where, struct json_object *expected,
    struct json_object *response)
{
	bool same = true;
	json_object_object_foreach(expected, member, value)
	{
		same = same_value(
			   where, member, value, json_get(response, member)) &&
		    same;
	}
	return same;
}

static bool
same_event(const char *where, int64_t number, struct json_object *expected,
    struct json_object *got)
{
	struct json_object *response = json_get(expected, "response");
	bool same = json_get_int(got, "sequence_number", -1) == number;
	if (!same)
		printf("%s: the number is not %d\n", where, (int)number);
	if (response != NULL)
		same =
		    same_members(where, response, json_get(got, "response")) &&
		    same;

	/* What is left must agree as a whole. */
	if (response != NULL && json_get(got, "response") != NULL)
		json_share(got, "response", response);
	json_object_object_del(got, "sequence_number");
	return same_value(where, "event", expected, got) && same;
}

/* Take one event off the text; NULL if it does not look like one. */
static struct json_object *
next_event(const char **text)
{
	const char *type_end = strchr(*text, '\n');
	const char *end = strstr(*text, "\n\n");
	if (strncmp(*text, "event: ", 7) != 0 || end == NULL ||
	    strncmp(type_end + 1, "data: ", 6) != 0)
		return NULL;

	const char *type = *text + 7;
	const char *data = type_end + 7;
	size_t type_len = (size_t)(type_end - type);
	struct json_object *o = json_parse(data, (size_t)(end - data), NULL);
	const char *named = json_get_text(o, "type");
	*text = end + 2;
	if (named != NULL && strlen(named) == type_len &&
	    memcmp(named, type, type_len) == 0)
		return o;
	json_object_put(o);
	return NULL;
}

static bool
same_stream(const char *name, struct json_object *expect, const char *text)
{
	bool same = true;
	size_t n = 0;
	for (; *text != '\0' && n < json_count(expect); n++) {
		char where[256];
		struct json_object *got = next_event(&text);
		if (got == NULL) {
			printf("%s: no event: %s\n", name, text);
			return false;
		}
		snprintf(where, sizeof(where), "%s: event %zu", name, n);
		same = same_event(where, (int64_t)n, json_at(expect, n), got) &&
		    same;
		json_object_put(got);
	}
	if (n == json_count(expect) && *text == '\0')
		return same;
	printf("%s: %zu events are expected; left: %s\n", name,
	    json_count(expect), text);
	return false;
}

static bool
same_whole(const char *name, struct json_object *expect, const struct buf *text)
{
	struct json_object *got = json_parse(buf_cstr(text), text->len, NULL);
	bool same = same_members(name, expect, got);
	json_object_put(got);
	return same;
}

static bool
play_case(const char *name, struct json_object *c)
{
	bool ok = false;
	for (int stream = 0; stream <= 1; stream++) {
		struct buf out;
		struct json_object *expect =
		    json_get(c, stream ? "expect_stream" : "expect_whole");
		if (expect == NULL)
			continue;
		buf_init(&out, TEXT_MAX);
		ok = play(c, stream == 1, &out) &&
		    (stream ? same_stream(name, expect, buf_cstr(&out))
			    : same_whole(name, expect, &out));
		buf_clear(&out);
		if (!ok)
			return false;
	}
	if (!ok)
		printf("%s: expects nothing\n", name);
	return ok;
}

int
main(int argc, char **argv)
{
	return cases_main(argc, argv, "responses", play_case);
}
