/*
 * A client's body under every setting: it becomes a body for Gemini, twice
 * the same, or an error that can be written; and it is not changed by that.
 * The first three bytes say which settings are on.
 */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "fuzz.h"
#include "protocol/chat_request.h"

/* What may come of a body, besides itself. */
#define GROWTH ((size_t)16 * 1024 * 1024)

static const char url_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz"
				"0123456789._:@-";

static struct chat_policy
policy_of(uint32_t flags)
{
	struct chat_policy policy = {0};
	bool *const switches[] = {&policy.show_thoughts,
	    &policy.thoughts_as_tags, &policy.search_links,
	    &policy.markdown_images, &policy.url_context,
	    &policy.code_execution, &policy.named_built_ins,
	    &policy.fill_missing_results, &policy.drop_prefill,
	    &policy.fake_stream};
	const struct {
		struct json_object **value;
		const char *text;
	} values[] = {
	    {&policy.url_allow_list, "[\"localhost\",\"*.example.org\"]"},
	    {&policy.safety,
		"[{\"category\":\"HARM_CATEGORY_HARASSMENT\","
		"\"threshold\":\"OFF\"}]"},
	    {&policy.search_models, "[\"gemini-2.5-flash\"]"},
	    {&policy.image_models, "[\"gemini-2.5-flash\"]"},
	    {&policy.thinking_models, "[\"gemini-2.5-flash\"]"},
	    {&policy.url_context_models, "[\"gemini-2.5-flash\"]"},
	    {&policy.fake_stream_models, "[\"gemini-2.5-flash\"]"},
	    {&policy.thinking_budgets, "{\"gemini-2.5-flash\":1000}"},
	    {&policy.models,
		"{\"gemini-2.5-flash\":true,"
		"\"gemini-2.5-flash-image\":true}"},
	    {&policy.quirks,
		"{\"gemini-2.5-flash\":[\"no_logprobs\",\"no_penalties\"]}"},
	    {&policy.learned,
		"[\"no_json_schema\",\"no_mixed_tools\",\"no_system\","
		"\"drop:id\",\"drop:seed\"]"},
	};
	size_t bit = 0;
	for (size_t i = 0; i < COUNT_OF(switches); i++, bit++)
		*switches[i] = (flags >> bit & 1) != 0;
	for (size_t i = 0; i < COUNT_OF(values); i++, bit++)
		if ((flags >> bit & 1) != 0)
			*values[i].value = json_parse(
			    values[i].text, strlen(values[i].text), NULL);
	return policy;
}

static void
clear_policy(struct chat_policy *policy)
{
	struct json_object *const values[] = {policy->safety,
	    policy->search_models, policy->image_models,
	    policy->thinking_models, policy->url_context_models,
	    policy->fake_stream_models, policy->thinking_budgets,
	    policy->models, policy->quirks, policy->learned,
	    policy->url_allow_list};
	for (size_t i = 0; i < COUNT_OF(values); i++)
		json_object_put(values[i]);
}

static void
check_error(const struct api_error *error)
{
	static const enum api_dialect dialects[] = {
	    DIALECT_OPENAI, DIALECT_GOOGLE};
	FUZZ_CHECK(error->fault != FAULT_NONE);
	for (size_t i = 0; i < COUNT_OF(dialects); i++) {
		struct buf text;
		buf_init(&text, BUF_LARGE);
		api_error_write(error, dialects[i], &text);
		FUZZ_CHECK(buf_ok(&text) && text.len < 8192);
		struct json_object *o = fuzz_parse(buf_cstr(&text), text.len);
		FUZZ_CHECK(json_get_text(json_get(o, "error"), "message"));
		int status = api_error_status(error, dialects[i]);
		FUZZ_CHECK(status >= 400 && status < 600);
		json_object_put(o);
		buf_clear(&text);
	}
}

static void
check_request(const struct chat_request *req, const struct buf *text)
{
	FUZZ_CHECK(req->model != NULL && req->model[0] != '\0');
	FUZZ_CHECK(strspn(req->model, url_chars) == strlen(req->model));
	FUZZ_CHECK(req->n >= 1 && req->n <= 8);
	FUZZ_CHECK(buf_ok(&req->adjusted));
	FUZZ_CHECK(json_count(json_get(req->gemini, "contents")) > 0);
	struct json_object *o = fuzz_parse(buf_cstr(text), text->len);
	FUZZ_CHECK(o != NULL);
	json_object_put(o);
}

/* Translate once; the body for Gemini, or the error, as a text. */
static bool
translate(struct json_object *body, const struct chat_policy *policy,
    struct buf *text)
{
	struct chat_request req;
	struct api_error error = {0};
	buf_init(text, BUF_LARGE);
	bool ok = chat_request_read(&req, body, policy, &error);
	if (ok) {
		fuzz_write(text, req.gemini);
		check_request(&req, text);
		buf_fmt(text, "%s %d", buf_cstr(&req.adjusted), req.n);
	} else {
		check_error(&error);
		api_error_write(&error, DIALECT_OPENAI, text);
	}
	chat_request_clear(&req);
	api_error_clear(&error);
	return ok;
}

static void
check_body(struct json_object *body, uint32_t flags, size_t size)
{
	struct chat_policy policy = policy_of(flags);
	struct buf before, after, first, second;
	buf_init(&before, BUF_LARGE);
	buf_init(&after, BUF_LARGE);
	fuzz_write(&before, body);
	bool ok = translate(body, &policy, &first);
	FUZZ_CHECK(translate(body, &policy, &second) == ok);
	fuzz_write(&after, body);
	FUZZ_CHECK(fuzz_same(&first, &second));
	FUZZ_CHECK(fuzz_same(&before, &after));
	FUZZ_CHECK(first.len < 8 * size + GROWTH);
	buf_clear(&before);
	buf_clear(&after);
	buf_clear(&first);
	buf_clear(&second);
	clear_policy(&policy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	uint32_t flags = fuzz_flags(&in);
	struct api_error error = {0};
	struct json_object *body =
	    chat_body_parse((const char *)in.p, in.len, &error);
	if (body == NULL)
		check_error(&error);
	else
		check_body(body, flags, in.len);
	json_object_put(body);
	api_error_clear(&error);
	return 0;
}
