/* The choice of language, theme and zone. */
#include "admin/preferences.h"

#include <string.h>

#include "admin/page.h"
#include "admin/post.h"
#include "admin/reader.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/own_path.h"
#include "web/query.h"

#define MAX_FORM ((size_t)16 * 1024)
#define A_YEAR "; Path=/; Max-Age=31536000; SameSite=Lax"
#define GONE "; Path=/; Max-Age=0; SameSite=Lax"

static bool
is_choice(const char *tag, const struct reader_choice *choices, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(choices[i].tag, tag) == 0)
			return true;
	return false;
}

static bool
is_language(const char *tag)
{
	return is_choice(tag, reader_languages, reader_n_languages);
}

static bool
is_theme(const char *tag)
{
	return is_choice(tag, reader_themes, reader_n_themes);
}

/* The cookies, named like the fields of the form. An empty field takes the
 * cookie away. The zone's is one that the script sets, too. */
static const struct {
	const char *name;
	bool (*is_value)(const char *value);
} choices[] = {
    {"language", is_language},
    {"theme", is_theme},
    {"zone", zone_exists},
};

/* The cookies that the form asks for, into headers; the name of the first
 * field that is none of its choices, or NULL. */
static const char *
read_choices(const char *fields, struct buf headers[COUNT_OF(choices)])
{
	struct buf value;
	const char *bad = NULL;
	buf_init(&value, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(choices) && bad == NULL; i++) {
		buf_reset(&value);
		if (!query_get(fields, choices[i].name, &value))
			continue;
		const char *text = buf_cstr(&value);
		if (*text == '\0')
			buf_fmt(&headers[i], "%s=" GONE, choices[i].name);
		else if (choices[i].is_value(text))
			buf_fmt(
			    &headers[i], "%s=%s" A_YEAR, choices[i].name, text);
		else
			bad = choices[i].name;
	}
	buf_clear(&value);
	return bad;
}

static void
go_back(struct service *s, const char *fields,
    const struct buf headers[COUNT_OF(choices)])
{
	struct buf back, place;
	buf_init(&back, BUF_LARGE);
	buf_init(&place, BUF_LARGE);
	query_get(fields, "back", &back);
	buf_fmt(&place, "%s%s", web_base(s->call),
	    own_path_is(buf_cstr(&back)) ? buf_cstr(&back) : "/");
	web_start(s->call, 303);
	for (size_t i = 0; i < COUNT_OF(choices); i++)
		if (headers[i].len > 0)
			web_add_header(
			    s->call, "Set-Cookie", buf_cstr(&headers[i]));
	web_add_header(s->call, "Location", buf_cstr(&place));
	web_add_header(s->call, "Content-Length", "0");
	web_add_header(s->call, "Cache-Control", "no-store");
	web_end_headers(s->call);
	web_finish(s->call);
	buf_clear(&back);
	buf_clear(&place);
}

static void
refuse(struct service *s, const char *bad)
{
	if (strcmp(bad, "zone") == 0)
		page_refuse(s, 422, N_("No such time zone"),
		    N_("Zones are named like Europe/Berlin, Asia/Shanghai "
		       "or UTC. Go back and try another name."));
	else
		page_refuse(s, 400, N_("Not understood"),
		    N_("There is no such language or theme here."));
}

void
preferences_serve(struct service *s, const struct route_match *match)
{
	struct buf fields, headers[COUNT_OF(choices)];
	(void)match;
	buf_init(&fields, MAX_FORM);
	for (size_t i = 0; i < COUNT_OF(choices); i++)
		buf_init(&headers[i], BUF_SMALL);
	if (web_read_body(s->call, MAX_FORM, &fields) != WEB_BODY_WHOLE ||
	    post_site(s) == POST_FOREIGN) {
		page_refuse(s, 400, N_("Not a form"),
		    N_("This is no form of these pages."));
	} else {
		const char *bad = read_choices(buf_cstr(&fields), headers);
		if (bad == NULL)
			go_back(s, buf_cstr(&fields), headers);
		else
			refuse(s, bad);
	}
	for (size_t i = 0; i < COUNT_OF(choices); i++)
		buf_clear(&headers[i]);
	buf_clear(&fields);
}
