/* Numbers of pages. */
#include "admin/pager.h"

#include <stdio.h>

#include "admin/number.h"
#include "base/attr.h"
#include "base/json.h"
#include "web/query.h"

/* So many pages to either side of this one. */
#define AROUND 2

struct way {
	const char *path;
	struct buf query; /* without the page */
};

static void
set_href(struct json_object *o, const char *name, const struct way *way,
    int64_t page)
{
	struct buf query, href;
	char number[24];
	buf_init(&query, BUF_SMALL);
	buf_init(&href, BUF_SMALL);
	buf_join(&query, &way->query);
	snprintf(number, sizeof(number), "%lld", (long long)page);
	if (page > 1)
		query_add(&query, "page", number);
	buf_str(&href, way->path);
	if (query.len > 0)
		buf_byte(&href, '?');
	buf_join(&href, &query);
	json_set_text(o, name, buf_cstr(&href));
	buf_clear(&query);
	buf_clear(&href);
}

static void
add_page(
    struct json_object *list, const struct way *way, int64_t n, bool current)
{
	struct json_object *o = json_object_new_object();
	number_set(o, "n", n);
	json_set_bool(o, "current", current);
	set_href(o, "href", way, n);
	json_object_array_add(list, o);
}

static void
add_gap(struct json_object *list)
{
	struct json_object *o = json_object_new_object();
	json_set_bool(o, "gap", true);
	json_object_array_add(list, o);
}

/* The first, those around, the last; a gap that hides one page shows it. */
static struct json_object *
list_pages(const struct way *way, int64_t page, int64_t pages, bool more)
{
	struct json_object *list = json_object_new_array();
	int64_t from = page - AROUND <= 3 ? 1 : page - AROUND;
	int64_t to = page + AROUND >= pages - 2 ? pages : page + AROUND;
	if (from > 1) {
		add_page(list, way, 1, false);
		add_gap(list);
	}
	for (int64_t n = from; n <= to; n++)
		add_page(list, way, n, n == page);
	if (to < pages || more)
		add_gap(list);
	if (to < pages && !more)
		add_page(list, way, pages, false);
	return list;
}

struct json_object *
pager_make(
    const char *path, const char *query, int64_t page, int64_t pages, bool more)
{
	static const char *const own[] = {"page"};
	struct way way = {.path = path};
	if (pages <= 1 && page <= 1 && !more)
		return NULL;
	buf_init(&way.query, BUF_SMALL);
	query_without(query, own, COUNT_OF(own), &way.query);
	struct json_object *o = json_object_new_object();
	if (page > 1)
		set_href(o, "previous", &way,
		    page > pages && !more ? pages : page - 1);
	if (page < pages || more)
		set_href(o, "next", &way, page + 1);
	json_set(o, "pages",
	    list_pages(&way, page, page > pages ? page : pages, more));
	buf_clear(&way.query);
	return o;
}
