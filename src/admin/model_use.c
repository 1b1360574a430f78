/* Models in the settings. */
#include "admin/model_use.h"

#include <string.h>

#include "admin/model_row.h"
#include "admin/setting_save.h"
#include "admin/setting_seal.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "gateway/service.h"
#include "protocol/model_can.h"
#include "web/query.h"

#define MAX_FORM ((size_t)16 * 1024)

/* What a model must be able to do to stand there; 0: nothing. */
static const struct use {
	enum setting_id id;
	unsigned can;
	const char *words;
} uses[] = {
    {SETTING_ID_TEST_MODEL, MODEL_CAN_GENERATE, N_("tests keys")},
    {SETTING_ID_CREATE_IMAGE_MODEL, MODEL_CAN_DRAW,
	N_("draws where a request names no model")},
    {SETTING_ID_EMBEDDING_MODEL, MODEL_CAN_EMBED,
	N_("embeds for OpenAI's embedding models")},
    {SETTING_ID_TTS_MODEL, MODEL_CAN_SPEAK,
	N_("speaks for OpenAI's speech models")},
    {SETTING_ID_SEARCH_MODELS, MODEL_CAN_GENERATE,
	N_("is offered with Google Search too")},
    {SETTING_ID_IMAGE_MODELS, MODEL_CAN_DRAW, N_("is offered for drawing too")},
    {SETTING_ID_THINKING_MODELS, MODEL_CAN_THINK,
	N_("is offered without thinking too")},
    {SETTING_ID_FILTERED_MODELS, 0, N_("is neither listed nor served")},
};

static bool
is_list(enum setting_id id)
{
	return setting_def(id)->type == SETTING_LIST;
}

static bool
is_used(const struct settings *now, enum setting_id id, const char *name)
{
	return is_list(id) ? settings_has(now, id, name)
			   : strcmp(settings_text(now, id), name) == 0;
}

void
model_use_show(
    struct visit *v, struct json_object *data, const char *name, unsigned can)
{
	const struct settings *now = v->s->settings;
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(uses); i++) {
		enum setting_id id = uses[i].id;
		bool is = is_used(now, id, name);
		char mark[SETTING_MARK + 1];
		if (uses[i].can != 0 && !(can & uses[i].can) && !is)
			continue;
		struct json_object *o = json_object_new_object();
		setting_mark(&v->s->master, id, settings_text(now, id), mark);
		json_set_text(o, "setting", setting_def(id)->name);
		json_set_text(o, "words", uses[i].words);
		json_set_text(o, "was", mark);
		json_set_bool(o, "list", is_list(id));
		json_set_bool(o, "is", is);
		json_object_array_add(list, o);
	}
	json_set(data, "uses", list);
}

/* The list with the name, or without it. */
static struct json_object *
changed_list(const struct settings *now, enum setting_id id, const char *name,
    bool remove)
{
	struct json_object *list = json_object_new_array();
	struct json_object *old = settings_json(now, id);
	for (size_t i = 0; i < json_count(old); i++)
		if (strcmp(json_object_get_string(json_at(old, i)), name) != 0)
			json_object_array_add(
			    list, json_object_get(json_at(old, i)));
	if (!remove)
		json_object_array_add(list, json_object_new_string(name));
	return list;
}

/* Put the wish on the form, which then is as if the page had been the
 * settings' own: it knows what was there when it was made. */
static void
wish(struct visit *v, struct setting_view *view, enum setting_id id,
    const char *name, bool remove)
{
	struct setting_draft *d = &view->form->drafts[id];
	struct buf value, was;
	buf_init(&value, BUF_LARGE);
	buf_init(&was, BUF_SMALL);
	if (is_list(id)) {
		struct json_object *list =
		    changed_list(view->now, id, name, remove);
		json_write(&value, list);
		json_object_put(list);
	} else
		buf_str(&value, name);
	setting_form_wish(view->form, id, view->now, buf_cstr(&value));
	/* Adding to a list takes nothing of others' away. */
	if (!is_list(id) && visit_get(v, "was", &was) &&
	    was.len == SETTING_MARK)
		memcpy(d->was, buf_cstr(&was), SETTING_MARK + 1);
	buf_clear(&value);
	buf_clear(&was);
}

static void
use(struct visit *v, enum setting_id id, const char *name, bool remove)
{
	struct setting_view view;
	struct buf path;
	buf_init(&path, BUF_SMALL);
	query_add(&path, "name", name);
	bool loaded = setting_view_load(&view, v);
	if (loaded && is_used(view.now, id, name) == remove)
		wish(v, &view, id, name, remove);
	enum setting_save end =
	    loaded ? setting_save(v, &view) : SETTING_SAVE_FAILED;
	struct buf where;
	buf_init(&where, BUF_SMALL);
	buf_fmt(&where, "/models/show?%s", buf_cstr(&path));
	if (end == SETTING_SAVED)
		setting_save_go(v, &view, buf_cstr(&where));
	else if (end == SETTING_SAVE_CONFLICT)
		setting_save_ask(v, &view);
	else if (end == SETTING_SAVE_BAD)
		visit_refuse(v, 422, N_("Not done"),
		    N_("The setting does not take this value."));
	else
		visit_refuse_database(v);
	setting_view_clear(&view);
	buf_clear(&path);
	buf_clear(&where);
}

void
model_use_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf asked, name, setting, remove;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&asked, BUF_SMALL);
	buf_init(&name, BUF_SMALL);
	buf_init(&setting, BUF_SMALL);
	buf_init(&remove, BUF_SMALL);
	visit_get(&v, "name", &asked);
	visit_get(&v, "setting", &setting);
	bool named = model_row_name(buf_cstr(&asked), &name);
	size_t i = 0;
	while (i < COUNT_OF(uses) &&
	    strcmp(setting_def(uses[i].id)->name, buf_cstr(&setting)) != 0)
		i++;
	if (named && i < COUNT_OF(uses))
		use(&v, uses[i].id, buf_cstr(&name),
		    visit_get(&v, "remove", &remove));
	else
		visit_refuse(&v, 400, N_("Not a form"),
		    N_("This is no form of these pages."));
	buf_clear(&asked);
	buf_clear(&name);
	buf_clear(&setting);
	buf_clear(&remove);
	visit_end(&v);
}
