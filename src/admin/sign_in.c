/* Signing in. */
#include "admin/sign_in.h"

#include <stdio.h>
#include <string.h>

#include "admin/page.h"
#include "admin/post.h"
#include "admin/post_again.h"
#include "admin/session_cookie.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/own_path.h"
#include "web/query.h"
#include "web/source.h"

#define MAX_TOKEN 8192

/* A form that was kept is encoded a second time. */
#define MAX_FORM (4 * POST_AGAIN_MAX)

bool
sign_in_find(struct visit *v, bool take, bool *failed)
{
	*failed = false;
	if (!session_cookie_take(v->s, v->who))
		return false;
	*failed = !sessions_check(
	    v->s->db, v->who, take, service_address(v->s), &v->session);
	if (!*failed)
		service_refresh(v->s, v->session.settings_version);
	if (v->session.session_id == 0)
		memset(v->who, 0, sizeof(v->who));
	return v->session.session_id != 0;
}

/* --- where to go afterwards ---------------------------------------------- */

/* What the form says, or /. */
static void
take_next(struct visit *v, struct buf *next)
{
	if (visit_get(v, "next", next) && own_path_is(buf_cstr(next)))
		return;
	buf_reset(next);
	buf_str(next, "/");
}

/* --- the form ------------------------------------------------------------ */

/* What it says besides. */
struct asked {
	int status;
	const char *next;   /* a path of ours */
	const char *kept;   /* a form that is sent afterwards, or NULL */
	const char *reason; /* member of the page's data, or NULL */
	int64_t wait_s;
};

static void
show(struct visit *v, const struct asked *asked)
{
	struct json_object *data = json_object_new_object();
	const char *site = web_header(v->s->call, "sec-fetch-site");
	json_set_text(data, "next", asked->next);
	json_set_text(data, "kept", asked->kept);
	json_set_bool(data, "elsewhere",
	    text_same(site, "cross-site") || text_same(site, "same-site"));
	json_set_int(data, "wait", asked->wait_s);
	if (asked->reason != NULL)
		json_set_bool(data, asked->reason, true);
	if (asked->wait_s > 0) {
		char seconds[24];
		snprintf(
		    seconds, sizeof(seconds), "%lld", (long long)asked->wait_s);
		page_add_header("Retry-After", seconds);
	}
	visit_send_status(
	    v, asked->status, "sign_in.html", N_("Sign in"), data);
}

void
sign_in_ask(struct visit *v)
{
	struct buf next, to;
	const char *path = web_path(v->s->call);
	buf_init(&next, BUF_SMALL);
	buf_init(&to, BUF_SMALL);
	if (strcmp(path, "/") == 0) {
		take_next(v, &next);
		struct asked asked = {200, buf_cstr(&next), NULL, NULL, 0};
		show(v, &asked);
	} else {
		buf_str(&next, path);
		if (*v->query != '\0')
			buf_fmt(&next, "?%s", v->query);
		query_add(&to, "next",
		    own_path_is(buf_cstr(&next)) ? buf_cstr(&next) : "/");
		buf_prepend(&to, "/?", 2);
		page_redirect(v->s, buf_cstr(&to));
	}
	buf_clear(&next);
	buf_clear(&to);
}

void
sign_in_ask_post(struct visit *v, size_t max)
{
	static const char *const secret[] = {POST_SECRET};
	struct buf next, fields;
	if (!post_read(v, max))
		return;
	buf_init(&fields, BUF_LARGE);
	query_without(buf_cstr(&v->fields), secret, COUNT_OF(secret), &fields);
	/* Only what this browser has seen on a page of ours comes back. */
	bool kept =
	    post_site(v->s) == POST_OURS && v->fields.len <= POST_AGAIN_MAX;
	buf_init(&next, BUF_SMALL);
	buf_str(&next, web_path(v->s->call));
	if (*v->query != '\0')
		buf_fmt(&next, "?%s", v->query);
	struct asked asked = {401,
	    own_path_is(buf_cstr(&next)) ? buf_cstr(&next) : "/",
	    kept ? buf_cstr(&fields) : NULL, kept ? "is_kept" : "is_lost", 0};
	show(v, &asked);
	buf_clear(&next);
	buf_clear(&fields);
}

/* --- signing in ---------------------------------------------------------- */

/* What each answer shows. */
static const struct {
	enum sign_in_answer answer;
	int status;
	const char *reason;
} refusals[] = {
    {SIGN_IN_WRONG, 401, "wrong"},
    {SIGN_IN_NO_ADMIN, 403, "no_admin"},
    {SIGN_IN_WAIT, 429, "locked"},
};

