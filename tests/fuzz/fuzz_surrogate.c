/* protocol/surrogate: marking keeps a text JSON, and what is joined again is
 * UTF-8, the same however it is cut. */
#include "protocol/surrogate.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "fuzz.h"

/* All texts of a value, one after the other. */
static void
join_texts(struct surrogate *s, struct json_object *value, struct buf *out)
{
	if (json_object_is_type(value, json_type_string)) {
		const char *text = json_object_get_string(value);
		size_t len = (size_t)json_object_get_string_len(value);
		if (surrogate_touches(s, text, len))
			surrogate_join(s, text, len, out);
		else
			buf_add(out, text, len);
	}
	for (size_t i = 0; i < json_count(value); i++)
		join_texts(s, json_at(value, i), out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct surrogate s = {0};
	struct buf marked, joined;
	buf_init(&marked, BUF_LARGE);
	buf_init(&joined, BUF_LARGE);
	struct json_object *plain = json_parse(text, size, NULL);
	struct json_object *o = surrogate_parse(text, size, NULL);

	if (!surrogate_mark(text, size, &marked))
		FUZZ_CHECK(marked.len == 0 && (plain == NULL) == (o == NULL));
	if (plain != NULL) {
		FUZZ_CHECK(o != NULL);
		join_texts(&s, o, &joined);
		surrogate_end(&s, &joined);
		FUZZ_CHECK(buf_ok(&joined));
		FUZZ_CHECK(text_is_utf8(buf_cstr(&joined), joined.len));
	}
	json_object_put(plain);
	json_object_put(o);
	buf_clear(&marked);
	buf_clear(&joined);
	return 0;
}
