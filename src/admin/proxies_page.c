/* The page of egress proxies. */
#include "admin/proxies_page.h"

#include <stdint.h>
#include <string.h>

#include "admin/jobs_page.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/setting.h"
#include "gateway/direct.h"
#include "gateway/egress.h"
#include "gateway/egress_check.h"
#include "gateway/service.h"
#include "store/proxies.h"
#include "web/query.h"

#define MAX_FORM ((size_t)4 * 1024)

/* Whoever checks one waits for it. */
#define CHECK_MS 8000

/* The keys whose proxies are reckoned out, and the scopes shown of a proxy. */
#define KEYS 5000
#define SCOPES_SHOWN 20

/* --- what is shown ------------------------------------------------------- */

static void
shape_state(struct json_object *o)
{
	const char *level = "other", *words = N_("not checked yet");
	if (json_get(o, "down_until") != NULL) {
		level = "bad";
		words = json_get_bool(o, "unserved")
		    ? N_("Google does not serve its address")
		    : N_("down");
	} else if (json_get(o, "error_at") != NULL &&
	    json_get(o, "checked_at") == NULL) {
		level = "warn";
		words = N_("has failed");
	} else if (json_get(o, "checked_at") != NULL) {
		level = "good";
		words = N_("up");
	}
	json_set_text(o, "level", level);
	json_set_text(o, "words", words);
}

static struct json_object *
make_row(const struct exchange_proxy *proxy, struct json_object *known)
{
	struct json_object *row = json_object_new_object();
	struct json_object *is = json_get(known, proxy->id);
	if (is != NULL) {
		json_object_object_foreach(is, member, value)
		{
			json_share(row, member, value);
		}
	}
	json_set_text(row, "id", proxy->id);
	json_set_text(row, "url", proxy->url);
	/* Neither is shown, but that there is one. */
	json_set_bool(row, "has_user", proxy->user != NULL);
	json_set_int(row, "homes", 0);
	json_set(row, "scopes", json_object_new_array());
	shape_state(row);
	return row;
}

/* Whose calls go by which proxy while all are up. */
static void
add_homes(const struct egress *e, struct json_object *rows,
    struct json_object *scopes)
{
	for (size_t i = 0; json_count(rows) > 0 && i < json_count(scopes);
	     i++) {
		const char *scope = json_object_get_string(json_at(scopes, i));
		struct json_object *row = json_at(rows, egress_home(e, scope));
		struct json_object *list = json_get(row, "scopes");
		json_set_int(row, "homes", json_get_int(row, "homes", 0) + 1);
		if (json_count(list) < SCOPES_SHOWN)
			json_object_array_add(
			    list, json_object_new_string(scope));
	}
}

static struct json_object *
make_page(struct visit *v)
{
	const struct egress *e = v->s->egress;
	struct json_object *data = proxies_page(v->s->db, KEYS);
	if (data == NULL)
		return NULL;
	struct json_object *rows = json_object_new_array();
	struct json_object *job = json_get(data, "job");
	struct json_object *scopes = json_get(data, "scopes");
	for (size_t i = 0; i < egress_count(e); i++)
		json_object_array_add(rows,
		    make_row(egress_proxy(e, i), json_get(data, "known")));
	add_homes(e, rows, scopes);
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		int64_t more = json_get_int(row, "homes", 0) -
		    (int64_t)json_count(json_get(row, "scopes"));
		json_set_int(row, "more", more);
	}
	if (job != NULL)
		jobs_page_shape(job);
	json_set_bool(data, "closed", egress_is_closed(e));
	json_set_bool(data, "any", json_count(rows) > 0);
	number_set(data, "sample", KEYS);
	json_object_object_del(data, "known");
	json_set(data, "proxies", rows);
	return data;
}

void
proxies_page_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	visit_send(&v, "proxies.html", N_("Proxies"), make_page(&v));
	visit_end(&v);
}

/* --- checking ------------------------------------------------------------ */

/* What came of it, in words. */
static const char *
describe(struct visit *v, struct json_object *check)
{
	if (json_get_bool(check, "works"))
		return visit_say(v, N_("The proxy works."));
	return json_get(check, "works") != NULL
	    ? visit_say(v, N_("The proxy does not work; see its row."))
	    : visit_say(v,
		  N_("No answer came by the proxy. It may be Gemini's host "
		     "that does not answer: check all of them."));
}

static void
check_one(struct visit *v, size_t i)
{
	struct service *s = v->s;
	const struct direct way = {
	    .upstream = s->upstream,
	    .settings = s->settings,
	    .db = s->db,
	    .master = &s->master,
	    .limit_ms = CHECK_MS,
	};
	struct egress_check check;
	egress_check_begin(&check, s->egress, &way);
	bool checked = egress_check_only(&check, i) && egress_check_end(&check);
	if (checked)
		visit_go(v, "/proxies", describe(v, json_at(check.checks, 0)));
	else
		visit_refuse_database(v);
	egress_check_clear(&check);
}

/* Its number; as many as there are if there is none of that id. */
static size_t
find(const struct egress *e, const char *id)
{
	size_t i = 0;
	while (i < egress_count(e) && strcmp(egress_proxy(e, i)->id, id) != 0)
		i++;
	return i;
}

void
proxies_page_serve_check(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf id;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&id, BUF_SMALL);
	if (query_get(buf_cstr(&v.fields), "all", &id)) {
		jobs_page_make_due(&v, "proxies", "/proxies");
	} else {
		bool given = query_get(buf_cstr(&v.fields), "proxy", &id);
		size_t i = find(s->egress, given ? buf_cstr(&id) : "");
		if (i < egress_count(s->egress))
			check_one(&v, i);
		else
			visit_refuse(&v, 404, N_("Not found"),
			    N_("There is no such proxy any more."));
	}
	buf_clear(&id);
	visit_end(&v);
}
