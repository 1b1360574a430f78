/* base/dump: the same rows, however the bytes are cut. */
#include "base/dump.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static const struct dump_table tables[] = {
    {"t_settings", {"key", "value"}},
    {"t_file_records", {"name", "api_key", "expiration_time"}},
};

/* The rows as one text, and whether all was well. */
struct rows {
	struct buf text;
	size_t left; /* how many are welcome */
	bool ok;
};

static bool
take_row(void *ctx, const struct dump_row *row)
{
	struct rows *r = ctx;
	FUZZ_CHECK(row->table < 2 && row->line > 0);
	buf_fmt(&r->text, "%s %zu %d", row->database, row->table, row->line);
	for (size_t i = 0; i < 2 + row->table; i++) {
		const struct dump_value *v = &row->values[i];
		FUZZ_CHECK(v->text != NULL || v->len == 0);
		FUZZ_CHECK(v->text == NULL || v->text[v->len] == '\0');
		buf_fmt(&r->text, " %zu:", v->text == NULL ? 0 : v->len + 1);
		buf_add(&r->text, v->text, v->len);
	}
	return r->left-- > 0;
}

static void
parse(struct rows *r, struct fuzz_input in, uint32_t seed, size_t left)
{
	struct fuzz_cuts cuts = {seed};
	struct dump d;
	r->ok = true;
	r->left = left;
	buf_init(&r->text, BUF_LARGE);
	dump_init(&d, tables, COUNT_OF(tables), take_row, r);
	while (in.len > 0 && r->ok) {
		size_t n = fuzz_cut(&cuts, in.len);
		char *piece = fuzz_copy(in.p, n);
		r->ok = dump_feed(&d, piece, n);
		free(piece);
		in.p += n;
		in.len -= n;
	}
	r->ok = r->ok && dump_end(&d);
	FUZZ_CHECK(!r->ok || d.why.len == 0);
	FUZZ_CHECK(r->ok || d.why.len > 0 || d.stopped);
	buf_join(&r->text, &d.why);
	dump_clear(&d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	uint32_t seed = fuzz_flags(&in);
	size_t left = (seed & 1) != 0 ? 1 : SIZE_MAX;
	struct rows whole, cut;
	parse(&whole, in, 0, left);
	parse(&cut, in, seed | 1, left);
	FUZZ_CHECK(whole.ok == cut.ok && fuzz_same(&whole.text, &cut.text));
	buf_clear(&whole.text);
	buf_clear(&cut.text);
	return 0;
}
