/* Which signature each call of the history gets. */
#include "protocol/chat_signatures.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "protocol/chat_request.h"

/* Google's word for a call whose signature is not at hand. */
static const char bypass_word[] = "skip_thought_signature_validator";

static const char member[] = "thoughtSignature";

#define RECALL_MAX 256

bool
chat_signatures_note(
    struct chat_signatures *s, struct json_object *part, size_t message)
{
	if (s->count == s->room) {
		size_t room = s->room == 0 ? 8 : 2 * s->room;
		struct signed_part *list =
		    realloc(s->list, room * sizeof(*list));
		if (list == NULL)
			return false;
		s->list = list;
		s->room = room;
	}
	s->list[s->count++] = (struct signed_part){
	    .part = json_object_get(part),
	    .own = json_object_get(json_get(part, member)),
	    .message = message,
	};
	return true;
}

void
chat_signatures_clear(struct chat_signatures *s)
{
	for (size_t i = 0; i < s->count; i++) {
		json_object_put(s->list[i].part);
		json_object_put(s->list[i].own);
	}
	free(s->list);
	*s = (struct chat_signatures){0};
}

static bool
is_call(const struct signed_part *p)
{
	return json_get(p->part, "functionCall") != NULL;
}

/* The id of a call; NULL if it has none, and for a text. */
static const char *
id_of(const struct signed_part *p)
{
	return json_get_text(json_get(p->part, "functionCall"), "id");
}

struct json_object *
chat_signatures_recall(const struct chat_request *req)
{
	const struct chat_signatures *s = &req->signatures;
	size_t from = s->count, ids = 0;
	while (from > 0 && ids < RECALL_MAX)
		ids += id_of(&s->list[--from]) != NULL;
	if (ids == 0)
		return NULL;

	struct json_object *list = json_object_new_array();
	for (size_t i = from; i < s->count; i++)
		if (id_of(&s->list[i]) != NULL)
			json_object_array_add(
			    list, json_object_new_string(id_of(&s->list[i])));
	return list;
}

/* What is needed to judge one part after the other. */
struct signing {
	const struct chat_request *req;
	struct json_object *known; /* {call id: …}, or NULL */
	bool bypass;
	const char *scope;
};

static bool
is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* True if a remembered signature is good for this model and scope. */
static bool
is_ours(const struct signing *in, struct json_object *remembered)
{
	return is_same(json_get_text(remembered, "scope"), in->scope) &&
	    is_same(json_get_text(remembered, "model"), in->req->pool_model);
}

/* The part's signature: first is the first call of its message, of which no
 * call is signed by the client if bare. NULL for none. */
static struct json_object *
choose(const struct signing *in, const struct signed_part *p, bool first,
    bool bare)
{
	const char *id = id_of(p);
	struct json_object *remembered = id ? json_get(in->known, id) : NULL;
	struct json_object *signature = json_get(remembered, "signature");
	bool ours = is_ours(in, remembered) &&
	    json_object_is_type(signature, json_type_string);

	if (in->bypass)
		return first || (p->own != NULL && !is_call(p))
		    ? json_object_new_string(bypass_word)
		    : NULL;
	if (p->own != NULL && (remembered == NULL || ours))
		return json_object_get(p->own);
	if (p->own == NULL && !(first && bare))
		return NULL;
	return ours ? json_object_get(signature)
		    : json_object_new_string(bypass_word);
}

/* The parts list[from..to) are of one message. */
static void
sign_message(const struct signing *in, size_t from, size_t to)
{
	const struct signed_part *list = in->req->signatures.list;
	bool first = true, bare = true;
	for (size_t i = from; i < to; i++)
		bare = bare && !(is_call(&list[i]) && list[i].own != NULL);
	for (size_t i = from; i < to; i++) {
		bool call = is_call(&list[i]);
		struct json_object *signature =
		    choose(in, &list[i], call && first, bare);
		if (signature != NULL)
			json_set(list[i].part, member, signature);
		else
			json_object_object_del(list[i].part, member);
		first = first && !call;
	}
}

void
chat_signatures_apply(
    struct chat_request *req, struct json_object *recalled, const char *scope)
{
	const struct signing in = {
	    .req = req,
	    .known = json_get(recalled, "signatures"),
	    .bypass = json_get_bool(recalled, "bypass"),
	    .scope = scope,
	};
	const struct chat_signatures *s = &req->signatures;
	for (size_t from = 0, to; from < s->count; from = to) {
		to = from + 1;
		while (to < s->count &&
		    s->list[to].message == s->list[from].message)
			to++;
		sign_message(&in, from, to);
	}
}
