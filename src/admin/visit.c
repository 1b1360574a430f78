/* Visits of pages. */
#include "admin/visit.h"

#include <string.h>

#include "admin/number.h"
#include "admin/page.h"
#include "admin/post.h"
#include "admin/sign_in.h"
#include "base/json.h"
#include "base/log.h"
#include "gateway/service.h"
#include "store/db.h"
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

void
visit_add_count(struct visit *v, const char *one, const char *many, int64_t n,
    struct buf *out)
{
	const char *text = visit_say_count(v, one, many, n);
	const char *place = strstr(text, "$n");
	if (place == NULL) {
		buf_str(out, text);
		return;
	}
	struct json_object *number = json_object_new_object();
	number_set(number, "n", n);
	buf_add(out, text, (size_t)(place - text));
	buf_fmt(out, "%s%s", json_get_text(number, "n"), place + 2);
	json_object_put(number);
}

void
visit_tell_time(struct visit *v, const char *utc, struct buf *out)
{
	zone_enter(v->reader.zone);
	if (!zone_tell(utc, ZONE_SECONDS, out))
		buf_str(out, utc);
	zone_leave();
}

/* --- beginning and end --------------------------------------------------- */

void
visit_begin_stranger(struct visit *v, struct service *s)
{
	memset(v, 0, sizeof(*v));
	v->s = s;
	v->query = web_query(s->call);
	v->by = "";
	reader_find(&v->reader, s);
	session_init(&v->session);
	buf_init(&v->by_text, BUF_SMALL);
	buf_init(&v->fields, BUF_LARGE);
}

/* Who is it? shows: a page will come of it. False after the database has
 * failed, or (*stranger) with nobody known. */
static bool
find(struct visit *v, struct service *s, bool shows, bool *stranger)
{
	bool failed;
	visit_begin_stranger(v, s);
	bool known = sign_in_find(v, shows, &failed);
	*stranger = !known && !failed;
	if (failed)
		visit_refuse_database(v);
	/* The settings may be newer now, and with them the zone. */
	if (known)
		reader_find(&v->reader, s);
	buf_fmt(&v->by_text, "%s (page)", buf_cstr(&v->session.name));
	v->by = buf_cstr(&v->by_text);
	return known;
}

bool
visit_begin(struct visit *v, struct service *s)
{
	bool stranger;
	/* What is said is for eyes: not for the script that looks for news. */
	bool shows = strcmp(web_method(s->call), "GET") == 0 &&
	    web_header(s->call, "x-refresh") == NULL;
	if (find(v, s, shows, &stranger))
		return true;
	if (stranger)
		sign_in_ask(v);
	visit_end(v);
	return false;
}

bool
visit_begin_post(struct visit *v, struct service *s, size_t max)
{
	bool stranger;
	if (find(v, s, false, &stranger) && post_take(v, max))
		return true;
	if (stranger)
		sign_in_ask_post(v, max);
	visit_end(v);
	return false;
}

void
visit_end(struct visit *v)
{
	buf_clear(&v->fields);
	buf_clear(&v->by_text);
	session_clear(&v->session);
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
	json_set_text(data, "path", web_path(v->s->call));
	json_set_text(data, "query", v->query);
	json_set_text(data, "form_token", buf_cstr(&token));
	if (v->session.session_id != 0)
		json_set_text(data, "signed_in", buf_cstr(&v->session.name));
	json_set_text(data, "said", buf_cstr(&v->session.said));
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
	if (said != NULL && !sessions_say(v->s->db, v->who, said))
		log_line(LOG_WARNING, "a page cannot tell what was done: %s",
		    db_error(v->s->db));
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
