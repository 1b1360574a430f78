/* Quotas: reading them from JSON, all or nothing. */
#include <json-c/json.h>
#include <limits.h>
#include <string.h>

#include "errors.h"
#include "mem.h"
#include "quota_state.h"

static struct json_object *
quota_parse(struct span text, struct buf *why)
{
	struct json_tokener *tokener = json_tokener_new_ex(100);
	struct json_object *root = NULL;

	if (text.len > 0 && text.len <= INT_MAX)
		root = json_tokener_parse_ex(tokener, text.at, (int)text.len);
	json_tokener_free(tokener);
	if (!json_object_is_type(root, json_type_object)) {
		json_object_put(root);
		buf_text(why, "expected a JSON object");
		return NULL;
	}
	return root;
}

static bool
quota_wrong(struct buf *why, const char *where, const char *name)
{
	buf_printf(
	    why, "%s: bad value, or unknown member, \"%s\"", where, name);
	return false;
}

static const char *
quota_text(struct json_object *value)
{
	return json_object_is_type(value, json_type_string)
	    ? json_object_get_string(value)
	    : NULL;
}

/* One member of the limits of a model. */
static bool
quota_read_most(
    struct quota_limits *l, const char *name, struct json_object *value)
{
	static const char *const names[QUOTA_KINDS] = {
	    "rpm", "tpm", "rpd", "tpd"};

	for (size_t i = 0; i < QUOTA_KINDS; i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		l->most[i] = json_object_get_int64(value);
		return json_object_is_type(value, json_type_int) &&
		    l->most[i] >= 0;
	}
	return false;
}

static bool
quota_read_limits(
    struct quota_project *p, struct json_object *limits, struct buf *why)
{
	if (!json_object_is_type(limits, json_type_object))
		return quota_wrong(why, p->name, "limits");
	p->limits = mem_alloc(((size_t)json_object_object_length(limits) + 1) *
	    sizeof(*p->limits));
	json_object_object_foreach(limits, model, row)
	{
		struct quota_limits *l = &p->limits[p->n_limits++];

		*l = (struct quota_limits){.most = {-1, -1, -1, -1}};
		if (strcmp(model, "*") != 0)
			l->model = model;
		if (!json_object_is_type(row, json_type_object))
			return quota_wrong(why, p->name, model);
		json_object_object_foreach(row, name, value)
		{
			if (!quota_read_most(l, name, value))
				return quota_wrong(why, model, name);
		}
	}
	return true;
}

static void
quota_add_key(struct quota *q, const struct quota_key *key)
{
	q->keys = mem_grow(q->keys, (q->n_keys + 1) * sizeof(*q->keys));
	q->keys[q->n_keys++] = *key;
}

static bool
quota_read_keys(struct quota *q, struct quota_project *p,
    struct json_object *keys, struct buf *why)
{
	if (!json_object_is_type(keys, json_type_array))
		return quota_wrong(why, p->name, "keys");
	for (size_t i = 0; i < json_object_array_length(keys); i++) {
		struct quota_key key = {.project = p};

		key.key = quota_text(json_object_array_get_idx(keys, i));
		if (key.key == NULL)
			return quota_wrong(why, p->name, "keys");
		quota_add_key(q, &key);
	}
	return true;
}

static bool
quota_read_project(struct quota *q, struct quota_project *p,
    struct json_object *from, struct buf *why)
{
	if (!json_object_is_type(from, json_type_object))
		return quota_wrong(why, "projects", p->name);
	json_object_object_foreach(from, name, value)
	{
		bool good = false;

		if (strcmp(name, "keys") == 0) {
			good = quota_read_keys(q, p, value, why);
		} else if (strcmp(name, "limits") == 0) {
			good = quota_read_limits(p, value, why);
		} else if (strcmp(name, "number") == 0) {
			p->number = quota_text(value);
			good = p->number != NULL;
		}
		if (!good)
			return why->len == 0 ? quota_wrong(why, p->name, name)
					     : false;
	}
	return true;
}

