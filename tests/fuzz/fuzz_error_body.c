/* pool/error_body: whatever comes with an error, no key of ours goes out with
 * it, and there is a verdict. */
#include "pool/error_body.h"

#include <ctype.h>
#include <string.h>

#include "base/json.h"
#include "fuzz.h"
#include "pool/verdict.h"
#include "protocol/api_error.h"

/* True if a text holds a key: AIza and 35 more. */
static bool
holds_key(const char *text)
{
	for (const char *p = text; (p = strstr(p, "AIza")) != NULL; p++) {
		size_t n = 4;
		while (
		    isalnum((unsigned char)p[n]) || p[n] == '_' || p[n] == '-')
			n++;
		if (n >= 39)
			return true;
	}
	return false;
}

static void
check_answer(const struct error_body *e, enum api_fault fault)
{
	struct api_error error = {0};
	api_error_set(&error, fault, NULL, "%s", e->message);
	error.google = e->google;
	for (int dialect = 0; dialect < 2; dialect++) {
		struct buf text;
		buf_init(&text, BUF_LARGE);
		api_error_write(&error, (enum api_dialect)dialect, &text);
		struct json_object *o = fuzz_parse(buf_cstr(&text), text.len);
		FUZZ_CHECK(json_get(o, "error") != NULL);
		FUZZ_CHECK(!holds_key(buf_cstr(&text)));
		int status =
		    api_error_status(&error, (enum api_dialect)dialect);
		FUZZ_CHECK(status >= 400 && status < 600);
		json_object_put(o);
		buf_clear(&text);
	}
	error.google = NULL;
	api_error_clear(&error);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = {
	    200, 400, 401, 402, 403, 404, 429, 500, 502, 503, 504, 302, 0};
	struct fuzz_input in = {data, size};
	uint8_t which = fuzz_byte(&in);
	struct error_body e;
	error_body_read(&e, (const char *)in.p, in.len);
	FUZZ_CHECK(e.message != NULL);
	FUZZ_CHECK(memchr(e.status, '\0', sizeof(e.status)) != NULL);
	FUZZ_CHECK(memchr(e.project, '\0', sizeof(e.project)) != NULL);
	FUZZ_CHECK(e.retry_ms >= -1);
	if (e.google != NULL)
		FUZZ_CHECK(!holds_key(e.google));

	struct attempt_facts facts = {.end = ATTEMPT_REFUSED,
	    .status = statuses[which % (sizeof(statuses) / sizeof(int))],
	    .error = &e,
	    .file_route = which >= 128};
	struct verdict v = verdict_of(&facts);
	FUZZ_CHECK(v.name != NULL && v.reason != NULL);
	FUZZ_CHECK(v.rest_ms >= 0 && v.wait_ms >= 0);
	check_answer(&e, v.fault == FAULT_NONE ? FAULT_UPSTREAM : v.fault);
	error_body_clear(&e);
	return 0;
}
