/* The page of the installation. */
#include <string.h>
#include <unistd.h>

#include "admin/admin.h"
#include "admin/asset.h"
#include "admin/install.h"
#include "admin/install_check.h"
#include "admin/install_do.h"
#include "admin/install_secret.h"
#include "admin/page.h"
#include "admin/post.h"
#include "admin/preferences.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/endpoint.h"
#include "gateway/public_url.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "store/db.h"
#include "web/call.h"

#define MAX_FORM ((size_t)4 * 1024 * 1024)
/* Nobody is to try many secrets. */
#define WRONG_US 700000
#define SUGGESTED 32

/* --- showing -------------------------------------------------------------- */

static void
show(struct visit *v, int status, struct json_object *data)
{
	json_set_bool(data, "plain_http", !install_is_tls(v->s));
	json_set_text(data, "file", INSTALL_SECRET_FILE);
	visit_send_status(v, status, "install.html", N_("Installation"), data);
}

/* How to begin: a secret that nobody else has seen is suggested. */
static void
show_how(struct visit *v, enum install_secret state)
{
	struct json_object *data = json_object_new_object();
	struct buf text;
	buf_init(&text, BUF_SMALL);
	crypt_random_text(&text, "", SUGGESTED);
	json_set_text(data, "suggestion", buf_cstr(&text));
	json_set_bool(data, "weak", state == INSTALL_SECRET_WEAK);
	json_set_bool(data, "spent", state == INSTALL_SECRET_SPENT);
	show(v, 200, data);
	buf_clear(&text);
}

/* The form that asks for it. reason: member of the data, or NULL. */
static void
show_ask(struct visit *v, int status, const char *reason)
{
	struct json_object *data = json_object_new_object();
	json_set_bool(data, "ask", true);
	if (reason != NULL)
		json_set_bool(data, reason, true);
	show(v, status, data);
}

/* --- what is to be done --------------------------------------------------- */

struct work {
	struct visit *v;
	struct buf secret; /* the good one */
	struct db *db;     /* as the owner; NULL: there is no URL */
	struct install_look look;
};

/* The checks, and what can be done now. failed: why the last try was none. */
static void
show_checks(struct work *w, struct json_object *checks, const char *failed)
{
	struct json_object *data = json_object_new_object();
	struct buf proof;
	buf_init(&proof, BUF_SMALL);
	install_proof(&w->secret, &proof);
	json_set(data, "checks", checks);
	json_set_bool(data, "looked", true);
	json_set_bool(data, "ready", w->look.ok);
	json_set_bool(data, "again", w->look.facts.used);
	json_set_text(data, "failed", failed);
	json_set_text(data, "proof", buf_cstr(&proof));
	show(w->v, w->look.ok && failed == NULL ? 200 : 409, data);
	buf_clear(&proof);
}

static void
show_done(struct work *w, const struct installed *done)
{
	struct json_object *data = json_object_new_object();
	struct buf url;
	buf_init(&url, BUF_SMALL);
	json_set_bool(data, "done", true);
	if (done->token.len > 0) {
		json_set_text(data, "token", buf_cstr(&done->token));
		json_set_text(data, "token_name", buf_cstr(&done->name));
	}
	json_set_bool(data, "upgraded", done->upgraded);
	json_set_int(data, "keys", (int64_t)done->keys);
	json_set_int(data, "bad", (int64_t)done->bad);
	if (public_url(w->v->s, &url))
		json_set_text(data, "url", buf_cstr(&url));
	show(w->v, 200, data);
	buf_clear(&url);
}

static void
install(struct work *w, struct json_object *checks)
{
	struct installed done;
	struct buf keys, token, why;
	installed_init(&done);
	buf_init(&keys, MAX_FORM);
	buf_init(&token, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	visit_get(w->v, "keys", &keys);
	visit_get(w->v, "token", &token);
	if (install_do(w->v->s, w->db, &keys, token.len > 0, &done, &why) &&
	    install_note_done(w->v->s->install, &w->secret, &why)) {
		log_line(LOG_INFO, "installed by the page");
		json_object_put(checks);
		show_done(w, &done);
	} else {
		log_line(
		    LOG_ERROR, "the installation failed: %s", buf_cstr(&why));
		show_checks(w, checks, buf_cstr(&why));
	}
	if (keys.data != NULL)
		crypt_wipe(keys.data, keys.len);
	buf_clear(&keys);
	buf_clear(&token);
	buf_clear(&why);
	installed_clear(&done);
}

/* Somebody has the secret. */
static void
work(struct work *w)
{
	struct service *s = w->v->s;
	struct buf go;
	buf_init(&go, BUF_SMALL);
	if (s->install->owner_url != NULL)
		w->db = db_new(s->install->owner_url);
	struct json_object *checks = install_check(s, w->db, &w->look);
	bool wanted = visit_get(w->v, "install", &go) && go.len > 0;
	if (wanted && w->look.ok)
		install(w, checks);
	else
		show_checks(w, checks, NULL);
	db_free(w->db);
	buf_clear(&go);
}

/* By the secret itself, or by the proof in the form after that. */
static bool
has_secret(struct work *w)
{
	struct buf given, proof;
	buf_init(&given, BUF_SMALL);
	buf_init(&proof, BUF_SMALL);
	bool typed = visit_get(w->v, "secret", &given) && given.len > 0;
	bool has = typed ? install_secret_is(&w->secret, &given)
			 : visit_get(w->v, "proof", &proof) &&
		install_proof_is_good(&w->secret, buf_cstr(&proof));
	if (given.data != NULL)
		crypt_wipe(given.data, given.len);
	buf_clear(&given);
	buf_clear(&proof);
	return has;
}

static void
take_form(struct work *w)
{
	const char *address = service_address(w->v->s);
	if (post_site(w->v->s) == POST_FOREIGN) {
		show_ask(w->v, 403, "foreign");
	} else if (has_secret(w)) {
		work(w);
	} else {
		log_line(LOG_WARNING,
		    "the page of the installation got a wrong secret, from %s",
		    address == NULL ? "?" : address);
		usleep(WRONG_US);
		show_ask(w->v, 403, "wrong");
	}
}

/* --- the page ------------------------------------------------------------- */

/* Is there anything to show? Where all is installed and no secret is good there
 * is no such page. */
static bool
is_open(struct service *s, enum install_secret *state, struct buf *secret)
{
	if (s->install == NULL) {
		admin_serve_lost(s);
		return false;
	}
	*state = install_secret_read(s->install, secret);
	if (*state == INSTALL_SECRET_GOOD || !install_is_done(s->install))
		return true;
	admin_serve_lost(s);
	return false;
}

static void
serve(struct service *s, bool posted)
{
	struct visit v;
	struct work w = {.v = &v};
	enum install_secret state;
	buf_init(&w.secret, BUF_SMALL);
	if (is_open(s, &state, &w.secret)) {
		visit_begin_stranger(&v, s);
		if (state != INSTALL_SECRET_GOOD)
			show_how(&v, state);
		else if (!posted)
			show_ask(&v, 200, NULL);
		else if (post_read(&v, MAX_FORM))
			take_form(&w);
		if (v.fields.data != NULL)
			crypt_wipe(v.fields.data, v.fields.cap);
		visit_end(&v);
	}
	if (w.secret.data != NULL)
		crypt_wipe(w.secret.data, w.secret.cap);
	buf_clear(&w.secret);
}

void
install_serve(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, false);
}

void
install_serve_post(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, true);
}
