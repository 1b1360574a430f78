/* protocol/json_array: the same elements, however the bytes are cut. */
#include <stdlib.h>

#include "base/json.h"
#include "fuzz.h"
#include "protocol/json_array.h"

#define ELEMENT_MAX 4096

struct elements {
	struct buf text;
	bool ok, ended;
	size_t count;
};

static bool
take_element(void *ctx, const char *text, size_t len)
{
	struct elements *e = ctx;
	FUZZ_CHECK(len > 0 && len <= ELEMENT_MAX && text[0] == '{');
	buf_fmt(&e->text, "%zu:", len);
	buf_add(&e->text, text, len);
	e->count++;
	return true;
}

static void
parse(struct elements *e, struct fuzz_input in, uint32_t seed)
{
	struct fuzz_cuts cuts = {seed};
	struct json_array array;
	*e = (struct elements){.ok = true};
	buf_init(&e->text, BUF_LARGE);
	json_array_init(&array, ELEMENT_MAX);
	while (in.len > 0 && e->ok) {
		size_t n = fuzz_cut(&cuts, in.len);
		char *piece = fuzz_copy(in.p, n);
		e->ok = json_array_feed(&array, piece, n, take_element, e);
		free(piece);
		in.p += n;
		in.len -= n;
	}
	e->ended = e->ok && json_array_ended(&array);
	json_array_clear(&array);
}

/* What is an array of objects for a parser is one here, too. */
static void
compare(const struct elements *e, const char *text, size_t len)
{
	struct json_object *o = json_parse(text, len, NULL);
	size_t n = json_count(o);
	bool objects = json_object_is_type(o, json_type_array);
	for (size_t i = 0; i < n; i++)
		objects = objects &&
		    json_object_is_type(json_at(o, i), json_type_object);
	if (objects && len <= ELEMENT_MAX)
		FUZZ_CHECK(e->ended && e->count == n);
	json_object_put(o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	uint32_t seed = fuzz_flags(&in);
	struct elements whole, cut;
	parse(&whole, in, 0);
	parse(&cut, in, seed | 1);
	FUZZ_CHECK(whole.ok == cut.ok && whole.ended == cut.ended);
	FUZZ_CHECK(fuzz_same(&whole.text, &cut.text));
	compare(&whole, (const char *)in.p, in.len);
	buf_clear(&whole.text);
	buf_clear(&cut.text);
	return 0;
}
