/* Adding keys by a text or a file. */
#include "admin/key_add.h"

#include <string.h>

#include "admin/key_add_page.h"
#include "admin/task_begin.h"
#include "admin/task_words.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/log.h"
#include "base/pattern.h"
#include "base/setting.h"
#include "base/text.h"
#include "gateway/key_import.h"
#include "gateway/service.h"
#include "pool/key_attribute.h"
#include "store/db.h"
#include "store/key_draft.h"
#include "web/query.h"

/* 100,000 keys with what is said of them. */
#define MAX_FORM ((size_t)16 * 1024 * 1024)

/* What is shown again if something of the form is wrong. */
#define MAX_AGAIN ((size_t)512 * 1024)

static const enum key_attribute asked[] = {KEY_POOL, KEY_PROJECT, KEY_NOTE};

struct add {
	struct visit *v;
	struct buf text, file;
	struct json_object *options; /* for all keys */
	struct json_object *form;    /* to show it again */
	struct pattern *pattern;
	struct key_import keys;
	bool wrong;
};

static void
wipe(struct buf *b)
{
	if (b->data != NULL)
		crypt_wipe(b->data, b->cap);
	buf_clear(b);
}

/* --- reading ------------------------------------------------------------- */

/* An attribute for all keys: into the options, and into the form, with what is
 * wrong. */
static void
read_attribute(struct add *a, enum key_attribute attribute)
{
	const char *name = key_attribute_name(attribute);
	struct buf value, clean, error;
	buf_init(&value, BUF_SMALL);
	buf_init(&clean, BUF_SMALL);
	buf_init(&error, BUF_SMALL);
	visit_get(a->v, name, &value);
	const char *why = value.len == 0
	    ? NULL
	    : key_attribute_read(attribute, buf_cstr(&value), &clean);
	json_set_text(a->form, name, buf_cstr(&value));
	if (why != NULL) {
		buf_fmt(&error, "%s_error", name);
		json_set_text(a->form, buf_cstr(&error), why);
		a->wrong = true;
	} else if (clean.len > 0)
		key_attribute_set(a->options, attribute, buf_cstr(&clean));
	buf_clear(&error);
	buf_clear(&clean);
	buf_clear(&value);
}

static void
read_form(struct add *a)
{
	struct buf pool;
	buf_init(&pool, BUF_SMALL);
	buf_init(&a->text, BUF_LARGE);
	buf_init(&a->file, BUF_LARGE);
	visit_get(a->v, "pool", &pool);
	visit_get(a->v, "text", &a->text);
	visit_get(a->v, "file", &a->file);
	a->options = json_object_new_object();
	a->form = key_add_page_form(buf_cstr(&pool));
	for (size_t i = 0; i < COUNT_OF(asked); i++)
		read_attribute(a, asked[i]);
	buf_clear(&pool);
}

/* What came of a text; NULL: nothing is wrong with it. */
static const char *
take_text(struct add *a, const struct buf *text, size_t source)
{
	a->keys.source = source;
	switch (key_import_take(&a->keys, buf_cstr(text), text->len)) {
	case KEY_IMPORT_UTF16:
		return N_("This is text in UTF-16: save it as UTF-8.");
	case KEY_IMPORT_TOO_MANY:
		return N_("These are too many keys: add them in parts.");
	case KEY_IMPORT_UNSEALED:
		return N_("This host's file of the master key does not hold "
			  "the key that seals: see keywheel master-key.");
	default:
		return NULL;
	}
}

static void
take_texts(struct add *a)
{
	const char *why = take_text(a, &a->text, 0);
	if (why != NULL)
		json_set_text(a->form, "text_error", why);
	const char *file_why = take_text(a, &a->file, 1);
	if (file_why != NULL)
		json_set_text(a->form, "file_error", file_why);
	a->wrong = a->wrong || why != NULL || file_why != NULL;
	if (!a->wrong && a->keys.intake.n == 0) {
		json_set_text(a->form, "text_error",
		    a->keys.found > 0 ? N_("There is no key in it.")
				      : N_("Paste some keys, or choose a "
					   "file that holds some."));
		a->wrong = true;
	}
}

