/* Changing tokens. */
#include "admin/token_actions.h"

#include <stdio.h>
#include <string.h>

#include "admin/token_form.h"
#include "admin/token_page.h"
#include "admin/token_secret.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/token_changes.h"
#include "web/query.h"
#include "web/route.h"

#define MAX_FORM ((size_t)256 * 1024)
#define MAX_KEEP_S (7 * 86400)

/* What a change that was not made comes to: a message beside a field of the
 * form, or above the page. */
static const struct refusal {
	enum token_change change;
	int status;
	const char *field;
	const char *message;
} refusals[] = {
    {TOKEN_CHANGE_TAKEN, 422, "name", N_("Another token has this name.")},
    {TOKEN_CHANGE_GONE, 409, NULL,
	N_("Nothing was done: this token has been revoked.")},
    {TOKEN_CHANGE_STALE, 409, NULL,
	N_("Somebody else has changed this token meanwhile. Nothing was done "
	   "yet: look at what it is now, and send the form again.")},
    {TOKEN_CHANGE_LAST, 422, NULL,
	N_("Nothing was done: this is the last admin token that does not end. "
	   "Without it nobody could sign in.")},
    {TOKEN_CHANGE_OWN, 422, "addresses",
	N_("Your own address is not among these: you could not sign in "
	   "again.")},
    {TOKEN_CHANGE_ENV, 422, NULL,
	N_("Nothing was done: this token comes from a .env file. Change it "
	   "there, and load the file again.")},
};

static int64_t
read_number(const char *fields, const char *name, int64_t max)
{
	struct buf text;
	int64_t n = 0;
	buf_init(&text, BUF_SMALL);
	if (!query_get(fields, name, &text) ||
	    !text_to_int(buf_cstr(&text), 0, max, &n))
		n = -1;
	buf_clear(&text);
	return n;
}

/* The page again, with what was typed and why it was not taken. */
static void
refuse(struct visit *v, int64_t token_id, struct token_form *form,
    enum token_change change)
{
	size_t i = 0;
	while (i < COUNT_OF(refusals) && refusals[i].change != change)
		i++;
	if (i == COUNT_OF(refusals)) {
		visit_refuse_database(v);
		return;
	}
	const struct refusal *r = &refusals[i];
	if (form != NULL && r->field != NULL)
		token_form_refuse(form, r->field, r->message);
	token_page_show(v, token_id, r->status, form,
	    form != NULL && r->field != NULL ? NULL : r->message);
}

static void
go_back(struct visit *v, int64_t token_id, const char *said)
{
	char path[40];
	snprintf(path, sizeof(path), "/tokens/%lld", (long long)token_id);
	visit_go(v, path, visit_say(v, said));
}

static enum token_change
change(struct visit *v, int64_t token_id, struct json_object *rules)
{
	int64_t version =
	    read_number(buf_cstr(&v->fields), "version", INT64_MAX);
	return version < 0 ? TOKEN_CHANGE_STALE
			   : token_change(v->s->db, token_id, version, rules,
				 service_address(v->s));
}

/* Begin a visit of a form of a token's page. */
static bool
begin(struct visit *v, struct service *s, const struct route_match *match,
    int64_t *token_id)
{
	if (!visit_begin_post(v, s, MAX_FORM))
		return false;
	if (token_page_id(v, match, token_id))
		return true;
	visit_end(v);
	return false;
}

void
token_edit_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct token_form form;
	int64_t token_id;
	if (!begin(&v, s, match, &token_id))
		return;
	token_form_read(&form, buf_cstr(&v.fields));
	enum token_change done = token_form_is_good(&form)
	    ? change(&v, token_id, form.rules)
	    : TOKEN_CHANGED;
	if (!token_form_is_good(&form)) {
		token_page_show(&v, token_id, 422, &form, NULL);
	} else if (done == TOKEN_CHANGED) {
		log_line(LOG_INFO, "token_id=%lld changed by %s",
		    (long long)token_id, v.by);
		go_back(&v, token_id, N_("The token has been changed."));
	} else {
		refuse(&v, token_id, &form, done);
	}
	token_form_clear(&form);
	visit_end(&v);
}

/* Set one member, and say so. */
static void
set(struct service *s, const struct route_match *match, const char *member,
    bool value, const char *said)
{
	struct visit v;
	int64_t token_id;
	if (!begin(&v, s, match, &token_id))
		return;
	struct json_object *rules = json_object_new_object();
	json_set_bool(rules, member, value);
	enum token_change done = change(&v, token_id, rules);
	if (done == TOKEN_CHANGED) {
		log_line(LOG_INFO, "token_id=%lld %s=%s by %s",
		    (long long)token_id, member, value ? "true" : "false",
		    v.by);
		go_back(&v, token_id, said);
	} else {
		refuse(&v, token_id, NULL, done);
	}
	json_object_put(rules);
	visit_end(&v);
}

void
token_disable_serve(struct service *s, const struct route_match *match)
{
	set(s, match, "disabled", true,
	    N_("The token has been disabled: it is refused from now on."));
}

void
token_enable_serve(struct service *s, const struct route_match *match)
{
	set(s, match, "disabled", false, N_("The token has been enabled."));
}

void
token_revoke_serve(struct service *s, const struct route_match *match)
{
	set(s, match, "revoked", true, N_("The token has been revoked."));
}

void
token_rotate_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct token_new new;
	int64_t token_id;
	if (!begin(&v, s, match, &token_id))
		return;
	const char *fields = buf_cstr(&v.fields);
	int64_t keep_s = read_number(fields, "keep", MAX_KEEP_S);
	int64_t version = read_number(fields, "version", INT64_MAX);
	enum token_change done = TOKEN_CHANGE_STALE;
	token_new_begin(&new, &v);
	if (keep_s >= 0 && version >= 0 && new.secret.form != NULL)
		done = token_rotate(
		    s->db, token_id, version, &new.secret, keep_s, v.who);
	if (done == TOKEN_CHANGED || done == TOKEN_CHANGED_AGAIN) {
		log_line(LOG_INFO, "token_id=%lld rotated by %s",
		    (long long)token_id, v.by);
		token_new_show(&new, &v, token_id, done == TOKEN_CHANGED);
	} else {
		refuse(&v, token_id, NULL, done);
	}
	token_new_end(&new);
	visit_end(&v);
}
