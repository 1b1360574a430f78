/* Keys worth attention. */
#include "admin/key_attention.h"

#include <string.h>

#include "pool/cause_words.h"
#include "admin/key_row.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/key_pages.h"
#include "web/query.h"

#define PATH "/keys/attention"

/* The statuses that always have a link. */
static const int usual[] = {429, 403, 400, 500};

struct wish {
	int64_t code, count;
	struct json_object *errors; /* NULL: none */
};

/* A number of the query, or as it was; the text that was no such number goes
 * back into the form. */
static void
read_number(struct visit *v, struct wish *w, const char *name, int64_t low,
    int64_t high, const char *why, int64_t *number)
{
	struct buf value;
	buf_init(&value, BUF_SMALL);
	if (query_get(v->query, name, &value) && value.len > 0 &&
	    !text_to_int(buf_cstr(&value), low, high, number)) {
		if (w->errors == NULL)
			w->errors = json_object_new_object();
		json_set_text(w->errors, name, why);
	}
	buf_clear(&value);
}

/* --- what is shown ------------------------------------------------------- */

static void
add_code(struct json_object *list, int64_t code, int64_t attempts,
    const struct wish *w)
{
	struct json_object *o = json_object_new_object();
	json_set_int(o, "code", code);
	json_set_bool(o, "current", code == w->code);
	number_set(o, "attempts", attempts);
	json_object_array_add(list, o);
}

static int64_t
find_attempts(struct json_object *codes, int64_t code)
{
	for (size_t i = 0; i < json_count(codes); i++) {
		struct json_object *row = json_at(codes, i);
		if (json_get_int(row, "code", -1) == code)
			return json_get_int(row, "attempts", 0);
	}
	return 0;
}

static bool
is_usual(int64_t code)
{
	for (size_t i = 0; i < COUNT_OF(usual); i++)
		if (usual[i] == code)
			return true;
	return false;
}

/* The usual statuses, and what else came up. Those without an answer are
 * nobody's status. */
static void
add_codes(struct json_object *data, const struct wish *w)
{
	struct json_object *codes = json_get(data, "codes");
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(usual); i++)
		add_code(list, usual[i], find_attempts(codes, usual[i]), w);
	for (size_t i = 0; i < json_count(codes); i++) {
		struct json_object *row = json_at(codes, i);
		int64_t code = json_get_int(row, "code", 0);
		if (code >= 100 && !is_usual(code))
			add_code(
			    list, code, json_get_int(row, "attempts", 0), w);
	}
	json_set(data, "tabs", list);
}

static void
shape_rows(struct service *s, struct json_object *rows)
{
	key_rows_shape(s, rows);
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		const char *words = cause_words(json_get_text(row, "verdict"));
		number_set(row, "times", json_get_int(row, "failed", 0));
		if (words != NULL)
			json_set_text(row, "verdict_words", words);
	}
}

static struct json_object *
make_page(struct service *s, const struct wish *w)
{
	struct json_object *data = key_pages_attention(
	    s->db, w->code, w->errors == NULL ? w->count : 0);
	if (data == NULL)
		return NULL;
	struct json_object *rows = json_get(data, "rows");
	int64_t keys = json_get_int(data, "keys", 0);
	shape_rows(s, rows);
	add_codes(data, w);
	json_set_int(data, "code", w->code);
	json_set_int(data, "count", w->count);
	json_set_bool(data, "any", json_count(rows) > 0);
	json_set_bool(data, "more", keys > (int64_t)json_count(rows));
	json_set_bool(data, "page_only", true);
	number_set(data, "keys", keys);
	number_set(data, "attempts", json_get_int(data, "attempts", 0));
	number_set(data, "shown", (int64_t)json_count(rows));
	if (w->errors != NULL)
		json_share(data, "errors", w->errors);
	return data;
}

void
key_attention_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish w = {.code = 429, .count = 10};
	(void)match;
	if (!visit_begin(&v, s))
		return;
	read_number(&v, &w, "code", 100, 599,
	    N_("Give a status of HTTP, from 100 to 599."), &w.code);
	read_number(&v, &w, "count", 1, 1000,
	    N_("Give a whole number from 1 to 1000."), &w.count);
	visit_send_status(&v, w.errors == NULL ? 200 : 422,
	    "keys_attention.html", N_("Keys worth attention"),
	    make_page(s, &w));
	json_object_put(w.errors);
	visit_end(&v);
}
