/* Answers of the admin layer. */
#include "admin/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/frame.h"
#include "admin/links.h"
#include "admin/reader.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/log.h"
#include "gateway/service.h"
#include "store/db.h"
#include "web/call.h"
#include "web/template.h"

#define MAX_PAGE ((size_t)4 * 1024 * 1024)
#define HTML "text/html; charset=utf-8"
#define A_YEAR "public, max-age=31536000, immutable"

/* The same for every answer. */
static const struct {
	const char *name, *value;
} headers[] = {
    {"Content-Security-Policy",
	"default-src 'none'; script-src 'self'; style-src 'self'; "
	"img-src 'self'; connect-src 'self'; form-action 'self'; "
	"frame-ancestors 'none'; base-uri 'none'"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy",
	"camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    {"X-Content-Type-Options", "nosniff"},
    /* Without any, browsers do not say either where a form stood. */
    {"Referrer-Policy", "same-origin"},
};

/* Of the next answer only. */
#define MAX_MORE 2
static struct {
	const char *name;
	struct buf value;
} more[MAX_MORE];
static size_t n_more;

/* Parsed once in the life of this process. */
static struct template_set *templates;

void
page_add_header(const char *name, const char *value)
{
	if (n_more == MAX_MORE)
		abort();
	more[n_more].name = name;
	buf_init(&more[n_more].value, BUF_SMALL);
	buf_str(&more[n_more++].value, value);
}

static void
send_more(struct service *s)
{
	for (size_t i = 0; i < n_more; i++) {
		web_add_header(s->call, more[i].name, buf_cstr(&more[i].value));
		buf_clear(&more[i].value);
	}
	n_more = 0;
}

/* language: of a page; NULL: the answer is the same for everybody. */
static void
send(struct service *s, int status, const char *type, const char *cache,
    const char *language, const struct buf *body)
{
	char size[24];
	snprintf(size, sizeof(size), "%zu", body->len);
	web_start(s->call, status);
	web_add_header(s->call, "Content-Type", type);
	web_add_header(s->call, "Content-Length", size);
	web_add_header(s->call, "Cache-Control", cache);
	if (language != NULL) {
		web_add_header(s->call, "Content-Language", language);
		web_add_header(s->call, "Vary", "Accept-Language, Cookie");
	}
	for (size_t i = 0; i < COUNT_OF(headers); i++)
		web_add_header(s->call, headers[i].name, headers[i].value);
	send_more(s);
	web_end_headers(s->call);
	if (strcmp(web_method(s->call), "HEAD") != 0)
		web_write(s->call, buf_cstr(body), body->len);
	web_finish(s->call);
}

/* What is left when even the templates do not work. */
static void
write_broken(struct buf *out)
{
	buf_clear(out);
	buf_str(out,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head>"
	    "<meta charset=\"utf-8\"><title>keywheel</title></head>\n"
	    "<body><p>This page could not be made; keywheel's log says "
	    "why.</p></body></html>\n");
}

static void
move_links(struct service *s, struct buf *page)
{
	struct buf moved;
	if (*web_base(s->call) == '\0')
		return;
	buf_init(&moved, MAX_PAGE);
	links_below(web_base(s->call), page, &moved);
	buf_reset(page);
	buf_move(page, &moved);
}

void
page_send(struct service *s, int status, const char *name,
    struct json_object *data, struct reader *reader)
{
	struct template_reader for_templates = reader_for_templates(reader);
	struct buf page, why;
	buf_init(&page, MAX_PAGE);
	buf_init(&why, BUF_SMALL);
	if (templates == NULL)
		templates = template_set_new(s->template_dir);
	frame_fill(s, reader, data);
	zone_enter(reader->zone);
	bool made =
	    template_render(templates, name, data, &for_templates, &page, &why);
	zone_leave();
	if (!made) {
		log_line(
		    LOG_ERROR, "a page could not be made: %s", buf_cstr(&why));
		write_broken(&page);
		status = 500;
	}
	move_links(s, &page);
	send(s, status, HTML, "no-store",
	    reader_languages[reader->language].tag, &page);
	buf_clear(&page);
	buf_clear(&why);
}

void
page_refuse(struct service *s, int status, const char *title, const char *text)
{
	struct json_object *data = json_object_new_object();
	struct reader reader;
	reader_find(&reader, s);
	json_set_text(data, "title", title);
	json_set_text(data, "text", text);
	page_send(s, status, "refused.html", data, &reader);
	json_object_put(data);
}

void
page_refuse_database(struct service *s)
{
	log_line(LOG_ERROR, "a page could not be made: %s", db_error(s->db));
	page_refuse(s, 503, N_("Out of order"),
	    N_("keywheel's database does not answer as it should. "
	       "The log says why."));
}

void
page_redirect(struct service *s, const char *path)
{
	struct buf place;
	buf_init(&place, BUF_SMALL);
	buf_fmt(&place, "%s%s", web_base(s->call), path);
	web_start(s->call, 303);
	web_add_header(s->call, "Location", buf_cstr(&place));
	buf_clear(&place);
	web_add_header(s->call, "Content-Length", "0");
	web_add_header(s->call, "Cache-Control", "no-store");
	send_more(s);
	web_end_headers(s->call);
	web_finish(s->call);
}

void
page_send_file(struct service *s, const char *content_type, bool lasting,
    const struct buf *body)
{
	send(s, 200, content_type, lasting ? A_YEAR : "no-cache", NULL, body);
}

/* The beginning of what is written in pieces; it has one field of its own. */
static void
start(struct service *s, const char *content_type, const char *name,
    const char *value)
{
	web_start(s->call, 200);
	web_add_header(s->call, "Content-Type", content_type);
	web_add_header(s->call, name, value);
	web_add_header(s->call, "Cache-Control", "no-store");
	for (size_t i = 0; i < COUNT_OF(headers); i++)
		web_add_header(s->call, headers[i].name, headers[i].value);
	web_end_headers(s->call);
}

void
page_start_file(
    struct service *s, const char *content_type, const char *disposition)
{
	start(s, content_type, "Content-Disposition", disposition);
}

/* nginx would wait for more, and compress it. */
void
page_start_stream(struct service *s, const char *content_type)
{
	start(s, content_type, "X-Accel-Buffering", "no");
}
