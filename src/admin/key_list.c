/* The list of keys. */
#include "admin/key_list.h"

#include <string.h>

#include "admin/key_filter.h"
#include "admin/key_form.h"
#include "admin/key_row.h"
#include "admin/number.h"
#include "admin/pager.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/key_pages.h"
#include "web/query.h"

#define PATH "/keys"
#define MAX_FORM ((size_t)16 * 1024)

/* What matches is counted no further. */
#define COUNTED 10000
#define MAX_PAGE 100000

/* What a request wants to see. */
struct wish {
	struct json_object *filter; /* NULL: it is not legal */
	struct json_object *errors; /* of its fields */
	struct buf query;           /* the filter in canonical form */
	struct key_form_order order;
	int64_t page;
};

static void
wish_read(struct wish *w, struct visit *v)
{
	struct buf page;
	buf_init(&page, BUF_SMALL);
	buf_init(&w->query, BUF_SMALL);
	w->errors = json_object_new_object();
	w->filter = key_filter_read(v->query, &v->s->master, w->errors);
	key_filter_write(v->query, &v->s->master, &w->query);
	w->order = key_form_order(v->query);
	if (!query_get(v->query, "page", &page) ||
	    !text_to_int(buf_cstr(&page), 1, MAX_PAGE, &w->page))
		w->page = 1;
	buf_clear(&page);
}

static void
wish_clear(struct wish *w)
{
	json_object_put(w->filter);
	json_object_put(w->errors);
	buf_clear(&w->query);
}

/* --- what is shown ------------------------------------------------------- */

/* The states as tabs: how many keys there are, and the way to them. */
static void
add_tabs(struct json_object *data, const struct wish *w)
{
	static const struct {
		const char *total, *state, *label;
	} tabs[] = {
	    {"all", NULL, N_("All")},
	    {"ready", "ready", N_("Ready")},
	    {"resting", "resting", N_("Resting")},
	    {"disabled", "disabled", N_("Disabled")},
	    {"removed", "removed", N_("Removed")},
	};
	struct json_object *totals = json_get(data, "totals");
	struct json_object *list = json_object_new_array();
	const char *state = json_get_text(w->filter, "state");
	for (size_t i = 0; i < COUNT_OF(tabs); i++) {
		struct json_object *tab = json_object_new_object();
		json_set_text(tab, "label", tabs[i].label);
		json_set_text(tab, "state", tabs[i].state);
		number_set(tab, "n", json_get_int(totals, tabs[i].total, 0));
		json_set_bool(tab, "current",
		    w->filter != NULL &&
			(state == NULL ? tabs[i].state == NULL
				       : text_same(state, tabs[i].state)));
		json_object_array_add(list, tab);
	}
	json_set(data, "tabs", list);
	json_set_bool(data, "no_keys",
	    json_get_int(totals, "all", 0) == 0 &&
		json_get_int(totals, "removed", 0) == 0);
}

/* How many there are, and the ways to the other pages. */
static void
add_pager(struct json_object *data, const struct wish *w, struct buf *query)
{
	int64_t found = json_get_int(data, "found", 0);
	int64_t rows = (int64_t)json_count(json_get(data, "rows"));
	bool capped = json_get_bool(data, "capped");
	if (capped)
		found = COUNTED;
	int64_t pages = (found + w->order.size - 1) / w->order.size;
	struct json_object *pager = pager_make(
	    PATH, buf_cstr(query), w->page, pages, capped && rows > 0);
	if (pager != NULL)
		json_set(data, "pager", pager);
	json_set_bool(data, "any", rows > 0);
	json_set_bool(data, "past", rows == 0 && found > 0 && w->page > 1);
	json_set_bool(data, "page_only", rows == found && !capped);
	json_set_int(data, "found_n", found);
	number_set(data, "found", found);
}

/* NULL if the database failed. */
static struct json_object *
make_page(struct visit *v, const struct wish *w)
{
	struct json_object *none = json_object_new_object();
	struct key_pages_part part = {w->order.sort, w->order.down,
	    (w->page - 1) * w->order.size, w->order.size, COUNTED + 1};
	if (w->filter == NULL)
		part.limit = 0;
	struct json_object *data = key_pages_list(
	    v->s->db, w->filter == NULL ? none : w->filter, &part);
	json_object_put(none);
	if (data == NULL)
		return NULL;
	struct buf query;
	buf_init(&query, BUF_SMALL);
	buf_join(&query, &w->query);
	key_form_order_write(&w->order, &query);
	if (w->filter == NULL)
		json_set_int(data, "found", 0);
	key_rows_shape(v->s, json_get(data, "rows"));
	add_tabs(data, w);
	add_pager(data, w, &query);
	key_form_add(data, buf_cstr(&w->query), &w->order);
	json_set_text(data, "filter", buf_cstr(&w->query));
	json_set_bool(data, "filtered", w->query.len > 0);
	json_set_bool(data, "shows_removed",
	    text_same(json_get_text(w->filter, "state"), "removed"));
	json_share(data, "errors", w->errors);
	buf_clear(&query);
	return data;
}

void
key_list_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish w = {0};
	(void)match;
	if (!visit_begin(&v, s))
		return;
	wish_read(&w, &v);
	visit_send_status(&v, w.filter == NULL ? 422 : 200, "keys.html",
	    N_("Keys"), make_page(&v, &w));
	wish_clear(&w);
	visit_end(&v);
}

/* --- searching ----------------------------------------------------------- */

void
key_list_serve_search(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf query, path;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&query, BUF_SMALL);
	buf_init(&path, BUF_SMALL);
	const char *fields = buf_cstr(&v.fields);
	struct key_form_order order = key_form_order(fields);
	key_filter_write(fields, &s->master, &query);
	key_form_order_write(&order, &query);
	buf_str(&path, PATH);
	if (query.len > 0)
		buf_byte(&path, '?');
	buf_join(&path, &query);
	visit_go(&v, buf_cstr(&path), NULL);
	buf_clear(&query);
	buf_clear(&path);
	visit_end(&v);
}
