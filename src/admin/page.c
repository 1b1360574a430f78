/* Answers of the admin layer. */
#include "admin/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/log.h"
#include "gateway/service.h"
#include "store/db.h"
#include "web/call.h"
#include "web/template.h"

#define MAX_PAGE ((size_t)4 * 1024 * 1024)
#define HTML "text/html; charset=utf-8"

/* The same for every answer. */
static const struct {
	const char *name, *value;
} headers[] = {
    {"Content-Security-Policy",
	"default-src 'none'; style-src 'self'; img-src 'self'; "
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
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
		web_add_header(
		    s->call, more[i].name, buf_cstr(&more[i].value));
		buf_clear(&more[i].value);
	}
	n_more = 0;
}

static void
send(struct service *s, int status, const char *type, const char *cache,
    const struct buf *body)
{
	char size[24];
	snprintf(size, sizeof(size), "%zu", body->len);
	web_start(s->call, status);
	web_add_header(s->call, "Content-Type", type);
	web_add_header(s->call, "Content-Length", size);
	web_add_header(s->call, "Cache-Control", cache);
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

void
page_send(struct service *s, int status, const char *name,
    struct json_object *data, const struct template_reader *reader)
{
	struct buf page, why;
	buf_init(&page, MAX_PAGE);
	buf_init(&why, BUF_SMALL);
	if (templates == NULL)
		templates = template_set_new(s->template_dir);
	json_set_text(data, "version", KEYWHEEL_VERSION);
	if (!template_render(templates, name, data, reader, &page, &why)) {
		log_line(
		    LOG_ERROR, "a page could not be made: %s", buf_cstr(&why));
		write_broken(&page);
		status = 500;
	}
	send(s, status, HTML, "no-store", &page);
	buf_clear(&page);
	buf_clear(&why);
}

void
page_refuse(struct service *s, int status, const char *title, const char *text)
{
	struct json_object *data = json_object_new_object();
	json_set_text(data, "title", title);
	json_set_text(data, "text", text);
	page_send(s, status, "refused.html", data, NULL);
	json_object_put(data);
}

void
page_refuse_database(struct service *s)
{
	log_line(LOG_ERROR, "a page could not be made: %s", db_error(s->db));
	page_refuse(s, 503, "Out of order",
	    "keywheel's database does not answer as it should. "
	    "The log says why.");
}

void
page_redirect(struct service *s, const char *path)
{
	web_start(s->call, 303);
	web_add_header(s->call, "Location", path);
	web_add_header(s->call, "Content-Length", "0");
	web_add_header(s->call, "Cache-Control", "no-store");
	send_more(s);
	web_end_headers(s->call);
	web_finish(s->call);
}

void
page_send_file(
    struct service *s, const char *content_type, const struct buf *body)
{
	send(s, 200, content_type, "no-cache", body);
}
