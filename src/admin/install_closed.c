/* Requests before the installation. */
#include <string.h>

#include "admin/asset.h"
#include "admin/install.h"
#include "admin/page.h"
#include "admin/preferences.h"
#include "base/attr.h"
#include "base/text.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "protocol/api_error.h"
#include "web/call.h"
#include "web/route.h"

/* The page, and what it is made of. */
static const struct {
	const char *method, *path;
	void (*serve)(struct service *s, const struct route_match *match);
} pages[] = {
    {"GET", "/install", install_serve},
    {"POST", "/install", install_serve_post},
    {"GET", "/static/{}", asset_serve},
    {"POST", "/preferences", preferences_serve},
};

/* Clients of the API come back; people are shown the way. */
static void
refuse(struct service *s)
{
	struct api_error error = {0};
	if (text_contains(web_header(s->call, "accept"), "text/html")) {
		page_redirect(s, "/install");
		return;
	}
	api_error_set(&error, FAULT_DATABASE, NULL,
	    "keywheel is not installed here yet, or another version was: open "
	    "the page /install with a browser.");
	respond_error(s, DIALECT_OPENAI, &error);
	api_error_clear(&error);
}

void
install_serve_instead(struct service *s)
{
	struct route table[COUNT_OF(pages)];
	struct route_match match;
	for (size_t i = 0; i < COUNT_OF(pages); i++)
		table[i] =
		    (struct route){pages[i].method, pages[i].path, &pages[i]};
	route_find(table, COUNT_OF(table), web_method(s->call),
	    web_path(s->call), &match);
	if (match.route != NULL)
		pages[match.route - table].serve(s, &match);
	else
		refuse(s);
	route_match_clear(&match);
}
