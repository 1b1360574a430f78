/* The frame of each page. */
#include "admin/frame.h"

#include <string.h>

#include "admin/asset.h"
#include "admin/reader.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/version.h"
#include "gateway/service.h"
#include "web/call.h"

/* The list of pages; a row without a name begins the next group. A page is
 * open too on those below its path, and under its other name. */
static const struct {
	const char *path, *name, *also;
} pages[] = {
    {"/", N_("Dashboard"), NULL},
    {NULL, NULL, NULL},
    {"/keys", N_("Keys"), "/keys_status"},
    {"/tokens", N_("Tokens"), NULL},
    {"/models", N_("Models"), NULL},
    {"/proxies", N_("Proxies"), NULL},
    {NULL, NULL, NULL},
    {"/requests", N_("Requests"), NULL},
    {"/logs", N_("Errors"), NULL},
    {"/try", N_("Try it"), NULL},
    {NULL, NULL, NULL},
    {"/config", N_("Settings"), NULL},
    {"/alerts", N_("Alerts"), NULL},
    {"/jobs", N_("Jobs"), "/tasks"},
    {"/files", N_("Files"), NULL},
    {"/storage", N_("Storage"), NULL},
    {"/about", N_("About"), NULL},
};

static bool
is_below(const char *path, const char *page)
{
	size_t len = strlen(page);
	return strncmp(path, page, len) == 0 && path[len] == '/' && len > 1;
}

/* What aria-current says: "page", "true" on a page below, NULL elsewhere. */
static const char *
current(const char *path, size_t i)
{
	const char *also = pages[i].also;
	if (strcmp(path, pages[i].path) == 0 ||
	    (also != NULL && strcmp(path, also) == 0))
		return "page";
	return is_below(path, pages[i].path) ||
		(also != NULL && is_below(path, also))
	    ? "true"
	    : NULL;
}

static struct json_object *
list_pages(const char *path)
{
	struct json_object *groups = json_object_new_array();
	struct json_object *group = NULL;
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		if (pages[i].path == NULL || group == NULL) {
			group = json_object_new_array();
			struct json_object *o = json_object_new_object();
			json_set(o, "pages", group);
			json_object_array_add(groups, o);
		}
		if (pages[i].path == NULL)
			continue;
		struct json_object *page = json_object_new_object();
		json_set_text(page, "href", pages[i].path);
		json_set_text(page, "name", pages[i].name);
		json_set_text(page, "current", current(path, i));
		json_object_array_add(group, page);
	}
	return groups;
}

static struct json_object *
list_choices(const struct reader_choice *choices, size_t n, size_t chosen)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "tag", choices[i].tag);
		json_set_text(o, "name", choices[i].name);
		json_set_bool(o, "chosen", i == chosen);
		json_object_array_add(list, o);
	}
	return list;
}

static void
set_asset(struct service *s, struct json_object *assets, const char *member,
    const char *name)
{
	struct buf href;
	buf_init(&href, BUF_SMALL);
	asset_href(s, name, &href);
	json_set_text(assets, member, buf_cstr(&href));
	buf_clear(&href);
}

static struct json_object *
list_assets(struct service *s)
{
	struct json_object *assets = json_object_new_object();
	set_asset(s, assets, "css", "keywheel.css");
	set_asset(s, assets, "js", "keywheel.js");
	set_asset(s, assets, "icon", "keywheel.svg");
	return assets;
}

/* Where a choice leads back to: this page, if one can look at it again. */
static void
set_back(struct service *s, struct json_object *frame)
{
	const char *query = web_query(s->call);
	struct buf back;
	buf_init(&back, BUF_LARGE);
	buf_str(&back, web_path(s->call));
	if (*query != '\0' && strcmp(web_method(s->call), "POST") != 0)
		buf_fmt(&back, "?%s", query);
	json_set_text(frame, "back", buf_cstr(&back));
	buf_clear(&back);
}

void
frame_fill(struct service *s, const struct reader *r, struct json_object *data)
{
	struct json_object *frame = json_object_new_object();
	const char *theme = reader_themes[r->theme].tag;
	json_set_text(frame, "language", reader_languages[r->language].tag);
	json_set_text(frame, "theme", theme);
	json_set_text(frame, "scheme", r->theme == 0 ? "light dark" : theme);
	json_set(frame, "languages",
	    list_choices(reader_languages, reader_n_languages, r->language));
	json_set(frame, "themes",
	    list_choices(reader_themes, reader_n_themes, r->theme));
	json_set_text(frame, "zone", r->zone);
	json_set_bool(frame, "has_zone", r->has_zone);
	json_set(frame, "assets", list_assets(s));
	if (json_get_text(data, "signed_in") != NULL)
		json_set(frame, "groups", list_pages(web_path(s->call)));
	set_back(s, frame);
	json_set_text(data, "version", KEYWHEEL_VERSION);
	json_set(data, "frame", frame);
}
