/* Pages of Gemini's lists. */
#include "gateway/native_page.h"

#include "base/text.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/query.h"

/* A parameter, by either of its names. */
static bool
read_parameter(
    struct service *s, const char *camel, const char *snake, struct buf *value)
{
	const char *query = web_query(s->call);
	return (query_get(query, camel, value) ||
		   query_get(query, snake, value)) &&
	    value->len > 0;
}

bool
native_page_read(struct service *s, int64_t usual, int64_t most, int64_t *size,
    struct buf *token, struct api_error *error)
{
	struct buf text;
	int64_t n = 0;
	buf_init(&text, BUF_SMALL);
	bool ok = !read_parameter(s, "pageSize", "page_size", &text) ||
	    text_to_int(buf_cstr(&text), 0, INT32_MAX, &n) ||
	    api_error_set(error, FAULT_BAD_VALUE, "pageSize",
		"pageSize must be a whole number that is not negative.");
	*size = n == 0 ? usual : n > most ? most : n;
	(void)read_parameter(s, "pageToken", "page_token", token);
	buf_clear(&text);
	return ok;
}

bool
native_page_bad_token(struct api_error *error)
{
	return api_error_set(error, FAULT_BAD_VALUE, "pageToken",
	    "The page token is not valid.");
}
