/* Words for settings that name the wrong models. */
#include "admin/model_warning.h"

#include <string.h>

#include "admin/model_warn.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "gateway/service.h"
#include "store/models.h"

struct telling {
	struct visit *v;
	struct json_object *list;
};

/* The message with its values in their places. */
static void
fill(const char *message, struct json_object *values, struct buf *out)
{
	static const char *const names[] = {"model", "low", "high"};
	while (*message != '\0') {
		size_t len = strcspn(message, "$");
		buf_add(out, message, len);
		message += len;
		if (*message == '\0')
			break;
		size_t i = 0;
		while (i < COUNT_OF(names) &&
		    strncmp(message + 1, names[i], strlen(names[i])) != 0)
			i++;
		if (i == COUNT_OF(names)) {
			buf_byte(out, *message++);
			continue;
		}
		buf_str(out, json_get_text(values, names[i]));
		message += 1 + strlen(names[i]);
	}
}

static void
tell(void *ctx, const struct model_warning *w)
{
	struct telling *t = ctx;
	struct json_object *o = json_object_new_object();
	struct buf words;
	buf_init(&words, BUF_SMALL);
	json_set_text(o, "model", w->model);
	number_set(o, "low", w->low);
	number_set(o, "high", w->high);
	fill(visit_say(t->v, w->message), o, &words);
	json_set_text(o, "name", setting_def(w->id)->name);
	json_set_text(o, "words", buf_cstr(&words));
	json_object_array_add(t->list, o);
	buf_clear(&words);
}

struct json_object *
model_warning_list(struct visit *v, const struct settings *settings,
    struct json_object *models)
{
	struct telling t = {v, json_object_new_array()};
	model_warn(settings, models, tell, &t);
	return t.list;
}

/* {name: object} of the list that is stored; NULL: there is none. */
static struct json_object *
load_models(struct visit *v)
{
	int64_t age_ms = -1;
	struct json_object *list = models_load(v->s->db, &age_ms);
	struct json_object *models =
	    list == NULL || age_ms < 0 ? NULL : json_object_new_object();
	for (size_t i = 0; models != NULL && i < json_count(list); i++) {
		const char *name = json_get_text(json_at(list, i), "name");
		const char *slash = name == NULL ? NULL : strchr(name, '/');
		if (slash != NULL)
			json_share(models, slash + 1, json_at(list, i));
	}
	json_object_put(list);
	return models;
}

struct json_object *
model_warning_by_setting(struct visit *v, const struct settings *settings)
{
	struct json_object *models = load_models(v);
	struct json_object *list = model_warning_list(v, settings, models);
	struct json_object *by = json_object_new_object();
	struct buf words;
	buf_init(&words, BUF_SMALL);
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *w = json_at(list, i);
		const char *name = json_get_text(w, "name");
		const char *before = json_get_text(by, name);
		buf_reset(&words);
		buf_fmt(&words, "%s%s%s", before != NULL ? before : "",
		    before != NULL ? " " : "", json_get_text(w, "words"));
		json_set_text(by, name, buf_cstr(&words));
	}
	buf_clear(&words);
	json_object_put(list);
	json_object_put(models);
	return by;
}
