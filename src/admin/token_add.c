/* New tokens. */
#include "admin/token_actions.h"

#include "admin/token_form.h"
#include "admin/token_secret.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/log.h"
#include "gateway/service.h"
#include "web/route.h"

#define MAX_FORM ((size_t)256 * 1024)

/* form_id: of the form that is shown again, or NULL: another one. */
static void
show(struct visit *v, int status, const struct token_form *form,
    const char *form_id)
{
	struct json_object *data = json_object_new_object();
	char id[CRYPT_ID_SIZE + 1];
	crypt_uuid7(id);
	json_set_text(data, "form_id", form_id != NULL ? form_id : id);
	token_form_show(form, data);
	visit_send_status(v, status, "token_add.html", N_("Add a token"), data);
}

void
token_add_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct token_form form;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	token_form_read(&form, NULL);
	show(&v, 200, &form, NULL);
	token_form_clear(&form);
	visit_end(&v);
}

static void
add(struct visit *v, struct token_form *form, struct token_new *new)
{
	int64_t token_id;
	if (!token_form_is_good(form) || new->secret.form == NULL) {
		show(v, 422, form, new->secret.form);
		return;
	}
	enum token_change done = token_create(
	    v->s->db, &new->secret, "page", form->rules, &token_id);
	switch (done) {
	case TOKEN_CHANGED:
		log_line(LOG_INFO, "token_id=%lld added by %s",
		    (long long)token_id, v->by);
		token_new_show(new, v, token_id, true);
		break;
	case TOKEN_CHANGED_AGAIN:
		token_new_show(new, v, token_id, false);
		break;
	case TOKEN_CHANGE_TAKEN:
		token_form_refuse(
		    form, "name", N_("Another token has this name."));
		show(v, 422, form, new->secret.form);
		break;
	default:
		visit_refuse_database(v);
		break;
	}
}

void
token_add_serve_post(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct token_form form;
	struct token_new new;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	token_form_read(&form, buf_cstr(&v.fields));
	token_new_begin(&new, &v);
	add(&v, &form, &new);
	token_new_end(&new);
	token_form_clear(&form);
	visit_end(&v);
}