static bool
quota_read_projects(
    struct quota *q, struct json_object *projects, struct buf *why)
{
	if (!json_object_is_type(projects, json_type_object))
		return quota_wrong(why, "quotas", "projects");
	q->projects =
	    mem_alloc(((size_t)json_object_object_length(projects) + 1) *
		sizeof(*q->projects));
	json_object_object_foreach(projects, name, value)
	{
		struct quota_project *p = &q->projects[q->n_projects++];

		*p = (struct quota_project){.name = name};
		if (!quota_read_project(q, p, value, why))
			return false;
	}
	return true;
}

static bool
quota_read_dead(struct quota *q, struct json_object *dead, struct buf *why)
{
	if (!json_object_is_type(dead, json_type_object))
		return quota_wrong(why, "quotas", "dead");
	json_object_object_foreach(dead, name, value)
	{
		struct quota_key key = {.key = name};

		key.error = quota_text(value);
		if (key.error == NULL || !errors_known(key.error))
			return quota_wrong(why, "dead", name);
		quota_add_key(q, &key);
	}
	return true;
}

/* {"model", "share", "as"}; without "as" there is no overload. */
static bool
quota_read_overload(
    struct quota *q, struct json_object *overload, struct buf *why)
{
	q->overload_share = 1;
	if (!json_object_is_type(overload, json_type_object))
		return quota_wrong(why, "quotas", "overload");
	json_object_object_foreach(overload, name, value)
	{
		const char *text = quota_text(value);
		bool good = false;

		if (strcmp(name, "model") == 0 && text != NULL) {
			q->overload_model =
			    strcmp(text, "*") != 0 ? text : NULL;
			good = true;
		} else if (strcmp(name, "as") == 0 && text != NULL) {
			q->overload_error = text;
			good = errors_known(text);
		} else if (strcmp(name, "share") == 0) {
			q->overload_share = json_object_get_double(value);
			good = q->overload_share >= 0 && q->overload_share <= 1;
		}
		if (!good)
			return quota_wrong(why, "overload", name);
	}
	return true;
}

static bool
quota_read_speed(struct quota *q, struct json_object *value)
{
	q->speed = json_object_get_double(value);
	return q->speed >= 1 && q->speed <= 10000;
}

/* A word out of two; `second` is whether it is the second. */
static bool
quota_read_word(
    struct json_object *value, const char *one, const char *two, bool *second)
{
	const char *text = quota_text(value);

	if (text == NULL)
		return false;
	*second = strcmp(text, two) == 0;
	return *second || strcmp(text, one) == 0;
}

static bool
quota_member(struct quota *q, const char *name, struct json_object *value,
    struct buf *why)
{
	bool good = false;

	if (strcmp(name, "projects") == 0)
		return quota_read_projects(q, value, why);
	if (strcmp(name, "dead") == 0)
		return quota_read_dead(q, value, why);
	if (strcmp(name, "overload") == 0)
		return quota_read_overload(q, value, why);
	if (strcmp(name, "speed") == 0) {
		good = quota_read_speed(q, value);
	} else if (strcmp(name, "window") == 0) {
		good = quota_read_word(value, "sliding", "fixed", &q->fixed);
	} else if (strcmp(name, "rest") == 0) {
		good = quota_read_word(value, "allow", "deny", &q->deny);
	} else if (strcmp(name, "count_refused") == 0) {
		q->count_refused = json_object_get_boolean(value);
		good = json_object_is_type(value, json_type_boolean);
	}
	return good || quota_wrong(why, "quotas", name);
}

bool
quota_read(struct quota *q, struct span text, struct buf *why)
{
	struct quota new = {.speed = 1};
	bool good = true;

	new.source = quota_parse(text, why);
	if (new.source == NULL)
		return false;
	json_object_object_foreach(new.source, name, value)
	{
		if (good)
			good = quota_member(&new, name, value, why);
	}
	quota_empty(good ? q : &new);
	if (good)
		*q = new;
	return good;
}

bool
quota_overload(struct quota *q, struct span text, struct buf *why)
{
	struct quota new = {.speed = 1};

	new.overload_source = quota_parse(text, why);
	if (new.overload_source == NULL)
		return false;
	if (!quota_read_overload(&new, new.overload_source, why)) {
		quota_empty(&new);
		return false;
	}
	json_object_put(q->overload_source);
	q->overload_source = new.overload_source;
	q->overload_model = new.overload_model;
	q->overload_error = new.overload_error;
	q->overload_share = new.overload_share;
	q->overload_sum = 0;
	return true;
}
