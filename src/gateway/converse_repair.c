/* What a conversation learns of Gemini's refusals, and leaves for others. */
#include <string.h>

#include "base/json.h"
#include "gateway/converse_parts.h"
#include "gateway/recall.h"
#include "gateway/service.h"
#include "protocol/repair.h"
#include "store/signatures.h"

/* Was this the matter of an earlier refusal? */
static bool
has_learned(const struct converse *c, const char *quirk)
{
	for (size_t i = 0; i < json_count(c->learned); i++)
		if (strcmp(json_object_get_string(json_at(c->learned, i)),
			quirk) == 0)
			return true;
	return false;
}

/* Append a text to a list, which is made if there is none. */
static void
add_text(struct json_object **list, const char *text)
{
	if (*list == NULL)
		*list = json_object_new_array();
	json_object_array_add(*list, json_object_new_string(text));
}

/* Translate without what the model does not take. */
static bool
learn(struct converse *c, const char *quirk, bool of_model)
{
	struct api_error error = {0};
	if (has_learned(c, quirk))
		return false;
	add_text(&c->learned, quirk);
	if (of_model)
		add_text(&c->quirks, quirk);
	bool ok = converse_translate(c, &error);
	api_error_clear(&error);
	return ok;
}

/* Gemini has refused the request (contract 1.9): mend what can be mended,
 * each fault once. */
bool
converse_repair(void *ctx, const char *message)
{
	struct converse *c = ctx;
	struct buf quirk;
	bool mended = false;
	buf_init(&quirk, BUF_SMALL);
	enum repair_scope scope = repair_find(message, &quirk);
	if (scope == REPAIR_CONVERSATION) {
		mended = !c->bypass && c->request.signatures.count > 0;
		c->bypass |= mended;
	} else if (scope != REPAIR_NONE) {
		mended = learn(c, buf_cstr(&quirk), scope == REPAIR_MODEL);
	}
	buf_clear(&quirk);
	return mended;
}

/* What later requests may recall, once this one was served. */
struct json_object *
converse_remember(void *ctx, bool answered)
{
	struct converse *c = ctx;
	json_object_put(c->memory);
	c->memory = NULL;
	if (!answered)
		return NULL;

	struct json_object *signatures =
	    c->signatures_kept ? NULL : c->form->signatures(c->answer);
	const struct recall_notes notes = {
	    .wish = c->wish,
	    .signatures = signatures,
	    .quirks = c->quirks,
	    .bypass = c->bypass,
	};
	c->memory = recall_remember(c->service, &notes);
	json_object_put(signatures);
	return c->memory;
}

void
converse_keep_signatures(struct converse *c)
{
	struct json_object *signatures = c->form->signatures(c->answer);
	const struct recall_notes notes = {.signatures = signatures};
	struct json_object *memory =
	    signatures == NULL ? NULL : recall_remember(c->service, &notes);
	c->signatures_kept = memory != NULL &&
	    signatures_keep(
		c->service->db, c->token_id, c->key_id, c->live.model, memory);
	json_object_put(memory);
	json_object_put(signatures);
}
