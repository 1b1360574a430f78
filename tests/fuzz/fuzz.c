/* What the fuzzers share. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

void
fuzz_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

uint8_t
fuzz_byte(struct fuzz_input *in)
{
	if (in->len == 0)
		return 0;
	in->len--;
	return *in->p++;
}

uint32_t
fuzz_flags(struct fuzz_input *in)
{
	uint32_t flags = fuzz_byte(in);
	flags |= (uint32_t)fuzz_byte(in) << 8;
	return flags | (uint32_t)fuzz_byte(in) << 16;
}

size_t
fuzz_cut(struct fuzz_cuts *cuts, size_t len)
{
	if (cuts->state == 0 || len < 2)
		return len;
	cuts->state ^= cuts->state << 13;
	cuts->state ^= cuts->state >> 17;
	cuts->state ^= cuts->state << 5;
	return 1 + cuts->state % (len < 24 ? len : 24);
}

char *
fuzz_copy(const void *bytes, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	if (copy == NULL)
		abort();
	if (len > 0)
		memcpy(copy, bytes, len);
	return copy;
}

struct json_object *
fuzz_parse(const char *text, size_t len)
{
	struct json_tokener *tok = json_tokener_new_ex(3 * JSON_MAX_DEPTH);
	json_tokener_set_flags(
	    tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o =
	    text_is_utf8(text, len) && memchr(text, '\0', len) == NULL
	    ? json_tokener_parse_ex(tok, text, (int)len)
	    : NULL;
	json_tokener_free(tok);
	return o;
}

void
fuzz_write(struct buf *out, struct json_object *value)
{
	json_write(out, value);
	FUZZ_CHECK(buf_ok(out));
}

bool
fuzz_same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	    memcmp(buf_cstr(a), buf_cstr(b), a->len) == 0;
}
