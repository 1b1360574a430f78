/* Visits of pages. */
#include "admin/visit.h"

#include <string.h>

#include "admin/page.h"
#include "admin/post.h"
#include "admin/sign_in.h"
#include "base/json.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/query.h"

const char *
visit_say(struct visit *v, const char *message)
{
	return reader_say(&v->reader, message, NULL, 0);
}

const char *
visit_say_count(struct visit *v, const char *one, const char *many, int64_t n)
{
	return reader_say(&v->reader, one, many, n);
}

/* --- beginning and end --------------------------------------------------- */

static void
set_up(struct visit *v, struct service *s)
{
	memset(v, 0, sizeof(*v));
	v->s = s;
	v->query = web_query(s->call);
	v->by = "the page";
	reader_find(&v->reader, s);
	buf_init(&v->fields, BUF_LARGE);
}

bool
visit_begin(struct visit *v, struct service *s)
{
	set_up(v, s);
	if (sign_in_take(s, v->who))
		return true;
	visit_end(v);
	return false;
}

bool
visit_begin_post(struct visit *v, struct service *s, size_t max)
{
	set_up(v, s);
	if (sign_in_take(s, v->who) && post_take(s, v->who, max, &v->fields))
		return true;
	visit_end(v);
	return false;
}

void
visit_end(struct visit *v)
{
	buf_clear(&v->fields);
}

/* --- answers ------------------------------------------------------------- */

void
visit_send_status(struct visit *v, int status, const char *template,
    const char *title, struct json_object *data)
{
	struct buf token;
	if (data == NULL) {
		visit_refuse_database(v);
		return;
	}
	buf_init(&token, BUF_SMALL);
	post_token(v->s, v->who, &token);
	json_set_text(data, "title", title);
	json_set_bool(data, "signed_in", true);
	json_set_text(data, "path", web_path(v->s->call));
	json_set_text(data, "query", v->query);
	json_set_text(data, "form_token", buf_cstr(&token));
	page_send(v->s, status, template, data, &v->reader);
	buf_clear(&token);
	json_object_put(data);
}

void
visit_send(struct visit *v, const char *template, const char *title,
    struct json_object *data)
{
	visit_send_status(v, 200, template, title, data);
}

void
visit_refuse(struct visit *v, int status, const char *title, const char *text)
{
	struct json_object *data = json_object_new_object();
	json_set_text(data, "text", text);
	visit_send_status(v, status, "refused.html", title, data);
}

void
visit_refuse_database(struct visit *v)
{
	page_refuse_database(v->s);
}

void
visit_go(struct visit *v, const char *path, const char *said)
{
	(void)said;
	page_redirect(v->s, path);
}

/* --- what is asked for --------------------------------------------------- */

bool
visit_get(struct visit *v, const char *name, struct buf *value)
{
	return (v->fields.len > 0 &&
		   query_get(buf_cstr(&v->fields), name, value)) ||
	    query_get(v->query, name, value);
}
