/* What pipes keep of answers, and what lists tell to whom. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "gateway/pipe_parts.h"
#include "gateway/resources.h"
#include "gateway/service.h"
#include "protocol/resource_answer.h"
#include "store/resource_lists.h"

/* An interaction that is to be gone on with is bound to its project. */
static void
note_continuation(struct pipe *p, struct json_object *o)
{
	const char *token = json_get_text(o, "continuation_token");
	if (token == NULL)
		token = json_get_text(
		    json_get(o, "interaction"), "continuation_token");
	struct json_object *note =
	    resources_continuation(p->live.service, token);
	if (note != NULL && p->found == NULL)
		p->found = json_object_new_array();
	if (note != NULL)
		json_object_array_add(p->found,
		    json_object_get(json_at(json_get(note, "resources"), 0)));
	json_object_put(note);
}

void
pipe_memory_look(
    struct pipe *p, const char *text, size_t len, struct json_object *o)
{
	const struct pipe_call *call = p->call;
	const struct resource_answer about = {
	    .made = call->made != NULL,
	    .collection = call->made != NULL && call->made->by_id
		? call->made->name
		: NULL,
	    .results = call->results,
	    .wall_ms = clock_wall_ms(),
	};
	usage_read_any(&p->usage, o);
	resource_answer_scan(&p->found, &about, text, len);
	note_continuation(p, o);
}

/* Those of what was found that the request did not name: they are new. What it
 * has changed is known under its new end. */
static struct json_object *
find_new(const struct pipe *p)
{
	bool changed = strcmp(p->live.method, "PATCH") == 0;
	struct json_object *list = NULL;
	for (size_t i = 0; i < json_count(p->found); i++) {
		struct json_object *one = json_at(p->found, i);
		if (!changed &&
		    json_has_text(p->names.list, json_get_text(one, "name")))
			continue;
		if (list == NULL)
			list = json_object_new_array();
		json_object_array_add(list, json_object_get(one));
	}
	return list;
}

/* What is to be kept; NULL: nothing. */
static struct json_object *
to_keep(const struct pipe *p, bool answered)
{
	/* Not so what only belongs to it: its documents, its permissions. */
	bool gone = answered && strcmp(p->live.method, "DELETE") == 0 &&
	    p->own.len > 0 && strcmp(p->call->path + 1, buf_cstr(&p->own)) == 0;
	struct json_object *list = find_new(p);
	struct json_object *remember = NULL;
	if (gone)
		resources_forget(&remember, buf_cstr(&p->own));
	if (list != NULL && remember == NULL)
		remember = json_object_new_object();
	if (list != NULL)
		json_set(remember, "resources", list);
	return remember;
}

void
pipe_memory_keep(struct pipe *p, bool answered)
{
	struct json_object *remember = to_keep(p, answered);
	bool kept = remember == NULL ||
	    resource_lists_note(
		p->live.service->db, p->token_id, p->key_id, remember);
	if (kept) {
		json_object_put(p->found);
		p->found = NULL;
	}
	json_object_put(p->remember);
	p->remember = kept ? NULL : json_object_get(remember);
	json_object_put(remember);
}

/* --- lists ---------------------------------------------------------------- */

/* The names by which the elements are remembered. */
static struct json_object *
names_of(const struct resource_kind *kind, struct json_object *list)
{
	struct json_object *names = json_object_new_array();
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *one = json_at(list, i);
		const char *text =
		    kind->by_id ? NULL : json_get_text(one, "name");
		if (text == NULL)
			text = json_get_text(one, "id");
		struct buf name;
		buf_init(&name, BUF_SMALL);
		if (kind->by_id)
			buf_fmt(&name, "%s/", kind->name);
		buf_str(&name, text == NULL ? "" : text);
		json_object_array_add(
		    names, json_object_new_string(buf_cstr(&name)));
		buf_clear(&name);
	}
	return names;
}

/* The elements whose names the token may see. */
static struct json_object *
visible(const struct pipe *p, struct json_object *list)
{
	struct json_object *names = names_of(p->call->list, list);
	struct json_object *seen =
	    resource_lists_seen(p->live.service->db, p->token_id, names);
	struct json_object *kept = json_object_new_array();
	for (size_t i = 0; i < json_count(list); i++)
		if (json_has_text(
			seen, json_object_get_string(json_at(names, i))))
			json_object_array_add(
			    kept, json_object_get(json_at(list, i)));
	json_object_put(names);
	json_object_put(seen);
	return kept;
}

/* Does the token see all there is? */
static bool
sees_all(const struct pipe *p)
{
	struct json_object *names = json_object_new_array();
	json_object_array_add(names, json_object_new_string("-"));
	struct json_object *seen =
	    resource_lists_seen(p->live.service->db, p->token_id, names);
	bool all = json_count(seen) > 0;
	json_object_put(names);
	json_object_put(seen);
	return all;
}

bool
pipe_memory_filter(struct pipe *p, struct json_object **answer)
{
	bool less = false;
	if (!json_object_is_type(*answer, json_type_object)) {
		if (sees_all(p))
			return false;
		json_object_put(*answer);
		*answer = json_object_new_object();
		return true;
	}
	/* Whichever of its members is the list. */
	json_object_object_foreach(*answer, name, value)
	{
		if (!json_object_is_type(value, json_type_array))
			continue;
		struct json_object *kept = visible(p, value);
		bool fewer = json_count(kept) < json_count(value);
		if (fewer)
			json_object_object_add(
			    *answer, name, json_object_get(kept));
		less = less || fewer;
		json_object_put(kept);
	}
	return less;
}
