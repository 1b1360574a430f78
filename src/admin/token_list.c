/* The list of tokens. */
#include "admin/token_list.h"

#include <string.h>

#include "admin/number.h"
#include "admin/pager.h"
#include "admin/token_row.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/token_pages.h"
#include "web/query.h"

#define ON_A_PAGE 50
#define MAX_PAGE 100000

static const struct {
	const char *state, *label; /* NULL: all but the revoked ones */
} tabs[] = {
    {NULL, N_("All")},
    {"active", N_("Active")},
    {"disabled", N_("Disabled")},
    {"expired", N_("Expired")},
    {"revoked", N_("Revoked")},
};

/* What a request wants to see. */
struct wish {
	const char *state; /* of tabs */
	struct buf search;
	int64_t page;
};

static void
wish_read(struct wish *w, const char *query)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	buf_init(&w->search, BUF_SMALL);
	w->state = NULL;
	query_get(query, "state", &text);
	for (size_t i = 1; i < COUNT_OF(tabs); i++)
		if (strcmp(buf_cstr(&text), tabs[i].state) == 0)
			w->state = tabs[i].state;
	buf_reset(&text);
	if (!query_get(query, "page", &text) ||
	    !text_to_int(buf_cstr(&text), 1, MAX_PAGE, &w->page))
		w->page = 1;
	query_get(query, "q", &w->search);
	if (!text_is_utf8(buf_cstr(&w->search), strlen(buf_cstr(&w->search))))
		buf_reset(&w->search);
	buf_clear(&text);
}

/* The query of a list, without its page. */
static void
write_query(const char *state, const char *search, struct buf *query)
{
	if (state != NULL)
		query_add(query, "state", state);
	if (*search != '\0')
		query_add(query, "q", search);
}

static void
add_tabs(struct json_object *data, const struct wish *w)
{
	struct json_object *totals = json_get(data, "totals");
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(tabs); i++) {
		const char *state = tabs[i].state;
		struct json_object *tab = json_object_new_object();
		struct buf query;
		buf_init(&query, BUF_SMALL);
		write_query(state, buf_cstr(&w->search), &query);
		json_set_text(tab, "label", tabs[i].label);
		json_set_text(tab, "query", buf_cstr(&query));
		number_set(
		    tab, "n", json_get_int(totals, state ? state : "all", 0));
		json_set_bool(tab, "current", w->state == state);
		json_object_array_add(list, tab);
		buf_clear(&query);
	}
	json_set(data, "tabs", list);
}

/* NULL if the database failed. */
static struct json_object *
make_page(struct service *s, const struct wish *w)
{
	const char *search = buf_cstr(&w->search);
	struct json_object *data =
	    token_pages_list(s->db, w->state, *search == '\0' ? NULL : search,
		(w->page - 1) * ON_A_PAGE, ON_A_PAGE);
	if (data == NULL)
		return NULL;
	struct json_object *rows = json_get(data, "rows");
	int64_t found = json_get_int(data, "found", 0);
	struct buf query;
	buf_init(&query, BUF_SMALL);
	write_query(w->state, search, &query);
	for (size_t i = 0; i < json_count(rows); i++)
		token_row_shape(json_at(rows, i));
	add_tabs(data, w);
	struct json_object *pager = pager_make("/tokens", buf_cstr(&query),
	    w->page, (found + ON_A_PAGE - 1) / ON_A_PAGE, false);
	if (pager != NULL)
		json_set(data, "pager", pager);
	json_set_bool(data, "any", json_count(rows) > 0);
	json_set_bool(data, "filtered", query.len > 0);
	json_set_text(data, "q", search);
	json_set_text(data, "state", w->state);
	number_set(data, "found", found);
	buf_clear(&query);
	return data;
}

void
token_list_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish w;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	wish_read(&w, v.query);
	visit_send(&v, "tokens.html", N_("Tokens"), make_page(s, &w));
	buf_clear(&w.search);
	visit_end(&v);
}
