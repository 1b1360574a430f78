/*
 * The golden requests: each file of a folder holds one request of OpenAI's
 * and what becomes of it. Members of a file:
 *   about            what the case is for
 *   form             chat, or responses; left out: chat
 *   policy           members of struct chat_policy; may be left out
 *   request          the client's body
 *   recalled, scope  what is remembered of signatures; may be left out
 *   expect           Gemini's body, in this very order of keys; or
 *   expect_chat      the chat request that a Responses request becomes; or
 *   expect_error     {"status":…,"code":…,"param":…}; status may be left out
 *   expect_adjusted  what was dropped for the model; left out: nothing
 *   expect_fetches   [{"url":…,"param":…}]: what the gateway has to fetch, for
 *                    the empty parts in that body; left out: nothing
 *   expect_model     the model in the upstream path; left out: any
 *   expect_calls     the number of calls it takes; left out: one
 */
#include <stdio.h>
#include <string.h>

#include "golden.h"

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"

#include "protocol/chat_request.h"
#include "protocol/responses_request.h"

static bool
same_text(
    const char *name, const char *what, const char *expected, const char *got)
{
	if (expected == NULL)
		expected = "(none)";
	if (got == NULL)
		got = "(none)";
	if (strcmp(expected, got) == 0)
		return true;
	golden_report(name, what, expected, got);
	return false;
}

/* The error as a client would read it. */
static bool
same_error(const char *name, struct json_object *expected,
    const struct api_error *error)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	api_error_write(error, DIALECT_OPENAI, &text);
	struct json_object *body = json_parse(buf_cstr(&text), text.len, NULL);
	struct json_object *got = json_get(body, "error");

	bool ok = same_text(name, "code", json_get_text(expected, "code"),
	    json_get_text(got, "code"));
	ok = same_text(name, "param", json_get_text(expected, "param"),
		 json_get_text(got, "param")) &&
	    ok;
	int64_t status = json_get_int(expected, "status", 400);
	if (status != api_error_status(error, DIALECT_OPENAI)) {
		printf("%s: status %d\n", name,
		    api_error_status(error, DIALECT_OPENAI));
		ok = false;
	}
	json_object_put(body);
	buf_clear(&text);
	return ok;
}

/* What is to be fetched, as a list of URLs and their fields. */
static bool
same_fetches(const char *name, struct json_object *expected,
    const struct chat_fetches *fetches)
{
	struct json_object *none = json_object_new_array();
	struct json_object *got = json_object_new_array();
	for (size_t i = 0; i < fetches->n; i++) {
		struct json_object *row = json_object_new_object();
		json_set_text(row, "url", fetches->rows[i].url);
		json_set_text(row, "param", fetches->rows[i].path);
		json_object_array_add(got, row);
	}
	bool ok = golden_same(
	    name, "fetches", expected != NULL ? expected : none, got);
	json_object_put(none);
	json_object_put(got);
	return ok;
}

/* "policy" of a case: the members of struct chat_policy by their names. */
static void
read_policy(struct json_object *given, struct chat_policy *policy)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
	    {"show_thoughts", &policy->show_thoughts},
	    {"thoughts_as_tags", &policy->thoughts_as_tags},
	    {"search_links", &policy->search_links},
	    {"markdown_images", &policy->markdown_images},
	    {"url_context", &policy->url_context},
	    {"code_execution", &policy->code_execution},
	    {"named_built_ins", &policy->named_built_ins},
	    {"fill_missing_results", &policy->fill_missing_results},
	    {"drop_prefill", &policy->drop_prefill},
	    {"fake_stream", &policy->fake_stream},
	};
	const struct {
		const char *name;
		struct json_object **value;
	} values[] = {
	    {"safety", &policy->safety},
	    {"filtered_models", &policy->filtered_models},
	    {"search_models", &policy->search_models},
	    {"image_models", &policy->image_models},
	    {"thinking_models", &policy->thinking_models},
	    {"url_context_models", &policy->url_context_models},
	    {"fake_stream_models", &policy->fake_stream_models},
	    {"thinking_budgets", &policy->thinking_budgets},
	    {"url_allow_list", &policy->url_allow_list},
	    {"models", &policy->models},
	    {"quirks", &policy->quirks},
	    {"learned", &policy->learned},
	};
	policy->create_image_model = json_get_text(given, "create_image_model");
	for (size_t i = 0; i < COUNT_OF(flags); i++)
		*flags[i].flag = json_get_bool(given, flags[i].name);
	for (size_t i = 0; i < COUNT_OF(values); i++)
		*values[i].value = json_get(given, values[i].name);
}

/* The first half of the way of a Responses request. */
static bool
run_chat_case(const char *name, struct json_object *c)
{
	struct api_error error = {0};
	struct json_object *chat =
	    responses_to_chat(json_get(c, "request"), NULL, &error);
	if (chat == NULL)
		printf("%s: was refused: %s\n", name,
		    error.message == NULL ? "" : error.message);
	bool ok = chat != NULL &&
	    golden_same(name, "chat", json_get(c, "expect_chat"), chat);
	json_object_put(chat);
	api_error_clear(&error);
	return ok;
}

/* One case; false if anything does not agree. */
static bool
run_case(const char *name, struct json_object *c)
{
	struct json_object *expect = json_get(c, "expect");
	struct json_object *expect_error = json_get(c, "expect_error");
	const char *form = json_get_text(c, "form");
	struct chat_policy policy = {0};
	if (json_get(c, "expect_chat") != NULL)
		return run_chat_case(name, c);
	if (json_get(c, "request") == NULL ||
	    json_get_text(c, "about") == NULL ||
	    (expect == NULL) == (expect_error == NULL)) {
		printf("%s: is no case\n", name);
		return false;
	}

	struct chat_request req;
	struct api_error error = {0};
	read_policy(json_get(c, "policy"), &policy);
	bool responses = form != NULL && strcmp(form, "responses") == 0;
	bool read = (responses ? responses_request_read : chat_request_read)(
	    &req, json_get(c, "request"), &policy, &error);

	const char *scope = json_get_text(c, "scope");
	if (read)
		chat_signatures_apply(
		    &req, json_get(c, "recalled"), scope == NULL ? "" : scope);

	bool ok = true;
	if (expect_error != NULL && read) {
		printf("%s: was not refused\n", name);
		ok = false;
	} else if (expect_error != NULL) {
		ok = same_error(name, expect_error, &error);
	} else if (!read) {
		printf("%s: was refused: %s\n", name,
		    error.message == NULL ? "" : error.message);
		ok = false;
	} else {
		const char *dropped = json_get_text(c, "expect_adjusted");
		ok = golden_same(name, "body", expect, req.gemini);
		ok = same_text(name, "adjusted", dropped == NULL ? "" : dropped,
			 buf_cstr(&req.adjusted)) &&
		    ok;
		ok = same_fetches(
			 name, json_get(c, "expect_fetches"), &req.fetches) &&
		    ok;
		const char *model = json_get_text(c, "expect_model");
		ok = (model == NULL ||
			 same_text(name, "model", model, req.model)) &&
		    ok;
		int calls = req.fan ? req.n : 1;
		if (json_get_int(c, "expect_calls", 1) != calls) {
			printf("%s: takes %d calls\n", name, calls);
			ok = false;
		}
	}
	chat_request_clear(&req);
	api_error_clear(&error);
	return ok;
}

int
main(int argc, char **argv)
{
	return golden_run(argc, argv, "request", run_case);
}