/* --- the preview --------------------------------------------------------- */

/* Nothing that was filled in is lost, but for the file, which a browser does
 * not take from a page. */
static void
show_again(struct add *a)
{
	if (a->text.len <= MAX_AGAIN &&
	    text_is_utf8(buf_cstr(&a->text), a->text.len))
		json_set_text_len(
		    a->form, "text", buf_cstr(&a->text), a->text.len);
	key_add_page_set_bad(a->form, &a->keys);
	visit_send_status(a->v, 422, "key_add.html", N_("Add keys"), a->form);
	a->form = NULL;
}

static void
show_preview(struct add *a)
{
	char draft[CRYPT_ID_SIZE + 1];
	struct db *db = a->v->s->db;
	if (!key_intake_send(&a->keys.intake, db, "page", true) ||
	    !key_draft_keep(db, &a->keys.intake, draft)) {
		visit_refuse_database(a->v);
		return;
	}
	visit_send(a->v, "key_add_preview.html", N_("Add these keys?"),
	    key_add_page_preview(&a->keys, draft));
}

static void
preview(struct visit *v)
{
	struct add a = {.v = v};
	struct buf why;
	buf_init(&why, BUF_SMALL);
	read_form(&a);
	a.pattern = pattern_new(
	    settings_text(v->s->settings, SETTING_ID_KEY_PATTERN), &why);
	key_import_init(&a.keys, &v->s->master, a.pattern, a.options);
	if (a.pattern == NULL) {
		log_line(LOG_ERROR, "KEY_PATTERN %s", buf_cstr(&why));
		visit_refuse(v, 500, N_("Out of order"),
		    N_("The setting KEY_PATTERN cannot be used: the log says "
		       "why."));
	} else {
		take_texts(&a);
		if (a.wrong)
			show_again(&a);
		else
			show_preview(&a);
	}
	key_import_clear(&a.keys);
	pattern_free(a.pattern);
	json_object_put(a.options);
	json_object_put(a.form);
	wipe(&a.text);
	wipe(&a.file);
	buf_clear(&why);
}

/* --- adding -------------------------------------------------------------- */

static void
add(struct visit *v, const char *draft)
{
	struct key_draft_end end;
	struct buf verify, said;
	bool found;
	buf_init(&verify, BUF_SMALL);
	buf_init(&said, BUF_SMALL);
	visit_get(v, "verify", &verify);
	if (!key_draft_add(
		v->s->db, draft, v->by, verify.len > 0, &found, &end))
		visit_refuse_database(v);
	else if (!found)
		visit_refuse(v, 410, N_("Nothing was added"),
		    N_("This preview is more than an hour old, or its keys "
		       "were added already. Paste them again."));
	else {
		task_words_say(v, N_("A key was added."),
		    N_("$n keys were added."), end.added + end.restored, &said);
		v->s->task_begun = end.task_id > 0;
		if (end.task_id > 0)
			task_begin_go(v, end.task_id, buf_cstr(&said));
		else
			visit_go(v, "/keys", buf_cstr(&said));
	}
	buf_clear(&verify);
	buf_clear(&said);
}

/* A name as crypt_uuid7() makes them: the database is not asked for others. */
static bool
is_draft(const char *id)
{
	return strlen(id) == CRYPT_ID_SIZE &&
	    strspn(id, "0123456789abcdef-") == CRYPT_ID_SIZE && id[8] == '-' &&
	    id[13] == '-' && id[18] == '-' && id[23] == '-';
}

void
key_add_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	visit_send(
	    &v, "key_add.html", N_("Add keys"), key_add_page_form("gemini"));
	visit_end(&v);
}

void
key_add_serve_post(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf draft;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&draft, BUF_SMALL);
	if (!visit_get(&v, "draft", &draft))
		preview(&v);
	else if (is_draft(buf_cstr(&draft)))
		add(&v, buf_cstr(&draft));
	else
		visit_refuse(&v, 400, N_("Not understood"),
		    N_("The form does not say which keys are to be added."));
	if (v.fields.data != NULL)
		crypt_wipe(v.fields.data, v.fields.cap);
	buf_clear(&draft);
	visit_end(&v);
}
