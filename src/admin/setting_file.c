/* The settings as a .env file. */
#include "admin/setting_file.h"

#include <string.h>

#include "admin/page.h"
#include "admin/prove.h"
#include "admin/setting_save.h"
#include "admin/visit.h"
#include "base/dotenv.h"
#include "base/json.h"
#include "base/setting_env.h"
#include "base/version.h"
#include "gateway/service.h"
#include "web/call.h"

#define MAX_FORM ((size_t)16 * 1024)

/* --- export -------------------------------------------------------------- */

static void
write_setting(const struct setting_view *view, enum setting_id id, bool secrets,
    struct buf *out)
{
	const struct setting_def *def = setting_def(id);
	const char *text = settings_text(view->now, id);
	if (!setting_is_changed(view, id)) {
		buf_byte(out, '#');
		dotenv_write(out, def->name, text);
	} else if (setting_is_secret(def) && !secrets)
		buf_fmt(out, "# %s is a secret, and left out.\n", def->name);
	else if (*text == '\0')
		buf_fmt(out,
		    "# %s is empty, which such a file has no words for.\n",
		    def->name);
	else
		dotenv_write(out, def->name, text);
}

static void
write_file(const struct setting_view *view, bool secrets, struct buf *out)
{
	const char *group = "";
	buf_str(out,
	    "# Settings of keywheel " KEYWHEEL_VERSION
	    ". What begins with # is at its default.\n");
	for (size_t i = 0; i < SETTING__MAX; i++) {
		enum setting_id id = (enum setting_id)i;
		const struct setting_def *def = setting_def(id);
		if (def->home != SETTING_STORED)
			continue;
		if (strcmp(group, def->group) != 0)
			buf_fmt(out, "\n# %s\n", def->group);
		group = def->group;
		write_setting(view, id, secrets, out);
	}
}

/* reason: member of the page's data, or NULL. */
static void
show_export(struct visit *v, int status, const char *reason, int64_t wait_s)
{
	struct json_object *data = json_object_new_object();
	json_set_bool(data, "refused", reason != NULL);
	json_set_int(data, "wait", wait_s);
	if (reason != NULL)
		json_set_bool(data, reason, true);
	visit_send_status(
	    v, status, "settings_export.html", N_("Export the settings"), data);
}

/* Has the visitor given an admin token once more? False after an answer. */
static bool
prove(struct visit *v)
{
	int64_t wait_s = 0;
	enum sign_in_answer answer =
	    prove_admin(v, "settings were to be exported", &wait_s);
	int status;
	const char *reason = prove_refusal(answer, &status);
	if (reason != NULL)
		show_export(v, status, reason, wait_s);
	if (answer == SIGN_IN_FAILED)
		visit_refuse_database(v);
	return answer == SIGN_IN_DONE;
}

void
setting_file_serve_export(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	show_export(&v, 200, NULL, 0);
	visit_end(&v);
}

static void
send_file(struct visit *v, bool secrets)
{
	struct setting_view view;
	struct buf file;
	if (!setting_view_load(&view, v))
		visit_refuse_database(v);
	else {
		buf_init(&file, BUF_LARGE);
		write_file(&view, secrets, &file);
		page_start_file(v->s, "text/plain; charset=utf-8",
		    "attachment; filename=\"keywheel.env\"");
		web_write(v->s->call, buf_cstr(&file), file.len);
		web_finish(v->s->call);
		if (file.data != NULL)
			crypt_wipe(file.data, file.len);
		buf_clear(&file);
	}
	setting_view_clear(&view);
}

void
setting_file_serve_send(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf text;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&text, BUF_SMALL);
	bool secrets = visit_get(&v, "secrets", &text);
	if (!secrets || prove(&v))
		send_file(&v, secrets);
	buf_clear(&text);
	visit_end(&v);
}

/* --- import -------------------------------------------------------------- */

/* What a file would do; the form of the view has its changes. */
struct import {
	struct setting_view *view;
	struct json_object *bad;       /* [{name, line, why}] */
	struct json_object *elsewhere; /* [{name, keys, count}] */
	struct json_object *obsolete;  /* names */
	int64_t same;
};

