/* The list of models. */
#include "admin/model_list.h"

#include <string.h>

#include "admin/jobs_page.h"
#include "admin/model_row.h"
#include "admin/model_warning.h"
#include "admin/model_words.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/model_pages.h"

#define MAX_FORM ((size_t)16 * 1024)

/* --- what is asked for --------------------------------------------------- */

struct wish {
	struct buf q;
	unsigned can; /* 0: any */
	size_t sort;  /* of sorts */
};

static const char *
name_of(struct json_object *row)
{
	return json_get_text(row, "model");
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(name_of(*(struct json_object *const *)a),
	    name_of(*(struct json_object *const *)b));
}

/* The largest first, then by name. */
static int
by_number(const void *a, const void *b, const char *object, const char *member)
{
	struct json_object *one = *(struct json_object *const *)a;
	struct json_object *two = *(struct json_object *const *)b;
	int64_t x =
	    json_get_int(object ? json_get(one, object) : one, member, 0);
	int64_t y =
	    json_get_int(object ? json_get(two, object) : two, member, 0);
	return x != y ? (x < y ? 1 : -1) : by_name(a, b);
}

static int
by_use(const void *a, const void *b)
{
	return by_number(a, b, NULL, "requests");
}

static int
by_tokens(const void *a, const void *b)
{
	return by_number(a, b, NULL, "tokens");
}

static int
by_keys(const void *a, const void *b)
{
	return by_number(a, b, NULL, "keys");
}

static int
by_input(const void *a, const void *b)
{
	return by_number(a, b, "object", "inputTokenLimit");
}

static int
by_output(const void *a, const void *b)
{
	return by_number(a, b, "object", "outputTokenLimit");
}

static const struct {
	const char *value, *label;
	int (*compare)(const void *, const void *);
} sorts[] = {
    {"name", N_("name"), by_name},
    {"requests", N_("requests in 24 h"), by_use},
    {"tokens", N_("tokens in 24 h"), by_tokens},
    {"keys", N_("keys"), by_keys},
    {"input", N_("tokens in"), by_input},
    {"output", N_("tokens out"), by_output},
};

static void
wish_read(struct visit *v, struct wish *w)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	buf_init(&w->q, BUF_SMALL);
	visit_get(v, "q", &w->q);
	if (!text_is_utf8(buf_cstr(&w->q), w->q.len))
		buf_reset(&w->q);
	visit_get(v, "can", &text);
	w->can = model_words_can(buf_cstr(&text));
	buf_reset(&text);
	visit_get(v, "sort", &text);
	w->sort = COUNT_OF(sorts) - 1;
	while (
	    w->sort > 0 && strcmp(sorts[w->sort].value, buf_cstr(&text)) != 0)
		w->sort--;
	buf_clear(&text);
}

static bool
fits(struct json_object *row, const struct wish *w)
{
	struct json_object *model = json_get(row, "object");
	const char *q = buf_cstr(&w->q);
	return (w->can == 0 || (model_row_can(row) & w->can)) &&
	    (*q == '\0' || text_contains(name_of(row), q) ||
		text_contains(json_get_text(model, "displayName"), q) ||
		text_contains(json_get_text(model, "description"), q));
}

/* --- what is shown ------------------------------------------------------- */

static void
add_sorts(struct json_object *data, const struct wish *w)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(sorts); i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "value", sorts[i].value);
		json_set_text(o, "label", sorts[i].label);
		json_set_bool(o, "selected", i == w->sort);
		json_object_array_add(list, o);
	}
	json_set(data, "sorts", list);
}

/* Keep the rows that fit, in order, ready to be shown. */
static void
choose(struct visit *v, struct json_object *data, const struct wish *w)
{
	struct json_object *rows = json_get(data, "rows");
	struct json_object *kept = json_object_new_array();
	number_set(data, "all", (int64_t)json_count(rows));
	for (size_t i = 0; i < json_count(rows); i++)
		if (fits(json_at(rows, i), w))
			json_object_array_add(
			    kept, json_object_get(json_at(rows, i)));
	json_object_array_sort(kept, sorts[w->sort].compare);
	for (size_t i = 0; i < json_count(kept); i++)
		model_row_shape(v, json_at(kept, i));
	number_set(data, "found", (int64_t)json_count(kept));
	json_set_bool(data, "any", json_count(kept) > 0);
	json_set(data, "rows", kept);
}

/* Settings that name models which the list does not have. */
static void
add_warnings(struct visit *v, struct json_object *data)
{
	struct json_object *rows = json_get(data, "rows");
	struct json_object *models = json_object_new_object();
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *model =
		    json_get(json_at(rows, i), "object");
		if (model != NULL)
			json_share(models, name_of(json_at(rows, i)), model);
	}
	struct json_object *list =
	    model_warning_list(v, v->s->settings, models);
	json_set_bool(data, "any_warnings", json_count(list) > 0);
	json_set(data, "warnings", list);
	json_object_put(models);
}

/* NULL if the database failed. */
static struct json_object *
make_page(struct visit *v, const struct wish *w)
{
	struct json_object *data = model_pages_list(v->s->db, NULL);
	if (data == NULL)
		return NULL;
	json_set_bool(
	    data, "any_models", json_count(json_get(data, "rows")) > 0);
	add_warnings(v, data);
	choose(v, data, w);
	add_sorts(data, w);
	json_set(data, "cans", model_words_choices(w->can));
	json_set_text(data, "q", buf_cstr(&w->q));
	json_set_bool(data, "filtered", w->q.len > 0 || w->can != 0);
	return data;
}

void
model_list_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish w;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	wish_read(&v, &w);
	visit_send(&v, "models.html", N_("Models"), make_page(&v, &w));
	buf_clear(&w.q);
	visit_end(&v);
}

void
model_list_serve_fetch(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	jobs_page_make_due(&v, "models", "/models");
	visit_end(&v);
}
