/* Wishes and notes of conversations, as JSON for the store. */
#include "gateway/recall.h"

#include <string.h>

#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "protocol/chat_conversation.h"
#include "protocol/chat_signatures.h"

static bool
has_affinity(const struct service *s)
{
	return settings_int(s->settings, SETTING_ID_CONVERSATION_AFFINITY) != 0;
}

static bool
keeps_signatures(const struct service *s)
{
	return settings_int(s->settings, SETTING_ID_SIGNATURE_HOURS) > 0;
}

/* The name of the conversation: a keyed hash, so that the database learns
 * nothing of what was said. */
static void
name_conversation(const struct service *s, const struct chat_request *req,
    struct json_object *wish)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	struct buf text, hex;
	buf_init(&text, BUF_LARGE);
	buf_init(&hex, BUF_SMALL);
	if (chat_conversation_key(req, &text)) {
		crypt_hash(&s->master, buf_cstr(&text), text.len, hash);
		text_hex(&hex, hash, sizeof(hash));
		json_set_text(wish, "conversation", buf_cstr(&hex));
	}
	buf_clear(&text);
	buf_clear(&hex);
}

struct json_object *
recall_wish(const struct service *s, const struct chat_request *req)
{
	struct json_object *wish = json_object_new_object();
	struct json_object *calls = chat_signatures_recall(req);
	if (calls != NULL)
		json_set(wish, "calls", calls);
	name_conversation(s, req, wish);
	if (json_object_object_length(wish) > 0)
		return wish;
	json_object_put(wish);
	return NULL;
}

struct json_object *
recall_remember(const struct service *s, const struct recall_notes *notes)
{
	struct json_object *o = json_object_new_object();
	struct json_object *conversation =
	    json_get(notes->wish, "conversation");
	if (conversation != NULL && (has_affinity(s) || notes->bypass)) {
		json_share(o, "conversation", conversation);
		if (notes->bypass)
			json_set_bool(o, "bypass", true);
	}
	if (notes->signatures != NULL && keeps_signatures(s))
		json_share(o, "signatures", notes->signatures);
	if (notes->quirks != NULL)
		json_share(o, "quirks", notes->quirks);
	if (json_object_object_length(o) > 0)
		return o;
	json_object_put(o);
	return NULL;
}