static void
take_value(struct import *in, enum setting_id id, const char *text)
{
	if (strcmp(text, settings_text(in->view->now, id)) == 0)
		in->same++;
	else
		setting_form_wish(in->view->form, id, in->view->now, text);
}

static void
take_elsewhere(struct import *in, const struct setting_env_line *l)
{
	struct json_object *list = json_parse(l->text, strlen(l->text), NULL);
	struct json_object *o = json_object_new_object();
	json_set_text(o, "name", l->name);
	json_set_int(o, "count", (int64_t)json_count(list));
	json_set_bool(o, "keys", setting_def(l->id)->home == SETTING_KEYS);
	json_object_array_add(in->elsewhere, o);
	json_object_put(list);
}

static void
take_bad(struct import *in, const struct setting_env_line *l)
{
	struct json_object *o = json_object_new_object();
	json_set_text(o, "name", l->name);
	json_set_int(o, "line", l->line);
	json_set_text(o, "why", l->why);
	json_object_array_add(in->bad, o);
}

static void
take_line(void *ctx, const struct setting_env_line *l)
{
	struct import *in = ctx;
	switch (l->kind) {
	case SETTING_ENV_VALUE:
		take_value(in, l->id, l->text);
		break;
	case SETTING_ENV_DEFAULT:
		take_value(in, l->id, settings_text(in->view->defaults, l->id));
		break;
	case SETTING_ENV_SECRETS:
		take_elsewhere(in, l);
		break;
	case SETTING_ENV_OBSOLETE:
		json_object_array_add(
		    in->obsolete, json_object_new_string(l->name));
		break;
	case SETTING_ENV_UNKNOWN:
	case SETTING_ENV_BAD:
		take_bad(in, l);
		break;
	}
}

/* error: why the text is no .env file; it is in the form then, to be mended. */
static void
show_import(struct visit *v, int status, const char *error, const char *text)
{
	struct json_object *data = json_object_new_object();
	json_set_text(data, "error", error);
	json_set_text(data, "text", text);
	visit_send_status(
	    v, status, "settings_import.html", N_("Import settings"), data);
}

void
setting_file_serve_import(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	show_import(&v, 200, "", "");
	visit_end(&v);
}

static void
show_preview(struct visit *v, struct import *in)
{
	struct json_object *data = json_object_new_object();
	json_set_bool(data, "import", true);
	json_set_int(data, "same", in->same);
	json_set_bool(data, "any_bad", json_count(in->bad) > 0);
	json_set_bool(data, "any_obsolete", json_count(in->obsolete) > 0);
	json_share(data, "bad", in->bad);
	json_share(data, "elsewhere", in->elsewhere);
	json_share(data, "obsolete", in->obsolete);
	setting_save_confirm(
	    v, in->view, "settings_preview.html", "import", data);
}

static void
preview(struct visit *v, const struct buf *text)
{
	struct setting_view view;
	struct buf why;
	struct import in = {.view = &view,
	    .bad = json_object_new_array(),
	    .elsewhere = json_object_new_array(),
	    .obsolete = json_object_new_array()};
	buf_init(&why, BUF_SMALL);
	if (!setting_view_load(&view, v))
		visit_refuse_database(v);
	else if (!setting_env_read(
		     buf_cstr(text), text->len, take_line, &in, &why))
		show_import(v, 422, buf_cstr(&why), buf_cstr(text));
	else
		show_preview(v, &in);
	json_object_put(in.bad);
	json_object_put(in.elsewhere);
	json_object_put(in.obsolete);
	setting_view_clear(&view);
	buf_clear(&why);
}

void
setting_file_serve_preview(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf text;
	(void)match;
	if (!visit_begin_post(&v, s, SETTING_SAVE_MAX_FORM))
		return;
	buf_init(&text, BUF_LARGE);
	/* The file, or else what was pasted. */
	visit_get(&v, "file", &text);
	if (text.len == 0)
		visit_get(&v, "text", &text);
	if (text.len == 0)
		show_import(&v, 422, N_("There is nothing in it."), "");
	else
		preview(&v, &text);
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	buf_clear(&text);
	visit_end(&v);
}