static const char *
variable(struct service *s, const char *name, const char *fallback)
{
	const char *value = web_variable(s->call, name);
	return value == NULL ? fallback : value;
}

/* Ask the database. */
static enum sign_in_answer
try_token(struct visit *v, const struct buf *token,
    const struct session_cookie *cookie, int64_t *wait_s)
{
	uint8_t hash[CRYPT_HASH_SIZE], old[CRYPT_HASH_SIZE];
	char source[SOURCE_SIZE];
	int64_t version = 0;
	const char *agent = web_header(v->s->call, "user-agent");
	bool again = session_cookie_take(v->s, old);
	bool text = agent != NULL && text_is_utf8(agent, strlen(agent));
	crypt_hash(&v->s->master, buf_cstr(token), token->len, hash);
	source_of(web_variable(v->s->call, "REMOTE_ADDR"), source);
	struct sign_in who = {hash, cookie->hash, again ? old : NULL, source,
	    variable(v->s, "REMOTE_ADDR", ""), text ? agent : ""};
	enum sign_in_answer answer =
	    sessions_sign_in(v->s->db, &who, wait_s, &version);
	if (answer != SIGN_IN_FAILED)
		service_refresh(v->s, version);
	if (answer == SIGN_IN_WRONG)
		log_line(LOG_WARNING,
		    "signing in to the pages with a wrong token, from %s",
		    who.address);
	return answer;
}

/* The form again, with what is the matter. */
static void
refuse(struct visit *v, enum sign_in_answer answer, struct asked *asked)
{
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		if (refusals[i].answer == answer) {
			asked->status = refusals[i].status;
			asked->reason = refusals[i].reason;
			show(v, asked);
			return;
		}
	visit_refuse_database(v);
}

/* There is a session: on to what was wanted. */
static void
go_on(struct visit *v, const struct session_cookie *cookie,
    const struct asked *asked)
{
	session_cookie_send(v->s, cookie);
	if (asked->kept == NULL) {
		page_redirect(v->s, asked->next);
		return;
	}
	memcpy(v->who, cookie->hash, sizeof(v->who));
	post_again(v, 200, asked->next, "", asked->kept);
}

static void
take_token(struct visit *v, struct asked *asked)
{
	struct session_cookie cookie;
	struct buf token;
	buf_init(&token, MAX_TOKEN);
	bool given = visit_get(v, "token", &token) && buf_ok(&token);
	if (given && token.len == 0) {
		asked->status = 422;
		asked->reason = "empty";
		show(v, asked);
	} else {
		session_cookie_make(v->s, &cookie);
		enum sign_in_answer answer =
		    try_token(v, &token, &cookie, &asked->wait_s);
		if (answer == SIGN_IN_DONE)
			go_on(v, &cookie, asked);
		else
			refuse(v, answer, asked);
		crypt_wipe(&cookie, sizeof(cookie));
	}
	if (token.data != NULL)
		crypt_wipe(token.data, token.cap);
	buf_clear(&token);
}

/* The form's token proves little before somebody has signed in: that a page of
 * ours was there. Where a form stood tells the browser, and no other site shall
 * sign anybody in. */
static void
take_form(struct visit *v)
{
	struct asked asked = {0};
	struct buf next, kept;
	bool foreign = post_site(v->s) == POST_FOREIGN;
	buf_init(&next, BUF_SMALL);
	buf_init(&kept, MAX_FORM);
	take_next(v, &next);
	asked.next = buf_cstr(&next);
	/* Another site's form is not what this browser has seen here. */
	if (!foreign && query_get(buf_cstr(&v->fields), "kept", &kept) &&
	    kept.len > 0 && buf_ok(&kept))
		asked.kept = buf_cstr(&kept);
	if (foreign || post_form(v) != POST_FRESH) {
		asked.status = 403;
		asked.reason = "stale";
		show(v, &asked);
	} else {
		take_token(v, &asked);
	}
	buf_clear(&next);
	buf_clear(&kept);
}

void
sign_in_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	visit_begin_stranger(&v, s);
	if (post_read(&v, MAX_FORM))
		take_form(&v);
	if (v.fields.data != NULL)
		crypt_wipe(v.fields.data, v.fields.cap);
	visit_end(&v);
}

void
sign_in_serve_page(struct service *s, const struct route_match *match)
{
	(void)match;
	page_redirect(s, "/");
}
